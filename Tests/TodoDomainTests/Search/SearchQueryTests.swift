import Foundation
import Testing

@testable import TodoDomain

struct SearchQueryTests {
    @Test func `words are cut at what is no letter, and lose case and accents`() {
        let words = SearchToken.tokens(of: "Crème brûlée, Straße №5 e-mail Łódź").map(\.word)
        #expect(words == ["creme", "brulee", "strasse", "5", "e", "mail", "lodz"])
        #expect(SearchToken.tokens(of: "買い物").map(\.word).count == 3)
        #expect(SearchToken.tokens(of: "Cafe\u{301} x").map(\.range) == [0..<5, 6..<7])
    }

    @Test func `quotes hold words together, and the last word may go on`() throws {
        let query = try #require(SearchQuery("buy \"Oat Milk\" choco"))
        #expect(query.parts.map(\.words) == [["buy"], ["oat", "milk"], ["choco"]])
        #expect(query.parts.map(\.isPrefix) == [false, false, true])
        #expect(try #require(SearchQuery("milk ")).parts.map(\.isPrefix) == [false])
        #expect(try #require(SearchQuery("\"milk\"")).parts.map(\.isPrefix) == [false])
        #expect(SearchQuery("") == nil && SearchQuery(" ,;\" ") == nil)
        #expect(SearchQuery(String(repeating: "a ", count: 17)) == nil)
    }

    @Test(arguments: [
        ("brocoli", "broccoli", true), ("broccolii", "broccoli", true), ("brokcoli", "broccoli", true),
        ("borccoli", "broccoli", true), ("bocoli", "broccoli", false), ("robccoli", "broccoli", false),
        ("milk", "milk", true), ("", "a", true), ("ab", "ba", true), ("abc", "cab", false),
    ]) func `one mistake is forgiven and two are not`(typed: String, meant: String, isNear: Bool) {
        #expect(Misspelling.isWithinOne(typed, meant) == isNear)
        #expect(Misspelling.isWithinOne(meant, typed) == isNear)
    }

    @Test func `one half of a word with one mistake is intact, wherever the mistake is`() {
        let letters = Array("abcdefgh")
        for word in ["other", "moment", "meeting"] {
            let whole = Array(word)
            var typed: [[Character]] = []
            for place in whole.indices {
                typed.append(Array(whole[..<place] + whole[(place + 1)...]))
                for letter in letters {
                    typed.append(Array(whole[..<place] + [letter] + whole[(place + 1)...]))
                    typed.append(Array(whole[..<place] + [letter] + whole[place...]))
                }
                guard place > 0 else { continue }
                var swapped = whole
                swapped.swapAt(place, place - 1)
                typed.append(swapped)
            }
            for wrong in typed.map({ String($0) }) where wrong.count >= 5 {
                #expect(Misspelling.isWithinOne(wrong, word))
                let (beginning, end) = Misspelling.halves(of: wrong)
                #expect(word.hasPrefix(beginning) || word.hasSuffix(end), "\(wrong) for \(word)")
            }
        }
    }

    @Test func `highlights are where the words stand`() throws {
        let query = try #require(SearchQuery("brulee \"oat milk\" cho"))
        let places = Highlight.places(
            of: query, in: "Crème Brûlée, oat milk & milk, Chocolate", field: "title")
        #expect(places.map(\.start) == [6, 14, 18, 31])
        #expect(places.map(\.length) == [6, 3, 4, 9])
    }
}
