/// What a rehearsal switches off.
struct Fault: Sendable, Equatable {
    /// Publishing is answered with the broker's error.
    var failsPublishing = false
    /// No event is delivered; events wait in the log.
    var pausesDeliveries = false
    /// Each publish and each delivery takes so much longer.
    var latency = Duration.zero

    static let longestLatency = 60_000

    var isNone: Bool { self == Fault() }

    /// Reads `{"app"?, "publish"?: "fail", "deliveries"?: "pause", "latencyMilliseconds"?}`.
    ///
    /// - Returns: the application, `nil` for all, and the fault; or what is wrong.
    static func read(_ body: [UInt8]) -> Result<(app: String?, fault: Fault), FaultMistake> {
        guard let members = JSONReader.read(body)?.members else {
            return .failure("the body must be a JSON object")
        }
        let known = ["app", "publish", "deliveries", "latencyMilliseconds"]
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
        guard !fault.isNone else { return .failure("the body names no fault") }
        guard let app = members["app"] else { return .success((nil, fault)) }
        guard let name = app.text, !name.isEmpty else { return .failure("app must be an app-id") }
        return .success((name, fault))
    }

    func json(app: String?) -> JSONNode {
        var members: [String: JSONNode] = [:]
        if let app { members["app"] = .string(app) }
        if failsPublishing { members["publish"] = .string("fail") }
        if pausesDeliveries { members["deliveries"] = .string("pause") }
        if latency > .zero {
            members["latencyMilliseconds"] = .number(String(Int(latency.inMilliseconds)))
        }
        return .object(members)
    }
}

/// Why a fault is refused.
struct FaultMistake: Error, Equatable, ExpressibleByStringLiteral {
    let text: String

    init(text: String) { self.text = text }
    init(stringLiteral text: String) { self.text = text }
}
