import Foundation
import Testing

@testable import TodoDomain

/// Phrases and what a person would expect of them. `frozen.json` is older than the parser and does not follow it;
/// `grown.json` came with it.
struct PhraseCorpusTests {
    struct Corpus: Decodable {
        var now: String
        var phrases: [Phrase]
    }

    struct Phrase: Decodable, Equatable, CustomTestStringConvertible {
        var text: String
        var title: String
        var due: String?
        var rrule: String?
        var skip: String?
        var mode: String?
        var tags: [String]?
        var list: String?
        var priority: String?
        var reminders: [String]?

        var testDescription: String { text }
    }

    static func corpus(_ name: String) throws -> Corpus {
        let file = repositoryFolder("Tests/TodoDomainTests/NaturalLanguage/\(name).json")
        return try JSONDecoder().decode(Corpus.self, from: Data(contentsOf: file))
    }

    private func read(_ text: String, _ now: LocalDateTime) -> Phrase {
        let phrase = PhraseParser.parse(text, now: now)
        return Phrase(
            text: text, title: phrase.title, due: phrase.due?.description,
            rrule: phrase.rule?.rrule.description,
            skip: phrase.rule.flatMap { $0.skip == .omit ? nil : $0.skip.rawValue },
            mode: phrase.rule.flatMap { $0.mode == .schedule ? nil : $0.mode.rawValue },
            tags: phrase.tags.isEmpty ? nil : phrase.tags, list: phrase.list,
            priority: phrase.priority == .none ? nil : phrase.priority.rawValue,
            reminders: phrase.reminders.isEmpty
                ? nil
                : phrase.reminders.map { reminder in
                    switch reminder {
                    case .before(let offset): offset.description
                    case .at(let moment): moment.description
                    }
                })
    }

    @Test(arguments: ["frozen", "grown"]) func `phrases mean what a person would expect`(_ name: String)
        throws
    {
        let corpus = try Self.corpus(name)
        let now = try #require(LocalDateTime(corpus.now))
        for phrase in corpus.phrases { #expect(read(phrase.text, now) == phrase, "\(phrase.text)") }
    }

    @Test func `the corpus is large, and most of it is older than the parser`() throws {
        let (frozen, grown) = (try Self.corpus("frozen").phrases, try Self.corpus("grown").phrases)
        #expect(frozen.count >= 80)
        #expect(frozen.count + grown.count >= 150)
        #expect(Set((frozen + grown).map(\.text)).count == frozen.count + grown.count)
    }

    @Test func `spans are where the parts stand, and the rest is the title`() throws {
        let now = try #require(LocalDateTime("2026-11-21T10:00"))
        let text = "żółw 🐢 tomorrow at 9 #home !high +\"My list\""
        let phrase = PhraseParser.parse(text, now: now)
        let units = Array(text.utf16)
        let parts = phrase.spans.map { span in
            String(decoding: units[span.offset..<span.offset + span.length], as: UTF16.self)
        }
        #expect(parts == ["tomorrow", "at 9", "#home", "!high", "+\"My list\""])
        #expect(phrase.spans.map(\.part) == [.date, .time, .tag, .priority, .list])
        #expect(phrase.spans[1].alternatives == ["21:00"])
        #expect(phrase.title == "żółw 🐢")
        let friday = PhraseParser.parse("x every second friday", now: now)
        #expect(friday.spans[0].alternatives == ["FREQ=MONTHLY;BYDAY=2FR"])
        #expect(PhraseParser.parse("x on friday", now: now).spans[0].alternatives == ["2026-12-04"])
    }

    @Test func `hostile texts end, and nothing but known words is lost`() throws {
        let now = try #require(LocalDateTime("2026-11-21T10:00"))
        var numbers = SeededNumbers(seed: 11)
        let pieces = [
            "every", "other", "friday", "at", "5", "5pm", "on", "the", "31st", "last", "day", "of", "month",
            "\"", "“", "+",
            "+\"", "#", "!", "remind", "me", "before", "in", "until", "for", "9999", "times", "\u{0}", "🐢",
            "and", ",", "a",
            "february", "30", "0", "-1", "starting", "next", "every!", "from", "completion", "12:61", "24:00",
            "0am", "13pm",
        ]
        for _ in 0..<4000 {
            let words = (0..<Int.random(in: 1...14, using: &numbers)).map { _ in
                pieces.randomElement(using: &numbers) ?? ""
            }
            let phrase = PhraseParser.parse(words.joined(separator: " "), now: now)
            #expect(phrase.spans.allSatisfy { $0.length > 0 })
            guard let rule = phrase.rule, let due = phrase.due else { continue }
            // Whatever comes out can be sent back.
            let text = rule.rrule.description
            let read = try RecurrenceRule(text, start: due, isZoned: due.hasTime)
            #expect(read.description == text)
        }
        let long = String(repeating: "every friday \" ", count: 1000)
        #expect(PhraseParser.parse(long, now: now).title == long)
    }
}
