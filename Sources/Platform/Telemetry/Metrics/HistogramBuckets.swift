/// Every bucket list, in one place.
///
/// Whatever an objective is measured at must be a boundary (0.2, 0.5, 2 and 60 seconds): a share that has to be
/// guessed between two boundaries is wrong by ten points easily.
public struct HistogramBuckets: Sendable, Hashable {
    /// Upper bounds in rising order, without the infinite one.
    public let bounds: [Double]

    /// Bounds in any order; what is not finite and what repeats is left out.
    public init(_ bounds: [Double]) {
        self.bounds = Set(bounds.filter(\.isFinite)).sorted()
    }

    /// HTTP requests; the usual ones and the objectives 0.2 s and 2 s.
    public static let http = HistogramBuckets([
        0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.2, 0.25, 0.5, 0.75, 1, 2, 2.5, 5, 7.5, 10,
    ])
    /// Database operations, and waiting for a connection.
    public static let database = HistogramBuckets([
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 5, 10,
    ])
    /// Sending and processing one message.
    public static let messaging = HistogramBuckets([
        0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.2, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
    ])
    /// An event from commit to the end of its handling; the objective is 0.5 s.
    public static let eventEndToEnd = HistogramBuckets([
        0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2.5, 5, 10, 30, 60,
    ])
    /// An event's wait in the outbox.
    public static let outboxDelay = HistogramBuckets([
        0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10, 30, 60,
    ])
    /// How late a reminder is; the objective is 60 s.
    public static let lateness = HistogramBuckets([
        0.5, 1, 2, 5, 10, 15, 30, 45, 60, 90, 120, 300, 900,
    ])
    /// Calls of a model.
    public static let model = HistogramBuckets([
        0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
    ])
    /// Tokens of a model's call.
    public static let tokens = HistogramBuckets([
        1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576,
    ])
    /// Messages of one batch.
    public static let batchSize = HistogramBuckets([1, 2, 5, 10, 20, 50, 100, 200, 500])
    /// Rows of one result.
    public static let rows = HistogramBuckets([
        1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000,
    ])
    /// Bytes of a body.
    public static let bytes = HistogramBuckets([
        100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000,
    ])
    /// Lateness of a loop or an executor.
    public static let schedulingDelay = HistogramBuckets([
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1,
    ])
    /// Latencies of Dapr, in milliseconds.
    public static let daprLatency = HistogramBuckets([
        1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 30, 40, 50, 65, 80, 100, 130, 160, 200, 250, 300, 400, 500,
        650,
        800, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000,
    ])
}
