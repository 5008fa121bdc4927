import FoundationEssentials
import Testing

@testable import Postgres

@Suite struct ValuesTests {
    @Test(arguments: [
        ("2026-01-31 09:00:00.123456+00", "2026-01-31T09:00:00.123456Z"),
        ("2024-02-29 23:59:59+02", "2024-02-29T21:59:59.000000Z"),
        ("1969-12-31 23:30:00-05:30", "1970-01-01T05:00:00.000000Z"),
        ("2026-03-01", "2026-03-01T00:00:00.000000Z"),
        ("2000-03-01 00:00:00.5", "2000-03-01T00:00:00.500000Z"),
        ("0001-01-01 00:00:00+00", "0001-01-01T00:00:00.000000Z"),
        ("2199-12-31 23:59:59.999999+00", "2199-12-31T23:59:59.999999Z"),
    ])
    func `timestamps are read and written`(read: String, written: String) throws {
        let date = try #require(Date(postgresText: read))
        #expect(date.postgresText == written)
    }

    @Test func `the epoch is where it should be`() {
        #expect(Date(timeIntervalSince1970: 0).postgresText == "1970-01-01T00:00:00.000000Z")
        #expect(Date(postgresText: "1970-01-02")?.timeIntervalSince1970 == 86_400)
    }

    @Test(arguments: ["", "infinity", "2026-13-01", "2026-01-01 10", "tomorrow", "2026-01-01 00:00:00 BC"])
    func `what is no timestamp is refused`(text: String) {
        #expect(Date(postgresText: text) == nil)
    }

    @Test func `arrays survive every nasty character`() {
        let nasty = ["", "a,b", "quote \" and \\ slash", "{brace}", "NULL", " space ", "日本\n", "é"]
        #expect([String](postgresText: nasty.postgresText ?? "") == nasty)
        #expect([String](postgresText: "{}") == [])
        #expect([String](postgresText: "{plain,\"quo\\\"ted\"}") == ["plain", "quo\"ted"])
        #expect([Int64](postgresText: "{1,-2}") == [1, -2])
        #expect([String](postgresText: "{a,NULL}") == nil)
        #expect([Int](postgresText: "{{1},{2}}") == nil)
        #expect([Int](postgresText: "1,2") == nil)
    }

    @Test func `bytes travel as hexadecimal digits`() {
        let bytes: [UInt8] = [0, 1, 0x7f, 0x80, 0xff]
        #expect(bytes.postgresText == "\\x00017f80ff")
        #expect([UInt8](postgresText: "\\x00017F80ff") == bytes)
        #expect([UInt8](postgresText: "\\x0") == nil)
        #expect([UInt8](postgresText: "00") == nil)
    }

    @Test func `only an optional has an answer for NULL`() {
        #expect(Int.fromPostgres(nil) == nil)
        #expect(Int?.fromPostgres(nil) == .some(.none))
        #expect(Int?.fromPostgres("x") == nil)
        #expect(Int?.fromPostgres("5") == 5)
    }

    @Test func `an enum needs only the names of the protocols`() {
        enum Status: String, PostgresEncodable, PostgresDecodable { case open, done }
        #expect(Status.done.postgresText == "done")
        #expect(Status(postgresText: "open") == .open)
        #expect(Status(postgresText: "other") == nil)
    }

    @Test func `numbers are read to the limits of their type and no further`() {
        func read<Value: PostgresDecodable>(_ text: String, as type: Value.Type) -> Value? {
            Value(postgresBytes: Array(text.utf8).span)
        }
        #expect(read("9223372036854775807", as: Int64.self) == .max)
        #expect(read("-9223372036854775808", as: Int64.self) == .min)
        #expect(read("9223372036854775808", as: Int64.self) == nil)
        #expect(read("999999999999999999", as: Int.self) == 999_999_999_999_999_999)
        #expect(read("-32768", as: Int16.self) == .min)
        #expect(read("32768", as: Int16.self) == nil)
        #expect(read("2147483648", as: Int32.self) == nil)
        #expect(read("+5", as: Int.self) == 5)
        for text in ["", "-", "1.0", " 1", "1 ", "x", "0x1", "--1"] {
            #expect(read(text, as: Int.self) == nil, "\(text)")
        }
    }

    @Test func `identifiers are read in either case and written in lower case`() {
        for _ in 0..<100 {
            let identifier = UUID()
            #expect(identifier.postgresText == identifier.uuidString.lowercased())
            for text in [identifier.uuidString, identifier.uuidString.lowercased()] {
                #expect(UUID(postgresBytes: Array(text.utf8).span) == identifier)
            }
        }
        for text in [
            "", "01999999-9999-7999-8999-99999999999", "01999999_9999-7999-8999-999999999999",
            "01999999-9999-7999-8999-99999999999g", "{1999999-9999-7999-8999-999999999999}",
        ] {
            #expect(UUID(postgresBytes: Array(text.utf8).span) == nil, "\(text)")
        }
    }
}
