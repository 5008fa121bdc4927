import Testing

@testable import Supervisor

@Suite struct LogLineTests {
    private func rendered(_ text: String, color: Bool = false) -> String {
        LogLine(Array(text.utf8), from: "tasks", now: "2026-11-21T10:00:00.000Z")
            .rendered(nameWidth: 7, palette: Palette(isOn: color))
    }

    @Test func `a structured line becomes one readable line`() {
        let line = """
            {"timestamp":"2026-11-21T12:03:04.123456Z","severity_text":"INFO","severity_number":9,\
            "body":"task written","service_name":"tasks","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736",\
            "span_id":"00f067aa0ba902b7","attributes":{"todo.count":3,"todo.note":"a b","todo.done":true}}
            """
        #expect(
            rendered(line)
                == "12:03:04.123 tasks   INFO   task written todo.count=3 todo.done=true todo.note=\"a b\""
                + " trace=4bf92f3577b34da6a3ce929d0e0e4736")
    }

    @Test func `seconds without a fraction are filled up and a warning is padded`() {
        let line = #"{"timestamp":"2026-11-21T12:03:04Z","severity_text":"WARN","body":"slow"}"#
        #expect(rendered(line) == "12:03:04.000 tasks   WARN   slow")
    }

    @Test func `text of a crash is shown as an error and stored as an object`() {
        let bytes = Array("Fatal error: index out of range".utf8)
        let line = LogLine(bytes, from: "audit", now: "2026-11-21T10:00:00.000Z")
        #expect(
            line.rendered(nameWidth: 7, palette: Palette(isOn: false))
                == "10:00:00.000 audit   ERROR  Fatal error: index out of range")
        #expect(
            String(decoding: line.stored(bytes), as: UTF8.self)
                == #"{"body":"Fatal error: index out of range","service_name":"audit","#
                + #""severity_text":"ERROR","timestamp":"2026-11-21T10:00:00.000Z"}"# + "\n")
    }

    @Test func `a structured line is stored as it came`() {
        let text = #"{"body":"x","zebra":1}"#
        let line = LogLine(Array(text.utf8), from: "audit", now: "")
        #expect(String(decoding: line.stored(Array(text.utf8)), as: UTF8.self) == text + "\n")
    }

    @Test func `control characters cannot steer the terminal`() {
        let line =
            #"{"timestamp":"2026-11-21T12:03:04.1Z","body":"\u001b[2Jx\ny","attributes":{"a":"\u0007"}}"#
        #expect(rendered(line) == #"12:03:04.1   tasks   INFO   \u{1b}[2Jx\ny a=\u{7}"#)
    }

    @Test func `colours wrap the parts and vanish when not wanted`() {
        let line = #"{"timestamp":"2026-11-21T12:03:04.123Z","severity_text":"ERROR","body":"no"}"#
        #expect(rendered(line, color: true).contains("\u{1B}[31mERROR \u{1B}[0m"))
        #expect(!rendered(line).contains("\u{1B}"))
    }
}
