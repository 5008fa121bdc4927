import FoundationEssentials

/// A job as its application asked for it.
struct JobPlan: Sendable {
    /// What happens when the application does not take the call.
    enum FailurePolicy: Sendable, Equatable {
        case drop
        /// So many more attempts at most; nil for ever.
        case constant(interval: Duration, maxRetries: Int?)

        static let standard = FailurePolicy.constant(interval: .seconds(1), maxRetries: 3)
    }

    /// The members that come back when the job is asked for, its data aside.
    let description: JSONNode
    let data: [UInt8]?
    let isOverwriting: Bool
    private let schedule: CronSchedule?
    private let repeats: Int?
    let failurePolicy: FailurePolicy

    /// Reads the body of a call.
    ///
    /// - Throws: `JobRefusal`
    init(_ body: [UInt8]) throws {
        guard let request = JSONReader.read(body), request.members != nil else { throw JobRefusal.malformed }
        guard request["name"] == nil else { throw JobRefusal.nameInBody }
        try self.init(request)
        guard schedule != nil || request["dueTime"] != nil || request["due_time"] != nil else {
            throw JobRefusal.neitherScheduleNorDueTime
        }
    }

    /// Reads what the store remembers.
    init(stored description: JSONNode) throws {
        try self.init(description)
    }

    private init(_ request: JSONNode) throws {
        let fields = JobFields(request)
        var members: [String: JSONNode] = [:]
        if let text = try fields.text("schedule") {
            members["schedule"] = .string(text)
            do throws(ScheduleError) {
                schedule = try CronSchedule(text, form: .sixFields)
            } catch {
                throw JobRefusal.badSchedule(error.reason)
            }
        } else {
            schedule = nil
        }
        if let text = try fields.text("dueTime", "due_time") { members["dueTime"] = .string(text) }
        if let text = try fields.text("ttl") {
            guard schedule != nil else { throw JobRefusal.badSchedule("ttl needs a schedule") }
            members["ttl"] = .string(text)
        }
        repeats = try fields.wholeNumber("repeats")
        if let repeats {
            guard repeats >= 1 else { throw JobRefusal.badSchedule("repeats must be at least 1") }
            members["repeats"] = .number(String(repeats))
        }
        failurePolicy = try FailurePolicy(request["failurePolicy"] ?? request["failure_policy"])
        if let given = request["failurePolicy"] ?? request["failure_policy"], given != .null {
            members["failurePolicy"] = failurePolicy.node
        }
        data = request["data"].flatMap { $0 == .null ? nil : $0.bytes }
        isOverwriting = try fields.flag("overwrite")
        description = .object(members)
    }

    /// When it comes first, and when it comes no more.
    func times(from now: Date) throws -> (first: Date, expires: Date?) {
        do throws(ScheduleError) {
            let due = try description["dueTime"]?.text.map { text throws(ScheduleError) in
                try PointInTime.parse(text, from: now)
            }
            let expires = try description["ttl"]?.text.map { text throws(ScheduleError) in
                try PointInTime.parse(text, from: now)
            }
            guard let first = due ?? schedule?.next(after: now) else {
                throw ScheduleError("the schedule never comes")
            }
            if let expires, expires <= first { throw ScheduleError("ttl ends before the first time") }
            return (first, expires)
        } catch {
            throw JobRefusal.badSchedule(error.reason)
        }
    }

    /// The tick after this one; nil if it was the last.
    func next(after tick: Date, fired: Int) -> Date? {
        if let repeats, fired >= repeats { return nil }
        return schedule?.next(after: tick)
    }
}

/// Why a call about a job is refused.
enum JobRefusal: Error, Equatable {
    case malformed
    case nameInBody
    case emptyName
    case neitherScheduleNorDueTime
    case badSchedule(String)
    case exists
}

/// The members of a job's body, each in the kind that it must be.
private struct JobFields {
    let request: JSONNode

    init(_ request: JSONNode) { self.request = request }

    private func value(_ names: [String]) -> JSONNode? {
        names.compactMap { request[$0] }.first { $0 != .null }
    }

    func text(_ names: String...) throws -> String? {
        guard let value = value(names) else { return nil }
        guard let text = value.text else { throw JobRefusal.malformed }
        return text.isEmpty ? nil : text
    }

    func flag(_ name: String) throws -> Bool {
        guard let value = value([name]) else { return false }
        guard case .bool(let flag) = value else { throw JobRefusal.malformed }
        return flag
    }

    /// A number, or one written as a string.
    func wholeNumber(_ names: String...) throws -> Int? {
        switch value(names) {
        case nil: return nil
        case .number(let text), .string(let text):
            guard let number = UInt32(text) else { throw JobRefusal.malformed }
            return Int(number)
        default: throw JobRefusal.malformed
        }
    }
}

extension JobPlan.FailurePolicy {
    fileprivate init(_ node: JSONNode?) throws {
        guard let node, node != .null else {
            self = .standard
            return
        }
        if let drop = node["drop"], drop != .null {
            self = .drop
            return
        }
        guard let constant = node["constant"], constant.members != nil else { throw JobRefusal.malformed }
        let fields = JobFields(constant)
        var interval = Duration.zero
        if let text = try fields.text("interval") {
            guard let parsed = GoDuration.parse(text), parsed >= .zero else { throw JobRefusal.malformed }
            interval = parsed
        }
        self = .constant(interval: interval, maxRetries: try fields.wholeNumber("maxRetries", "max_retries"))
    }

    fileprivate var node: JSONNode {
        switch self {
        case .drop: return .object(["drop": .object([:])])
        case .constant(let interval, let maxRetries):
            let (seconds, attoseconds) = interval.components
            let milliseconds = attoseconds / 1_000_000_000_000_000
            let fraction = milliseconds == 0 ? "" : "." + String(milliseconds + 1000).dropFirst()
            var members: [String: JSONNode] = ["interval": .string("\(seconds)\(fraction)s")]
            if let maxRetries { members["maxRetries"] = .number(String(maxRetries)) }
            return .object(["constant": .object(members)])
        }
    }
}
