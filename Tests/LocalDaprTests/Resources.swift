@testable import LocalDapr

/// Reads YAML that stands in a test.
enum Resources {
    static func documents(_ yaml: String, environment: [String: String] = [:]) -> ResourceReader {
        var reader = ResourceReader(environment: environment)
        switch ResourceFolder.documents(in: yaml, file: "test.yaml") {
        case .success(let documents): reader.read(documents)
        case .failure(let mistake): reader.mistakes.append(mistake)
        }
        return reader
    }

    static func retries(_ lines: String, target: String = "retry: quick") -> String {
        """
        apiVersion: dapr.io/v1alpha1
        kind: Resiliency
        metadata: {name: test}
        spec:
          policies:
            retries:
              quick: {\(lines)}
            timeouts: {short: 50ms}
            circuitBreakers: {quick: {trip: consecutiveFailures >= 2, timeout: 1h}}
          targets:
            components:
              pubsub: {inbound: {\(target)}}
        """
    }

    static let quickRetries = retries("policy: constant, duration: 2ms, maxRetries: 10")
}
