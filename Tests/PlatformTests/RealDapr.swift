import Foundation
import Testing

@testable import Supervisor

/// Whether the platform that most tests share runs on real Dapr: `TODO_TEST_DAPR=daprd`, with the programs where
/// `todo up` finds them and `TODO_TEST_BROKER=kafka://…` or `redis://…`. Platforms that a test starts for itself keep
/// the stand-in: on one broker, two platforms would take each other's events.
enum RealDapr {
    private static let environment = ProcessInfo.processInfo.environment
    private static let broker = environment["TODO_TEST_BROKER"] ?? ""

    static let isWanted = environment["TODO_TEST_DAPR"] == "daprd"
    static let isThere = whyNot == nil

    /// Why they cannot run on it, by name of what is missing; nil when they can.
    static let whyNot: String? = {
        guard isWanted else { return "TODO_TEST_DAPR is not daprd" }
        let missing = DaprPrograms.missing(environment)
        if !missing.isEmpty { return missing.joined(separator: " and ") + " cannot be found" }
        switch BrokerAddress(broker) {
        case .kafka, .redis: return nil
        case .inMemory: return "TODO_TEST_BROKER=in-memory takes no event from one service to another"
        case nil: return "TODO_TEST_BROKER must be \(BrokerAddress.forms)"
        }
    }()

    static var arguments: [String] { isThere ? ["--dapr", "daprd", "--broker", broker] : [] }

    /// Spans that a sidecar makes, whichever it is.
    static func isSidecar(scope: String) -> Bool { scope == "todo.sidecar" || scope.hasPrefix("dapr") }
}

extension Trait where Self == ConditionTrait {
    /// Nothing runs on the stand-in that was asked to run on real Dapr.
    static var asAsked: Self {
        .enabled(
            if: RealDapr.isThere || !RealDapr.isWanted,
            "real Dapr was asked for, but \(RealDapr.whyNot ?? "")")
    }

    static var onRealDapr: Self {
        .enabled(if: RealDapr.isThere, "not on real Dapr: \(RealDapr.whyNot ?? "")")
    }
}
