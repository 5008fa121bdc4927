import Foundation
import Testing

@testable import TodoDomain

struct EventCatalogueTests {
    private let catalogue = EventCatalogue.platform

    private func violation(_ type: String, _ json: String) -> String? {
        catalogue.violation(ofType: type, data: Array(json.utf8))
    }

    @Test func `every type is there once, well spelt, on a topic, and from somebody`() {
        let types = catalogue.definitions.map(\.type)
        #expect(Set(types).count == types.count)
        for definition in catalogue.definitions {
            let parts = definition.type.split(separator: ".")
            #expect(parts.count == 4 && parts[0] == "todo" && parts[3].hasPrefix("v"), "\(definition.type)")
            #expect(Topic.all.contains(definition.topic))
            #expect(!definition.publishers.isEmpty)
            #expect(definition.schemaName == "urn:todo:schema:\(definition.type)")
        }
    }

    @Test func `every constant of EventType is in the catalogue, and every topic has its stream`() throws {
        let file = repositoryFolder("Sources/Core/TodoDomain/Events/Catalogue/EventType.swift")
        let constants = try String(contentsOf: file, encoding: .utf8)
            .matches(of: /public static let [A-Za-z]+ = "([a-z0-9_.]+)"/).map { String($0.1) }
        #expect(Set(constants) == Set(catalogue.definitions.map(\.type)))
        #expect(constants.count == catalogue.definitions.count)
        #expect(EventStream.all.map(\.topic) == Topic.all)
        #expect(Set(catalogue.definitions.map(\.topic)) == Set(Topic.all))
    }

    @Test func `a type that nobody promised anything of is unknown, not wrong`() {
        #expect(catalogue.verdict(onType: "todo.task.created.v2", data: []) == .unknownType)
        #expect(violation("com.example.other", "{") == nil)
        #expect(catalogue["todo.task.created.v2"] == nil)
    }

    @Test func `each rule that is broken is named with its place`() {
        let settings =
            #"{"userID":"019a5c00-0000-7000-8000-000000000001","settings":{"timeZone":"UTC","weekStart":"%","#
            + #""defaultReminderTime":"09:00"}}"#
        let type = EventType.userSettingsChanged
        #expect(violation(type, settings.replacing("%", with: "monday")) == nil)
        #expect(
            violation(type, settings.replacing("%", with: "Mon")) == "unknown_value /settings/weekStart")
        #expect(violation(type, "[]") == "wrong_type")
        #expect(violation(type, "{}") == "missing /userID")
        #expect(violation(type, #"{"userID":1}"#) == "wrong_type /userID")
        #expect(violation(type, #"{"userID":"x"}"#) == "wrong_length /userID")
        #expect(violation(type, "{") == "not_json")
        #expect(violation(type, "") == "not_json")
        #expect(violation(type, #"{"a":1,"a":1}"#) == "repeated_member")
        #expect(violation(type, String(repeating: "[", count: 99)) == "too_deep")
        #expect(violation(type, String(repeating: " ", count: 5_000_000)) == "too_large")
        let id = "019a5c00-0000-7000-8000-000000000001"
        let call =
            #"{"call":{"id":"\#(id)","tool":"a","channel":"c","argumentNames":%,"durationMilliseconds":#}"#
            + #","taskIDs":[]}"#
        func invoked(_ names: String, _ duration: String) -> String? {
            violation(
                EventType.toolInvoked, call.replacing("%", with: names).replacing("#", with: duration))
        }
        #expect(invoked(#"["a"]"#, "1") == nil)
        #expect(invoked(#"["a","a"]"#, "1") == "repeated_item /call/argumentNames")
        #expect(invoked(#"["a","B"]"#, "1") == "wrong_format /call/argumentNames/1")
        #expect(invoked("[]", "-1") == "out_of_range /call/durationMilliseconds")
        #expect(invoked("[]", "1.5") == "wrong_type /call/durationMilliseconds")
        let names = (0...64).map { "\"a\($0)\"" }.joined(separator: ",")
        #expect(invoked("[\(names)]", "1") == "wrong_count /call/argumentNames")
    }

    @Test func `what is wrong is told without what was written`() {
        let secret = "my secret title"
        let data = #"{"task":{"title":7,"id":"\#(secret)","\#(secret)":1}}"#
        let told = violation(EventType.taskCreated, data) ?? ""
        #expect(!told.isEmpty && !told.contains(secret))
        let values =
            #"{"notificationID":"019a5c00-0000-7000-8000-000000000001","template":"reminder","#
            + #""values":{"\#(secret)":"x"}}"#
        #expect(violation(EventType.notificationRequested, values) == "wrong_format /values")
    }

    @Test func `only an update must say what changed`() throws {
        let golden = try #require(catalogue[EventType.taskCreated]?.example.compact)
        #expect(violation(EventType.taskCreated, golden) == nil)
        #expect(violation(EventType.taskUpdated, golden) == "missing /changedFields")
    }

    @Test func `a task at every limit of the API is no violation`() throws {
        let limits = TaskLimits()
        let letter = "👩‍👩‍👧"
        let task = TodoTask(
            id: UUID(), title: String(repeating: letter, count: 400),
            description: String(repeating: "\u{1}", count: limits.descriptionBytes), priority: .urgent,
            tags: (0..<limits.tags).map { "\($0)" + String(repeating: "中", count: limits.tagCharacters - 2) },
            list: String(repeating: "é", count: limits.tagCharacters),
            due: DueTime(kind: .zoned, local: "2026-12-01T09:00:00", tz: "Europe/Amsterdam"),
            status: .completed,
            version: .max / 1024, createdAt: .now, updatedAt: .now, completedAt: .now, deletedAt: .now)
        let definition = try #require(catalogue[EventType.taskUpdated])
        let data = try payload(TaskSnapshot(task: task, changedFields: TaskField.allCases))
        #expect(definition.verdict(on: data) == .valid)
    }
}
