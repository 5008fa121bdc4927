import EventFlow
import Foundation
import Testing

@testable import TodoDomain

/// What a service would put on the wire.
func payload(_ value: some Encodable) throws -> JSONTree {
    try JSONTree(try WireJSON.encode(value))
}

/// Schema and Swift type of a payload say the same.
struct PayloadDriftTests {
    @Test(arguments: EventCatalogue.platform.definitions)
    func `the example is valid, is read, and is written again without loss`(
        _ definition: EventDefinition
    ) throws {
        #expect(definition.verdict(on: definition.example) == .valid)
        #expect(try definition.readAndWrite(definition.example) == definition.example.sorted)
        #expect(definition.example == definition.example.sorted, "members stand as the wire has them")
    }

    @Test(arguments: EventCatalogue.platform.definitions)
    func `a member is required by the schema when it is by the type`(_ definition: EventDefinition) throws {
        for (path, isRequired) in definition.payload.schema.paths(below: []) {
            guard definition.example.has(path) else { continue }
            let without = definition.example.removing(path)
            if isRequired {
                #expect(throws: (any Error).self, "\(path)") { try definition.read(without) }
            } else {
                #expect(throws: Never.self, "\(path)") { try definition.read(without) }
            }
        }
    }

    @Test func `examples show every member of a shape, and the type has no other`() throws {
        var shown: [String: Set<[String]>] = [:]
        var stored: [String: Set<[String]>] = [:]
        for definition in EventCatalogue.platform.definitions {
            let name = definition.payload.schema.name
            let paths = definition.payload.schema.paths(below: []).map(\.path)
            shown[name, default: []].formUnion(paths.filter(definition.example.has))
            stored[name, default: []].formUnion(properties(of: try definition.read(definition.example)))
        }
        for definition in EventCatalogue.platform.definitions {
            let schema = definition.payload.schema
            let paths = Set(schema.paths(below: []).map(\.path))
            #expect(shown[schema.name] == paths, "\(schema.name) has members that no example shows")
            #expect(stored[schema.name] == paths, "\(schema.name) and its Swift type differ")
        }
    }

    @Test func `a name stands for one shape`() {
        var shapes: [String: ObjectSchema] = [:]
        for object in EventCatalogue.platform.definitions.flatMap({ $0.payload.schema.allObjects }) {
            #expect(shapes[object.name, default: object] == object, "\(object.name)")
            shapes[object.name] = object
            let names = object.members.map(\.name)
            #expect(Set(names).count == names.count)
        }
    }

    /// Names of stored properties, down to values that are no objects on the wire.
    private func properties(of value: Any, below path: [String] = []) -> Set<[String]> {
        let mirror = Mirror(reflecting: value)
        if mirror.displayStyle == .optional {
            return mirror.children.first.map { properties(of: $0.value, below: path) } ?? []
        }
        let isObject =
            value is any EventPayload || value is TodoTask || value is TaskList || value is SubtaskCount
            || value is DueTime || value is Reminder || value is TaskRecurrence
            || value is RecurrenceSeries || value is ToolCall || value is UserSettings
            || value is UserSettings.QuietHours
        guard isObject else { return [] }
        return mirror.children.reduce(into: []) { found, child in
            guard let label = child.label else { return }
            found.insert(path + [label])
            found.formUnion(properties(of: child.value, below: path + [label]))
        }
    }
}

extension ObjectSchema {
    /// Every member at every depth, and whether the object it lies in must have it.
    fileprivate func paths(below path: [String]) -> [(path: [String], isRequired: Bool)] {
        members.flatMap { member -> [(path: [String], isRequired: Bool)] in
            let here = path + [member.name]
            guard case .object(let inner) = member.value else { return [(here, member.isRequired)] }
            return [(here, member.isRequired)] + inner.paths(below: here)
        }
    }
}

extension JSONTree {
    fileprivate func has(_ path: [String]) -> Bool {
        var tree: JSONTree? = self
        for name in path { tree = tree?[name] }
        return tree != nil
    }

    fileprivate func removing(_ path: [String]) -> JSONTree {
        guard case .object(let members) = self, let first = path.first else { return self }
        if path.count == 1 { return .object(members.filter { $0.name != first }) }
        let rest = Array(path.dropFirst())
        return .object(members.map { $0.name == first ? Member($0.name, $0.value.removing(rest)) : $0 })
    }
}
