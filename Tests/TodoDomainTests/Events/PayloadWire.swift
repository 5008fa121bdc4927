import EventFlow
import Foundation

@testable import TodoDomain

extension EventPayload {
    fileprivate static func read(_ bytes: [UInt8]) throws -> any EventPayload {
        try WireJSON.decode(Self.self, from: bytes)
    }

    fileprivate static func readAndWrite(_ bytes: [UInt8]) throws -> [UInt8] {
        try WireJSON.encode(try WireJSON.decode(Self.self, from: bytes))
    }
}

extension EventDefinition {
    /// Reads a payload into its Swift type and writes it again, as services do.
    func readAndWrite(_ data: JSONTree) throws -> JSONTree {
        try JSONTree(try payload.readAndWrite(Array(data.compact.utf8)))
    }

    /// Reads a payload into its Swift type.
    func read(_ data: JSONTree) throws -> any EventPayload {
        try payload.read(Array(data.compact.utf8))
    }

    func verdict(on data: JSONTree) -> EventCatalogue.Verdict {
        EventCatalogue.platform.verdict(onType: type, data: Array(data.compact.utf8))
    }
}

extension JSONTree {
    /// Changes every value from the inside out; what stands under names of a map is told apart by its schema only.
    func mapObjects(_ schema: ObjectSchema, _ change: ([Member]) -> [Member]) -> JSONTree {
        guard case .object(let members) = self else { return self }
        let changed = members.map { member -> Member in
            guard let rule = schema.members.first(where: { $0.name == member.name }) else { return member }
            switch (rule.value, member.value) {
            case (.object(let inner), _): return Member(member.name, member.value.mapObjects(inner, change))
            case (.list(.object(let inner), _, _), .list(let items)):
                return Member(member.name, .list(items.map { $0.mapObjects(inner, change) }))
            default: return member
            }
        }
        return .object(change(changed))
    }
}

/// The repository's folder with this name.
func repositoryFolder(_ name: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: name)
}
