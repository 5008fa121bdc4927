import Foundation

/// How large a drill is, and the number that makes two drills take the same decisions.
struct DrillSettings: Sendable {
    let seed: UInt64
    let writes: Int
    let clients = 16
    /// The part of the writes that is made while the broker is off.
    var writesWithoutBroker: Int { writes / 10 }

    /// `TODO_DRILL_SEED` and `TODO_DRILL_WRITES`; a new seed each time unless one is given.
    init(_ environment: [String: String] = ProcessInfo.processInfo.environment) {
        seed = environment["TODO_DRILL_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 1...999_999)
        writes = max(100, environment["TODO_DRILL_WRITES"].flatMap { Int($0) } ?? 1000)
    }
}

/// Why a drill could not go on.
enum DrillFailure: Error, CustomStringConvertible {
    /// A write got no answer for longer than anything takes to come back.
    case stuck(String)
    case noProcess(String)

    var description: String {
        switch self {
        case .stuck(let what): "no answer for \(Int(DrillWriter.patience.components.seconds)) s: \(what)"
        case .noProcess(let name): "\(name) did not come back"
        }
    }
}
