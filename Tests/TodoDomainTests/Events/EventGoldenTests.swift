import Dapr
import EventFlow
import Foundation
import Testing

@testable import TodoDomain

/// Whole events as they were first written. These files are not edited: see `docs/events.md`, "Versions".
struct EventGoldenTests {
    static let folder = repositoryFolder("Tests/TodoDomainTests/Golden")

    static func event(_ type: String) throws -> JSONTree {
        try JSONTree(Array(try Data(contentsOf: folder.appending(path: "\(type).json"))))
    }

    @Test func `every type has a golden event, and every golden event its type`() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
            .filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }
        #expect(Set(files) == Set(EventCatalogue.platform.definitions.map(\.type)))
    }

    @Test(arguments: EventCatalogue.platform.definitions)
    func `what was written is still valid, read, and written to the last member`(
        _ definition: EventDefinition
    ) throws {
        let event = try Self.event(definition.type)
        let data = try #require(event["data"])
        #expect(definition.verdict(on: data) == .valid)
        #expect(try definition.readAndWrite(data) == data.sorted)
        #expect(EventEnvelope.schema.violation(in: event) == nil)
        #expect(event["type"] == .text(definition.type))
        #expect(event["dataschema"] == .text(definition.schemaName))
    }

    @Test(arguments: EventCatalogue.platform.definitions)
    func `the envelope is read and written without loss`(_ definition: EventDefinition) throws {
        let event = try Self.event(definition.type)
        let envelope = try CloudEvent(json: Array(event.pretty.utf8))
        #expect(envelope.type == definition.type)
        #expect(try JSONTree(envelope.jsonBytes()).sorted == event.sorted)
    }

    @Test func `a created task has these bytes`() throws {
        let data = try #require(try Self.event(EventType.taskCreated)["data"])
        let snapshot = try WireJSON.decode(TaskSnapshot.self, from: Array(data.compact.utf8))
        let bytes = String(decoding: try WireJSON.encode(snapshot), as: UTF8.self)
        #expect(
            bytes
                == #"{"task":{"createdAt":"2026-11-21T09:30:00.125Z","description":"the one in the blue bottle","#
                + #""due":{"kind":"zoned","local":"2026-12-01T09:00","tz":"Europe/Amsterdam"},"#
                + #""id":"019a5c00-0000-7000-8000-000000000003","list":"Home","priority":"high","status":"open","#
                + #""tags":["shop","weekend"],"title":"Buy milk","updatedAt":"2026-11-21T09:30:00.125Z","version":1}}"#
        )
    }
}
