/// What a rehearsal switches off.
struct Fault: Sendable, Equatable {
    /// Publishing is answered with the broker's error.
    var failsPublishing = false
    /// No event is delivered; events wait in the log.
    var pausesDeliveries = false
    /// Each publish and each delivery takes so much longer.
    var latency = Duration.zero
    /// This share of the application's events becomes dead letters unseen, chosen by event id; from 0 to 1.
    var deadLetterShare = 0.0
    /// What the application is told of an event's trace.
    var trace: TraceFault?

    static let longestLatency = 60_000

    var isNone: Bool { self == Fault() }

    /// Reads `{"app"?, "publish"?: "fail", "deliveries"?: "pause", "latencyMilliseconds"?, "deadLetterShare"?,
    /// "trace"?: "lose" or "mislead"}`.
    ///
    /// - Returns: the application, `nil` for all, and the fault; or what is wrong.
    static func read(_ body: [UInt8]) -> Result<(app: String?, fault: Fault), FaultMistake> {
        guard let members = JSONReader.read(body)?.members else {
            return .failure("the body must be a JSON object")
        }
        let known = ["app", "publish", "deliveries", "latencyMilliseconds", "deadLetterShare", "trace"]
        if let unknown = members.keys.sorted().first(where: { !known.contains($0) }) {
            return .failure(FaultMistake(text: "\(unknown) is not known"))
        }
        var fault = Fault()
        switch members["publish"] {
        case nil: break
        case .string("fail"): fault.failsPublishing = true
        default: return .failure("publish must be \"fail\"")
        }
        switch members["deliveries"] {
        case nil: break
        case .string("pause"): fault.pausesDeliveries = true
        default: return .failure("deliveries must be \"pause\"")
        }
        if let latency = members["latencyMilliseconds"] {
            guard let number = latency.integer, (0...longestLatency).contains(number) else {
                return .failure("latencyMilliseconds must be a whole number from 0 to 60000")
            }
            fault.latency = .milliseconds(number)
        }
        if let mistake = fault.readDeliveries(members) { return .failure(mistake) }
        guard !fault.isNone else { return .failure("the body names no fault") }
        guard let app = members["app"] else { return .success((nil, fault)) }
        guard let name = app.text, !name.isEmpty else { return .failure("app must be an app-id") }
        return .success((name, fault))
    }

    private mutating func readDeliveries(_ members: [String: JSONNode]) -> FaultMistake? {
        if let share = members["deadLetterShare"] {
            guard case .number(let text) = share, let number = Double(text), (0...1).contains(number) else {
                return "deadLetterShare must be a number from 0 to 1"
            }
            deadLetterShare = number
        }
        guard let trace = members["trace"] else { return nil }
        guard let known = trace.text.flatMap(TraceFault.init) else {
            return "trace must be \"lose\" or \"mislead\""
        }
        self.trace = known
        return nil
    }

    func json(app: String?) -> JSONNode {
        var members: [String: JSONNode] = [:]
        if let app { members["app"] = .string(app) }
        if failsPublishing { members["publish"] = .string("fail") }
        if pausesDeliveries { members["deliveries"] = .string("pause") }
        if latency > .zero {
            members["latencyMilliseconds"] = .number(String(Int(latency.inMilliseconds)))
        }
        if deadLetterShare > 0 { members["deadLetterShare"] = .number(String(deadLetterShare)) }
        if let trace { members["trace"] = .string(trace.rawValue) }
        return .object(members)
    }
}

/// Why a fault is refused.
struct FaultMistake: Error, Equatable, ExpressibleByStringLiteral {
    let text: String

    init(text: String) { self.text = text }
    init(stringLiteral text: String) { self.text = text }
}
