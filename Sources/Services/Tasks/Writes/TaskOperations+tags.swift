import EventFlow
import FoundationEssentials
import ServiceKit
import TodoDomain

/// Tags that become one.
struct RetagRequest: Sendable, Decodable {
    var from: [String]
    var to: String

    enum CodingKeys: String, CodingKey, CaseIterable {
        case from, to
    }

    init(from: [String], to: String) {
        self.from = from
        self.to = to
    }

    /// `from` is one name or several.
    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownFields(known: CodingKeys.allCases.map(\.rawValue))
        let values = try decoder.container(keyedBy: CodingKeys.self)
        if let one = try? values.decode(String.self, forKey: .from) {
            from = [one]
        } else {
            from = try values.decode([String].self, forKey: .from)
        }
        to = try values.decode(String.self, forKey: .to)
    }

    mutating func validate(limits: TaskLimits = TaskLimits()) throws {
        to = try ShortName.checked(to, at: "/to")
        guard (1...limits.tags).contains(from.count) else {
            throw ValidationError("/from", "must have 1 to \(limits.tags) tags")
        }
        for index in from.indices { from[index] = try ShortName.checked(from[index], at: "/from/\(index)") }
    }
}

/// The use cases of tags, which exist as far as tasks have them.
extension TaskOperations {
    /// Renames a tag, or merges several into one: it takes the place of the first of them.
    func retag(_ body: RetagRequest, _ request: WriteRequest) async throws -> TaskAnswer {
        var body = body
        try body.validate()
        let (old, new) = (Set(body.from), body.to)
        return try await write(request) { write in
            let found = try await write.lockAll(.tagged(body.from))
            guard !found.isEmpty else { throw Problem.notFound("no task has such a tag") }
            try await write.rewrite(found) { task in
                var seen: Set<String> = []
                task.tags = task.tags.map { old.contains($0) ? new : $0 }.filter { seen.insert($0).inserted }
            }
            return try TaskAnswer(
                json: Retagged(
                    changed: write.changes.count, name: new, undoToken: write.undoToken))
        }
    }

    private struct Retagged: Encodable {
        let changed: Int
        let name: String
        let undoToken: String?
    }
}
