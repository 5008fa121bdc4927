import FoundationEssentials
import Testing

@testable import TodoDomain

struct NewTaskTests {
    private func decode(_ json: String) throws -> NewTask {
        var task = try JSONDecoder().decode(NewTask.self, from: Data(json.utf8))
        try task.validate()
        return task
    }

    private func pointers(_ json: String) -> [String] {
        do {
            _ = try decode(json)
            return []
        } catch let error as ValidationError {
            return error.fields.map(\.pointer)
        } catch let error as DecodingError {
            if case .typeMismatch(_, let context) = error {
                return ["type:\(jsonPointer(context.codingPath))"]
            }
            if case .keyNotFound(let key, _) = error { return ["missing:/\(key.stringValue)"] }
            return ["decoding"]
        } catch {
            return ["other"]
        }
    }

    @Test func `a title is enough`() throws {
        let task = try decode(#"{"title":"milk"}"#)
        #expect(task.title == "milk")
        #expect(task.priority == .none)
        #expect(task.tags.isEmpty)
        #expect(task.due == nil)
    }

    @Test func `blanks around words go, and repeated tags fold into one`() throws {
        let task = try decode(#"{"title":"  milk \n","tags":[" a ","b","a"],"list":" Home "}"#)
        #expect(task.title == "milk")
        #expect(task.tags == ["a", "b"])
        #expect(task.list == "Home")
    }

    @Test func `every mistake is named with its place, all at once`() {
        let tags = (0..<51).map { "\"t\($0)\"" }.joined(separator: ",")
        let cases: [(String, [String])] = [
            (#"{}"#, ["missing:/title"]),
            (#"{"title":1}"#, ["type:/title"]),
            (#"{"title":"a","tags":[1]}"#, ["type:/tags/0"]),
            (#"{"title":"   "}"#, ["/title"]),
            (#"{"title":"\#(String(repeating: "x", count: 501))"}"#, ["/title"]),
            (#"{"title":"a","description":"\#(String(repeating: "x", count: 65_537))"}"#, ["/description"]),
            (#"{"title":"a\u0000b"}"#, ["/title"]),
            // One letter to a reader, but a megabyte of accents to everybody who must carry it.
            (#"{"title":"a\#(String(repeating: "\u{301}", count: 5000))"}"#, ["/title"]),
            (#"{"title":"a","tags":["a\#(String(repeating: "\u{301}", count: 2000))"]}"#, ["/tags/0"]),
            // Few letters to a reader, many when they are taken apart, as titles are sorted.
            (#"{"title":"\#(String(repeating: "각", count: 289))"}"#, ["/title"]),
            (#"{"title":"\#(String(repeating: "각", count: 288))"}"#, []),
            (#"{"title":"\#(String(repeating: "🥛", count: 500))"}"#, []),
            (#"{"title":"a","list":""}"#, ["/list"]),
            (#"{"title":"a","tags":["ok","\#(String(repeating: "x", count: 65))"]}"#, ["/tags/1"]),
            (#"{"title":"a","tags":[\#(tags)]}"#, ["/tags"]),
            (#"{"title":"","tags":[""],"list":""}"#, ["/title", "/list", "/tags/0"]),
            (#"{"title":"a","b/c":1,"a~":2}"#, ["/a~0", "/b~1c"]),
            (#"{"title":"a","due":{"kind":"date","local":"2026-12-01","x":1}}"#, ["/due/x"]),
        ]
        for (json, expected) in cases { #expect(pointers(json) == expected, "\(json.prefix(80))") }
    }

    @Test func `a due time says what it lacks`() {
        let cases: [(String, [String])] = [
            (#"{"kind":"date","local":"2026-12-01"}"#, []),
            (#"{"kind":"date","local":"2028-02-29"}"#, []),
            (#"{"kind":"date","local":"2026-02-29"}"#, ["/due/local"]),
            (#"{"kind":"date","local":"2026-12-01T09:00"}"#, ["/due/local"]),
            (#"{"kind":"date","local":"9990-12-31"}"#, []),
            (#"{"kind":"date","local":"9991-01-01"}"#, ["/due/local"]),
            (#"{"kind":"date","local":"0000-12-31"}"#, ["/due/local"]),
            (#"{"kind":"zoned","local":"9999-12-31T09:00","tz":"UTC"}"#, ["/due/local"]),
            (#"{"kind":"floating","local":"2026-12-01T09:00"}"#, []),
            (#"{"kind":"floating","local":"2026-12-01"}"#, ["/due/local"]),
            (#"{"kind":"floating","local":"2026-12-01T24:00"}"#, ["/due/local"]),
            (#"{"kind":"floating","local":"2026-12-01T09:00","tz":"Europe/Amsterdam"}"#, ["/due/tz"]),
            (#"{"kind":"zoned","local":"2026-12-01T09:00:30","tz":"Europe/Amsterdam"}"#, []),
            (#"{"kind":"zoned","local":"2026-12-01T09:00"}"#, ["/due/tz"]),
            (#"{"kind":"zoned","local":"x","tz":"../etc/passwd"}"#, ["/due/local", "/due/tz"]),
        ]
        for (due, expected) in cases {
            #expect(pointers(#"{"title":"a","due":\#(due)}"#) == expected, "\(due)")
        }
    }
}
