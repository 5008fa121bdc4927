/// The steps of a round, in their order.
public enum CanaryStep: String, CaseIterable, Sendable {
    case signIn = "sign_in"
    case write
    case event
    case read
    case delete
}

/// Why a step failed.
public enum CanaryTrouble: Error, Sendable, Hashable, CustomStringConvertible {
    /// An answer that is no success.
    case answered(Int)
    /// Nobody listens, or the connection was lost.
    case unreachable
    /// No answer, or no event, in time.
    case late
    /// An answer that is not what was written.
    case wrong

    /// A line for people.
    public var description: String {
        switch self {
        case .answered(let status): "the answer was \(status)"
        case .unreachable: "nobody answers"
        case .late: "it did not come in time"
        case .wrong: "the answer is not what was written"
        }
    }
}

/// What came of a round.
public struct CanaryReport: Sendable {
    /// What came of one step.
    public struct Step: Sendable {
        public let step: CanaryStep
        public let duration: Duration
        public let trouble: CanaryTrouble?
    }

    /// The steps that were tried.
    public private(set) var steps: [Step] = []

    /// The first step that failed.
    public var failure: Step? { steps.first { $0.trouble != nil } }

    /// Whether all went well.
    public var isGood: Bool { failure == nil && !steps.isEmpty }

    /// `ok`, or the first step that failed.
    public var outcome: String { failure?.step.rawValue ?? "ok" }

    /// All outcomes that there are.
    static let outcomes = ["ok"] + CanaryStep.allCases.map(\.rawValue)

    /// Does a step and notes how it went; nil when it failed.
    mutating func measure<Result>(
        _ step: CanaryStep, _ work: () async throws -> Result
    ) async -> Result? {
        let start = ContinuousClock.now
        let result: Result?
        let trouble: CanaryTrouble?
        do {
            result = try await work()
            trouble = nil
        } catch {
            result = nil
            trouble = error as? CanaryTrouble ?? .unreachable
        }
        steps.append(Step(step: step, duration: ContinuousClock.now - start, trouble: trouble))
        return result
    }
}
