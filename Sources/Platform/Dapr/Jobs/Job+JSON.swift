extension Job {
    /// The body of the call that schedules the job; its name stands in the path alone.
    func json() throws(DaprError) -> [UInt8] {
        guard data.map(JSONReader.isValid) != false else { throw .invalidValue }
        var object = JSONObjectText()
        object.add("schedule", text: schedule)
        object.add("dueTime", text: dueTime)
        if let repeats { object.add("repeats", json: Array(String(repeats).utf8)) }
        object.add("ttl", text: timeToLive)
        if let data { object.add("data", json: data) }
        if overwrite { object.add("overwrite", json: Array("true".utf8)) }
        if let failurePolicy { object.add("failurePolicy", json: failurePolicy.json) }
        return object.finished()
    }

    /// Reads what the scheduler remembers of a job; nil if it is no JSON object.
    init?(name: String, json: [UInt8]) {
        guard let members = JSONMembers(of: json) else { return nil }
        self.init(
            name: name, schedule: members.text("schedule"), dueTime: members.text("dueTime"),
            repeats: members.raw("repeats").flatMap { Int(String(decoding: $0, as: UTF8.self)) },
            timeToLive: members.text("ttl"), data: members.raw("data").map { Self.unwrapped(Array($0)) },
            failurePolicy: members.raw("failurePolicy").flatMap { JobFailurePolicy(json: Array($0)) })
    }

    /// Data comes back in a wrapping that names its type; calls deliver it bare.
    private static func unwrapped(_ data: [UInt8]) -> [UInt8] {
        guard let members = JSONMembers(of: data), members.raw("@type") != nil,
            let value = members.raw("value")
        else { return data }
        return Array(value)
    }
}

extension JobFailurePolicy {
    fileprivate var json: [UInt8] {
        var object = JSONObjectText()
        switch self {
        case .drop: object.add("drop", json: Array("{}".utf8))
        case .constant(let interval, let maxRetries):
            var constant = JSONObjectText()
            constant.add("interval", text: interval.goText)
            if let maxRetries { constant.add("maxRetries", json: Array(String(maxRetries).utf8)) }
            object.add("constant", json: constant.finished())
        }
        return object.finished()
    }

    fileprivate init?(json: [UInt8]) {
        guard let members = JSONMembers(of: json) else { return nil }
        if members.raw("drop") != nil {
            self = .drop
        } else if let constant = members.raw("constant").flatMap({ JSONMembers(of: Array($0)) }) {
            let seconds = constant.text("interval").flatMap { Double($0.prefix { $0 != "s" }) } ?? 0
            self = .constant(
                interval: .milliseconds(Int64((seconds * 1000).rounded())),
                maxRetries: constant.raw("maxRetries").flatMap { Int(String(decoding: $0, as: UTF8.self)) })
        } else {
            return nil
        }
    }
}

extension Duration {
    /// In seconds with milliseconds where there are any: both Go and the scheduler's own encoding read it.
    fileprivate var goText: String {
        let milliseconds = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
        guard milliseconds % 1000 != 0 else { return "\(milliseconds / 1000)s" }
        let fraction = String(milliseconds % 1000 + 1000).dropFirst()
        return "\(milliseconds / 1000).\(fraction)s"
    }
}

extension JSONMembers {
    fileprivate func text(_ name: String) -> String? { raw(name).flatMap(JSONText.decode) }
}
