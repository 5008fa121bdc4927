public import Postgres

extension PostgresConfiguration {
    /// A database of a test: on a machine where a thousand other tests run, a connection may be long in coming.
    public init(ofTest url: String) throws {
        self = try PostgresConfiguration(url: url)
        poolWaitTimeout = .seconds(60)
    }
}
