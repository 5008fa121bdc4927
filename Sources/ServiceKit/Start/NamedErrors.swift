public import CurlHTTP
public import Dapr
public import Postgres
public import Telemetry

// What goes wrong below says it in the telemetry by its own words, not by the name of a Swift type.

extension PostgresError: NamedError {
    public var errorType: String { reasonCode }
}

extension DaprError: NamedError {
    public var errorType: String { reasonCode }
}

extension HTTPClientError: NamedError {
    public var errorType: String { reasonCode }
}
