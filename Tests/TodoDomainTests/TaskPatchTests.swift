import FoundationEssentials
import Testing

@testable import TodoDomain

struct TaskPatchTests {
    private static let start = Date(timeIntervalSince1970: 1_790_000_000)
    private static let later = start.addingTimeInterval(60)
    private let task = TodoTask(
        id: UUID(), title: "milk", description: "two", priority: .high, tags: ["a", "b"], list: "Shop",
        due: DueTime(kind: .zoned, local: "2026-12-01T09:00", tz: "Europe/Amsterdam"), status: .open,
        version: 4,
        createdAt: start, updatedAt: start, completedAt: nil)

    private func patched(_ json: String) throws -> (TodoTask, TaskChange?) {
        var copy = task
        let patch = try JSONDecoder().decode(TaskPatch.self, from: Data(json.utf8))
        let change = try copy.perform(.patch(patch), at: Self.later)
        return (copy, change)
    }

    private func pointers(_ json: String) -> [String] {
        do {
            _ = try patched(json)
            return []
        } catch let error as ValidationError {
            return error.fields.map(\.pointer)
        } catch let error as DecodingError {
            switch error {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
                return ["type:\(jsonPointer(context.codingPath))"]
            default: return ["decoding"]
            }
        } catch {
            return ["other"]
        }
    }

    @Test func `a member replaces, null removes, absence keeps`() throws {
        let (after, change) = try patched(#"{"title":" oat ","description":null,"tags":["b"]}"#)
        var expected = task
        expected.title = "oat"
        expected.description = nil
        expected.tags = ["b"]
        expected.version = 5
        expected.updatedAt = Self.later
        #expect(after == expected)
        #expect(change?.changedFields == [.title, .description, .tags])
        #expect(change?.eventType == EventType.taskUpdated)
    }

    @Test func `null takes a field back to what a new task has`() throws {
        let (after, _) = try patched(#"{"priority":null,"tags":null,"list":null,"due":null}"#)
        #expect(after.priority == .none && after.tags == [] && after.list == nil && after.due == nil)
    }

    @Test func `what is the same already is no change`() throws {
        for json in ["{}", #"{"title":" milk","tags":["a","b","a"]}"#, #"{"due":{"kind":"zoned"}}"#] {
            let (after, change) = try patched(json)
            #expect(after == task && change == nil, "\(json)")
        }
    }

    @Test func `a patch reaches into the due time`() throws {
        let (moved, change) = try patched(#"{"due":{"local":"2026-12-02T10:00"}}"#)
        #expect(moved.due == DueTime(kind: .zoned, local: "2026-12-02T10:00", tz: "Europe/Amsterdam"))
        #expect(change?.changedFields == [.due])
        let (day, _) = try patched(#"{"due":{"kind":"date","local":"2026-12-02","tz":null}}"#)
        #expect(day.due == DueTime(kind: .date, local: "2026-12-02"))
        var bare = task
        bare.due = nil
        let patch = try JSONDecoder().decode(
            TaskPatch.self, from: Data(#"{"due":{"tz":"Europe/Oslo"}}"#.utf8))
        let error = #expect(throws: ValidationError.self) { try bare.perform(.patch(patch), at: Self.later) }
        #expect(error?.fields.map(\.pointer) == ["/due/kind", "/due/local"])
    }

    @Test func `every mistake is named with its place`() {
        let cases: [(String, [String])] = [
            (#"{"title":null}"#, ["/title"]),
            (#"{"title":"","tags":["",1]}"#, ["type:/tags/1"]),
            (#"{"title":"","tags":[""]}"#, ["/title", "/tags/0"]),
            (#"{"colour":1,"status":"completed"}"#, ["/colour", "/status"]),
            (#"{"due":{"kind":"date"}}"#, ["/due/local", "/due/tz"]),
            (#"{"due":{"kind":null}}"#, ["type:/due/kind"]),
            (#"{"due":{"x":1}}"#, ["/due/x"]),
            (#"{"priority":"huge"}"#, ["type:/priority"]),
            (#"["title"]"#, ["type:"]),
        ]
        for (json, expected) in cases { #expect(pointers(json) == expected, "\(json)") }
    }

    @Test func `a limit that was lowered since keeps nobody from changing the rest`() throws {
        var copy = task
        var limits = TaskLimits()
        limits.titleCharacters = 2
        let patch = try JSONDecoder().decode(TaskPatch.self, from: Data(#"{"priority":"low"}"#.utf8))
        #expect(try copy.perform(.patch(patch), at: Self.later, limits: limits) != nil)
    }

    @Test func `acts change once and keep what they do not concern`() throws {
        var copy = task
        let completed = try #require(try copy.perform(.complete, at: Self.later))
        #expect((completed.from, completed.to) == (.open, .completed))
        #expect(copy.completedAt == Self.later && copy.version == 5)
        #expect(try copy.perform(.complete, at: Self.later.addingTimeInterval(9)) == nil)
        let deleted = try #require(try copy.perform(.delete, at: Self.later))
        #expect((deleted.from, deleted.to) == (.completed, .trash))
        #expect(!copy.admits(.complete) && copy.admits(.restore))
        let restored = try #require(try copy.perform(.restore, at: Self.later))
        #expect((restored.from, restored.to) == (.trash, .completed))
        #expect(try copy.perform(.restore, at: Self.later) == nil)
        _ = try copy.perform(.reopen, at: Self.start.addingTimeInterval(-9))
        #expect(copy.status == .open && copy.completedAt == nil && copy.updatedAt == Self.later)
    }

    @Test func `an update's event has this form, and only then names fields`() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        encoder.dateEncodingStrategy = .secondsSince1970
        let (after, change) = try patched(#"{"list":null,"due":null,"tags":[],"description":null}"#)
        let json = String(
            decoding: try encoder.encode(TaskSnapshot(task: after, changedFields: change?.changedFields)),
            as: UTF8.self)
        #expect(
            json == #"{"changedFields":["description","tags","list","due"],"task":{"createdAt":1790000000,"#
                + #""id":"\#(task.id.uuidString.lowercased())","priority":"high","status":"open","tags":[],"#
                + #""title":"milk","updatedAt":1790000060,"version":5}}"#)
        #expect(
            !String(decoding: try encoder.encode(TaskSnapshot(task: after)), as: UTF8.self)
                .contains("changedFields"))
    }
}
