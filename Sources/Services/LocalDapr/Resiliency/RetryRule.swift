/// How a failed call is repeated: one entry of `spec.policies.retries`.
struct RetryRule: Sendable, Equatable {
    enum Pacing: Sendable, Equatable {
        case constant(Duration)
        /// Starts at half a second and grows by half each time, give or take half at random. The files cannot
        /// say another start: `duration` counts for the constant pacing only, as with the real sidecar.
        case exponential(maximum: Duration)
    }

    /// What Dapr takes where a file says nothing.
    static let standardPause = Duration.seconds(5)
    static let standardMaximum = Duration.seconds(60)

    var pacing = Pacing.constant(standardPause)
    /// `nil` means without end.
    var retries: Int?
    /// The answers that are repeated; empty for all.
    var statusCodes: [ClosedRange<Int>] = []

    /// Whether a failure of this status is repeated. A failure without one, such as an application's own
    /// `RETRY`, always is.
    func covers(status: Int?) -> Bool {
        guard let status, !(200..<300).contains(status), !statusCodes.isEmpty else { return true }
        return statusCodes.contains { $0.contains(status) }
    }

    /// Reads `429,500-599`; `nil` if it is no such list.
    static func statusCodes(in text: String) -> [ClosedRange<Int>]? {
        var ranges: [ClosedRange<Int>] = []
        for part in text.split(separator: ",") {
            let bounds = part.split(separator: "-", omittingEmptySubsequences: false)
                .map { Int($0.filter { $0 != " " }) }
            guard bounds.count <= 2, let lower = bounds.first ?? nil, let upper = bounds.last ?? nil,
                (100...599).contains(lower), (100...599).contains(upper), lower <= upper
            else { return nil }
            ranges.append(lower...upper)
        }
        return ranges
    }
}

/// The repetitions still to come for one call.
struct RetrySchedule {
    private let rule: RetryRule?
    private let chance: @Sendable () -> Double
    private var taken = 0
    private var interval = 0.5

    /// Without a rule there is one attempt.
    ///
    /// - Parameter chance: a number from 0 to 1, for the spread of the growing pauses.
    init(_ rule: RetryRule?, chance: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }) {
        self.rule = rule
        self.chance = chance
    }

    var isExhausted: Bool {
        guard let rule else { return true }
        return rule.retries.map { taken >= $0 } ?? false
    }

    /// The pause before the next attempt; `nil` when there is none.
    mutating func nextPause() -> Duration? {
        guard let rule, !isExhausted else { return nil }
        taken += 1
        switch rule.pacing {
        case .constant(let pause): return pause
        case .exponential(let maximum):
            let limit = maximum.inSeconds
            let pause = interval * (0.5 + chance())
            interval = min(interval * 1.5, limit)
            return .seconds(pause)
        }
    }
}

extension Duration {
    var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }

    var inMilliseconds: Double { inSeconds * 1000 }
}
