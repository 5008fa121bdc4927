import EventFlow
import FoundationEssentials
import HTTPTypes
import ServiceKit
import Testing
import TodoDomain

@testable import Tasks

/// Documents of imports, cut anywhere and broken anywhere.
struct ImportScannerTests {
    private static let document = """
        {"settings":{"timeZone":"UTC"},"format":"todo.export","version":1,
        "lists":[
        {"name":"Home ]}, \\" x"}],
        "tasks":[
        {"id":"1","title":"a"},
        {"id":"2","title":"b","parentId":"1"}]}
        """

    private func read(_ text: String, by size: Int = 1000) throws -> ImportPlan {
        var reader = ImportReader(zones: ZoneFiles(folder: "/usr/share/zoneinfo"))
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            try reader.feed(Array(bytes[start..<min(start + size, bytes.count)]))
        }
        return try reader.finish()
    }

    private func mistakes(_ text: String) -> [FieldError] {
        do {
            _ = try read(text)
            return []
        } catch let problem as Problem {
            return problem.fields
        } catch {
            return [FieldError(pointer: "?", detail: "\(error)")]
        }
    }

    @Test func `a document reads the same however it is cut`() throws {
        for size in 1...40 {
            let plan = try read(Self.document, by: size)
            #expect(plan.lists.map(\.thing.name) == [#"Home ]}, " x"#])
            #expect(plan.tasks.map(\.thing.id) == ["1", "2"] && plan.levels == [0, 1])
            #expect(plan.tasks.map(\.line) == [5, 6])
            #expect(plan.settings.map { String(decoding: $0, as: UTF8.self) } == #"{"timeZone":"UTC"}"#)
        }
    }

    @Test func `every document that breaks off is refused`() throws {
        for length in 0..<Self.document.utf8.count {
            #expect(!mistakes(String(Self.document.prefix(length))).isEmpty, "\(length)")
        }
    }

    @Test(
        arguments: [
            (#"{"id":"1","title":""}"#, "/tasks/0/title"), (#"{"id":"1"}"#, "/tasks/0/title"),
            (#"{"id":"1","title":"a","tittle":"b"}"#, "/tasks/0/tittle"),
            (#"{"id":"1","title":"a","parentId":"9"}"#, "/tasks/0/parentId"),
            (#"{"id":"1","title":"a","parentId":"1"}"#, "/tasks/0/parentId"),
            (#"{"id":"1","title":"a"},{"id":"1","title":"b"}"#, "/tasks/1/id"),
            (
                #"{"id":"1","title":"a","due":{"kind":"zoned","local":"2026-01-01T09:00","tz":"Mars/Olympus"}}"#,
                "/tasks/0/due/tz"
            ),
            (#"{"id":"1","title":"a","status":"done"}"#, "/tasks/0/status"),
            (#"{"id":"1","title":"a","position":"a-b"}"#, "/tasks/0/position"), ("7", "/tasks/0"),
            (#"{"id":"1","title":"a","createdAt":"yesterday"}"#, "/tasks/0/createdAt"),
        ])
    func `a mistake is told with its line and its pointer`(_ items: String, _ pointer: String) {
        let found = mistakes("{\"format\":\"todo.export\",\"version\":1,\n\"tasks\":[\n\(items)]}")
        #expect(found.first?.pointer == pointer, "\(found)")
        #expect(found.first?.line == 3)
    }

    @Test func `other files are refused`() {
        for text in [
            "", "[]", "null", "{}", "{\"tasks\":[}", "{\"format\":\"x\",\"version\":1}", "{\"a\":1}{",
        ] {
            #expect(!mistakes(text).isEmpty, "\(text)")
        }
    }

    @Test func `bytes of any kind end in a refusal`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            var bytes = Array(Self.document.utf8)
            for _ in 0..<3 {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255)
            }
            var reader = ImportReader(zones: ZoneFiles(folder: "/usr/share/zoneinfo"))
            do {
                try reader.feed(bytes)
                _ = try reader.finish()
            } catch {
                #expect(error is Problem)
            }
        }
    }
}
