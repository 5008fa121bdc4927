import HTTPTypes
import ServiceKit
import TodoDomain

/// The entity tag of a version (RFC 9110 §8.8.3). Always strong: a version has one form only.
func entityTag(version: Int64) -> String {
    "\"\(version)\""
}

/// The entity tag of a task. Its body also tells how far its subtasks are, which are written without it: a cache must
/// not keep what they were, while a writer's condition is on the task alone.
func entityTag(of task: TodoTask) -> String {
    guard let parts = task.subtasks else { return entityTag(version: task.version) }
    return "\"\(task.version).\(parts.total).\(parts.completed)\""
}

/// `*`, or a list of entity tags.
enum EntityTagList: Sendable, Equatable {
    case any
    case tags([Tag])

    /// One tag, the text with its quotes.
    struct Tag: Sendable, Equatable {
        let text: String
        let isWeak: Bool

        /// What stands before the first dot: the rest is about other things than the entity itself.
        var version: Substring { text.dropFirst().prefix { $0 != "." && $0 != "\"" } }
    }

    /// Reads a header; nil when it is malformed.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        var tags: [Tag] = []
        var index = 0
        func skip(_ wanted: (UInt8) -> Bool) {
            while index < bytes.count, wanted(bytes[index]) { index += 1 }
        }
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
        if text.trimming(while: { $0 == " " || $0 == "\t" }) == "*" {
            self = .any
            return
        }
        while true {
            skip { isBlank($0) || $0 == UInt8(ascii: ",") }
            guard index < bytes.count else { break }
            let isWeak = bytes[index...].starts(with: Array("W/".utf8))
            if isWeak { index += 2 }
            guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { return nil }
            let start = index
            index += 1
            skip { $0 == 0x21 || (0x23...0x7E).contains($0) || $0 >= 0x80 }
            guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { return nil }
            index += 1
            tags.append(Tag(text: String(decoding: bytes[start..<index], as: UTF8.self), isWeak: isWeak))
            skip(isBlank)
            guard index == bytes.count || bytes[index] == UInt8(ascii: ",") else { return nil }
        }
        guard !tags.isEmpty else { return nil }
        self = .tags(tags)
    }
}

/// The condition of a write: the client has seen the version that it changes (RFC 9110 §13.1.1).
struct IfMatch: Sendable, Equatable {
    let list: EntityTagList

    /// The client has seen one of these.
    init(list: EntityTagList) {
        self.list = list
    }

    /// Reads the header; nil when there is none.
    ///
    /// - Throws: 400 when it cannot be read: a condition that is not understood must not count as fulfilled.
    init?(_ headers: HTTPFields) throws {
        guard let list = try conditionTags(headers, .ifMatch) else { return nil }
        self.list = list
    }

    /// Strong comparison: a weak tag never matches.
    func holds(version: Int64) -> Bool {
        switch list {
        case .any: true
        case .tags(let tags): tags.contains { !$0.isWeak && $0.version == String(version) }
        }
    }

    /// Refuses a write to another version than the client has seen.
    func require(version: Int64) throws {
        guard !holds(version: version) else { return }
        throw Problem(
            .preconditionFailed,
            "the task has changed: read it again, then repeat the write with its new ETag",
            headers: [.eTag: entityTag(version: version)])
    }
}

/// The condition of a read: the client has something else (RFC 9110 §13.1.2).
struct IfNoneMatch: Sendable, Equatable {
    let list: EntityTagList

    /// Reads the header; nil when there is none.
    init?(_ headers: HTTPFields) throws {
        guard let list = try conditionTags(headers, .ifNoneMatch) else { return nil }
        self.list = list
    }

    /// Weak comparison: a tag that became weak on its way through a cache still names the same version.
    func names(_ tag: String) -> Bool {
        switch list {
        case .any: true
        case .tags(let tags): tags.contains { $0.text == tag }
        }
    }
}

private func conditionTags(_ headers: HTTPFields, _ name: HTTPField.Name) throws -> EntityTagList? {
    guard let text = headers[name] else { return nil }
    guard let list = EntityTagList(text) else {
        throw Problem(.badRequest, "\(name.rawName) must be * or a list of entity tags")
    }
    return list
}

extension String {
    fileprivate func trimming(while isDropped: (Character) -> Bool) -> Substring {
        var rest = drop(while: isDropped)
        while let last = rest.last, isDropped(last) { rest.removeLast() }
        return rest
    }
}
