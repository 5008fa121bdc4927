import Foundation
import Testing

@testable import TodoDomain

struct FilterParserTests {
    private func failure(_ text: String) -> FilterError? {
        do {
            _ = try FilterParser.parse(text)
            return nil
        } catch { return error }
    }

    @Test(arguments: [
        ("", FilterExpression.and([])),
        ("  \n", .and([])),
        ("status = open", .test(.status(.open))),
        ("status:completed", .test(.status(.completed))),
        ("STATUS != open", .not(.test(.status(.open)))),
        ("priority >= high", .test(.priority([.high, .urgent]))),
        ("priority < low", .test(.priority([.none]))),
        ("priority > urgent", .test(.priority([]))),
        ("priority != none", .test(.priority([.low, .medium, .high, .urgent]))),
        ("!high", .test(.priority([.high]))),
        ("p1", .test(.priority([.urgent]))),
        ("#home", .test(.tag("home"))),
        ("#\"two words\"", .test(.tag("two words"))),
        ("@work", .test(.list("work"))),
        ("tag in (a, \"b c\")", .or([.test(.tag("a")), .test(.tag("b c"))])),
        ("list = none", .not(.test(.present(.list)))),
        ("list = \"none\"", .test(.list("none"))),
        ("list != none", .not(.not(.test(.present(.list))))),
        ("due = none", .not(.test(.present(.due)))),
        ("due != none", .test(.present(.due))),
        ("has:tag", .test(.present(.tags))),
        ("is:overdue", .test(.overdue)),
        ("title: \"ÉTÉ\"", .test(.contains(.title, "ete"))),
        ("\"Milk\"", .test(.contains(.text, "milk"))),
        (
            "due < now+7d",
            .test(.moment(.due, .less, FilterMoment(.now, offsets: [.init(amount: 7, unit: .day)])))
        ),
        (
            "due>=2026-12-01T09:00",
            .test(.moment(.due, .greaterOrEqual, FilterMoment(.local(LocalDateTime("2026-12-01T09:00")!))))
        ),
        (
            "created > 2026-12-01T09:00+01:00",
            .test(.moment(.created, .greater, FilterMoment(.instant(1_796_112_000_000))))
        ),
        (
            "due < now 7d AND #a",
            .and([
                .test(.moment(.due, .less, FilterMoment(.now, offsets: [.init(amount: 7, unit: .day)]))),
                .test(.tag("a")),
            ])
        ),
        ("due <= fri", .test(.moment(.due, .lessOrEqual, FilterMoment(.weekday(.friday))))),
    ]) func `a comparison is read as it is meant`(text: String, expected: FilterExpression) throws {
        #expect(try FilterParser.parse(text) == expected)
    }

    @Test func `NOT binds before AND, AND before OR, and parentheses before all`() throws {
        let (a, b, c) = (
            FilterExpression.test(.tag("a")), FilterExpression.test(.tag("b")),
            FilterExpression.test(.tag("c"))
        )
        for text in ["#a OR #b AND NOT #c", "#a | #b & !#c", "#a || #b && not #c", "#a or #b not #c"] {
            #expect(try FilterParser.parse(text) == .or([a, .and([b, .not(c)])]))
        }
        #expect(try FilterParser.parse("(#a OR #b) #c") == .and([.or([a, b]), c]))
        #expect(try FilterParser.parse("NOT (#a #b)") == .not(.and([a, b])))
    }

    @Test(arguments: [
        ("statsu = open", FilterError.Code.unknownField, 0),
        ("#a AND statsu = open", .unknownField, 7),
        ("status = opne", .badValue, 9),
        ("status < open", .operatorNotAllowed, 7),
        ("due = someday", .badValue, 6),
        ("due = 2026-02-30", .badValue, 6),
        ("due < none", .operatorNotAllowed, 4),
        ("due < today+999999999d", .badValue, 6),
        ("milk", .unknownWord, 0),
        ("(#a", .unterminated, 0),
        ("#a)", .unexpected, 2),
        ("title: \"abc", .unterminated, 7),
        ("#a AND", .unexpected, 6),
        ("#a OR OR #b", .unexpected, 6),
        ("due <", .unexpected, 5),
        ("due in today", .unexpected, 7),
        ("due in ()", .unexpected, 8),
        ("priority in (high, )", .unexpected, 19),
        ("#", .badValue, 0),
        ("€", .unexpected, 0),
        ("parent = 12", .badValue, 9),
        ("has:legs", .badValue, 4),
        ("title: \"\"", .badValue, 7),
    ]) func `a mistake is named with its place`(text: String, code: FilterError.Code, position: Int) {
        let error = failure(text)
        #expect(error?.code == code, "\(text)")
        #expect(error?.position == position, "\(text): \(error?.detail ?? "")")
    }

    @Test func `a filter has bounds, and its costs grow with its length only`() throws {
        #expect(failure(String(repeating: " ", count: 2001))?.code == .tooLong)
        let deep = String(repeating: "(", count: 20) + "#a" + String(repeating: ")", count: 20)
        #expect(failure(deep) == nil)
        #expect(failure("(\(deep))")?.code == .tooDeep)
        #expect(failure(String(repeating: "!", count: 1990) + "#a")?.code == .tooDeep)
        #expect(failure(String(repeating: "#a ", count: 100)) == nil)
        #expect(failure(String(repeating: "#a ", count: 101))?.code == .tooManyTerms)
        let many = (0...100).map(String.init).joined(separator: ",")
        #expect(failure("tag in (\(many))")?.code == .tooManyTerms)
    }

    @Test func `whatever is written, the parser answers and its places lie in the text`() {
        let pieces = [
            "(", ")", "!", "&", "|", "=", "!=", "<", ">=", ":", ",", "#", "@", "\"", "'", "\\", " ", "\n",
            "due",
            "status", "tag", "in", "and", "or", "not", "today", "now+7d", "2026-12-01", "T09:00", "none",
            "high",
            "p1", "+", "-", "é", "🥛", "\u{301}", "\u{0}", "99999999999", "saved:", "/", "Z", "+26:00",
        ]
        var numbers = FilterNumbers(state: 7)
        var readable = 0
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...24, using: &numbers)
            let text = (0..<count).map { _ in pieces.randomElement(using: &numbers) ?? "" }.joined()
            do {
                let filter = try FilterParser.parse(text)
                _ = filter.resolved(in: FilterContext(now: instant("2026-11-21T10:00:00Z"), zone: .utc))
                readable += 1
            } catch {
                #expect((0...text.unicodeScalars.count).contains(error.position))
                #expect(!error.detail.isEmpty)
            }
        }
        #expect(readable > 500)
    }
}
