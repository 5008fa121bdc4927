/// Everything that a run has to say, in the form it is kept in: `report.json`. All other forms are made of it.
///
/// Times are in milliseconds unless their name says otherwise. Members are only added within a version.
struct RunReport: Codable, Sendable {
    static let kind = "todo.load.report"
    static let currentVersion = 1

    var schema = Self.kind
    var version = Self.currentVersion
    var run: Run
    var outcome: Outcome
    var requests: Requests
    var latency: Latencies
    var generator: Generator
    var operations: [Operation]
    var events: Events
    var objectives: [Objective]
    var checks: [Check]
    var timeline: Timeline
    var distribution: Distribution
    var slowest: [Slow]

    struct Run: Codable, Sendable {
        struct Lane: Codable, Sendable {
            var name: String
            var model: String
            var mix: String
        }
        struct Machine: Codable, Sendable {
            var processor: String
            var processors: Int
            var memoryMiB: Int
            var kernel: String
        }

        var id: String
        var startedAt: String
        var command: [String]
        var gateway: String
        var traces: String?
        var seed: UInt64
        var users: Int
        var warmUpSeconds: Double
        /// What was measured; shorter than planned when the run was interrupted.
        var measuredSeconds: Double
        var plannedSeconds: Double
        var isInterrupted: Bool
        var lanes: [Lane]
        var machine: Machine
        /// The platform's version as the trace store or the gateway tells it, if they do.
        var platformVersion: String?
    }

    struct Outcome: Codable, Sendable {
        enum Verdict: String, Codable, Sendable {
            case passed, missed, invalid
        }
        var verdict: Verdict
        var exitStatus: Int32
        /// Why it is not `passed`.
        var reasons: [String]
    }

    struct Requests: Codable, Sendable {
        var measured: Int
        /// Until the last answer, if that came after the planned end.
        var perSecond: Double
        var failed: Int
        var unexpected: Int
        var sentInAll: Int
    }

    struct Percentiles: Codable, Sendable, Equatable {
        var count: Int
        var mean: Double
        var p50: Double
        var p90: Double
        var p95: Double
        var p99: Double
        var p999: Double
        var max: Double

        init(_ histogram: LatencyHistogram) {
            func at(_ percent: Double) -> Double { histogram.percentile(percent)?.inMilliseconds ?? 0 }
            count = histogram.count
            mean = histogram.mean?.inMilliseconds ?? 0
            (p50, p90, p95, p99, p999, max) = (at(50), at(90), at(95), at(99), at(99.9), at(100))
        }
    }

    struct Latencies: Codable, Sendable {
        /// From the planned start.
        var corrected: Percentiles
        /// From the sending.
        var naive: Percentiles
        /// From the planned start to the sending.
        var scheduleLag: Percentiles
    }

    struct Generator: Codable, Sendable {
        var processorShare: Double
        var lagP99: Double
        var loopDelayP99: Double
        var spansSent: Int
        var spansDropped: Int
    }

    struct Operation: Codable, Sendable {
        var name: String
        var scenario: String
        var method: String
        var route: String
        var count: Int
        var perSecond: Double
        var failed: Int
        var unexpected: Int
        var answers: [String: Int]
        var corrected: Percentiles
        var naiveP99: Double
    }

    struct Events: Codable, Sendable {
        struct Missing: Codable, Sendable {
            var kind: String
            var subject: String
            var traceID: String
        }
        struct Reminders: Codable, Sendable {
            var expected: Int
            var arrived: Int
            var early: Int
            var double: Int
            var lateness: Percentiles
        }
        var expected: Int
        var arrived: Int
        var missing: Int
        var double: Int
        var gaps: Int
        var streamBreaks: Int
        var afterAnswer: Percentiles
        var afterPlan: Percentiles
        var missingExamples: [Missing]
        var reminders: Reminders
        var followUps: Percentiles
        var followUpsMissing: Int
    }

    struct Objective: Codable, Sendable {
        var name: String
        var goodEvent: String
        var objective: Double
        /// `met`, `missed` or `not judged`.
        var standing: String
        var reason: String?
        var good: Int
        var total: Int
        var share: Double
        var budgetUsed: Double
        var detail: String
    }

    struct Check: Codable, Sendable {
        struct Finding: Codable, Sendable {
            var text: String
            var traceID: String?
        }
        struct Table: Codable, Sendable {
            var columns: [String]
            var rows: [[String]]
        }
        var name: String
        /// `passed`, `failed` or `skipped`.
        var verdict: String
        var reason: String?
        var summary: String
        var findings: [Finding]
        var table: Table?
    }

    struct Timeline: Codable, Sendable {
        struct Window: Codable, Sendable {
            /// Seconds since the first planned request.
            var at: Double
            var count: Int
            var failed: Int
            var p50: Double?
            var p95: Double?
            var p99: Double?
            var naiveP99: Double?
            var lagP50: Double?
            var lagP99: Double?
            var eventP50: Double?
            var eventP99: Double?
            /// Pairs of microseconds and how often, rising, from the planned start.
            var latencies: [[UInt32]]
        }
        var windowSeconds: Double
        var windows: [Window]
    }

    /// Pairs of microseconds and how often, rising.
    struct Distribution: Codable, Sendable {
        var corrected: [[UInt64]]
        var naive: [[UInt64]]
        var events: [[UInt64]]
    }

    struct Slow: Codable, Sendable {
        var operation: String
        var status: Int?
        var error: String?
        /// Seconds since the first planned request.
        var at: Double
        var latency: Double
        var naive: Double
        var traceID: String
    }
}
