/// Takes out of a model's words what must not reach the page: secrets, the mark of the prompt, links and images to
/// anywhere.
///
/// Works while the words come: a word is held back until it is whole, and a stretch that may become the mark until it
/// cannot any more. What has been let out has been looked at.
struct OutputFilter: Sendable {
    private let canary: String
    /// Addresses that the user himself wrote, which say nothing new.
    private let known: Set<String>
    private var held = ""
    private var tail = ""
    /// In the middle of a word that is too long to be one: nothing of it is shown.
    private var isSkipping = false
    /// Whoever says the mark is reciting: nothing more of this text is shown.
    private var isClosed = false
    private(set) var redactions = 0
    private(set) var length = 0

    static let longestOutput = 32 * 1024
    private static let longestWord = 2048
    private static let linkGone = "[link removed]"
    private static let secretGone = "[removed]"

    init(canary: String, userText: String = "") {
        self.canary = canary.lowercased()
        known = Set(userText.split(whereSeparator: \.isWhitespace).map(String.init))
    }

    /// Takes a piece in; gives what may be shown.
    mutating func feed(_ piece: String) -> String {
        held += PlainText.visible(piece)
        var shown = ""
        while let end = held.firstIndex(where: \.isWhitespace) {
            let next = held.index(after: end)
            shown += isSkipping ? pass(String(held[end..<next])) : pass(String(held[..<next]))
            isSkipping = false
            held = String(held[next...])
        }
        if held.utf8.count > Self.longestWord {
            if !isSkipping {
                redactions += 1
                shown += pass(Self.secretGone)
            }
            isSkipping = true
            held = ""
        }
        return shown
    }

    /// The rest.
    mutating func finish() -> String {
        defer { (held, tail, isSkipping, isClosed) = ("", "", false, false) }
        let last = held.isEmpty || isSkipping ? "" : pass(held)
        return isClosed ? last : last + tail
    }

    private mutating func pass(_ word: String) -> String {
        guard !isClosed else { return "" }
        let checked = checked(word)
        guard !canary.isEmpty else { return counted(checked) }
        tail += checked
        let letters = Self.letters(of: tail)
        if letters.contains(canary) {
            redactions += 1
            tail = ""
            isClosed = true
            return counted(Self.secretGone)
        }
        // Held back as long as its end could be the beginning of the mark, spelt with blanks or signs in between.
        let longest = min(canary.count - 1, letters.count)
        if longest >= 4, (4...longest).contains(where: { letters.hasSuffix(canary.prefix($0)) }) { return "" }
        defer { tail = "" }
        return counted(tail)
    }

    private mutating func counted(_ text: String) -> String {
        guard length <= Self.longestOutput else { return "" }
        length += text.utf8.count
        return text
    }

    private static func letters(of text: String) -> String {
        String(text.lowercased().filter { $0.isLetter || $0.isNumber })
    }

    private mutating func checked(_ word: String) -> String {
        let text = word.trimmingSuffix(while: \.isWhitespace)
        guard !text.isEmpty else { return word }
        let blank = String(word[text.endIndex...])
        if Self.isSecret(text) {
            redactions += 1
            return Self.secretGone + blank
        }
        guard let start = Self.linkStart(in: text), !known.contains(String(text)) else {
            return Self.withoutMarkup(word)
        }
        redactions += 1
        let before = text[..<start].filter { !"![](<".contains($0) }
        return String(before) + Self.linkGone + blank
    }

    /// What terminals and browsers would take for more than text.
    private static func withoutMarkup(_ word: String) -> String {
        word.contains("<") ? word.replacing("<", with: "‹") : word
    }

    private static func linkStart(in text: Substring) -> Substring.Index? {
        let lower = text.lowercased()
        for sign in ["https:", "http:", "ftp:", "data:", "javascript:", "file:", "//", "www."] {
            guard let range = lower.firstRange(of: sign) else { continue }
            let distance = lower.distance(from: lower.startIndex, to: range.lowerBound)
            return text.index(text.startIndex, offsetBy: min(distance, text.count))
        }
        return nil
    }

    private static func isSecret(_ text: Substring) -> Bool {
        let bare = text.drop { "\"'`([{".contains($0) }
        for (prefix, length) in [
            ("eyJ", 40), ("sk-", 20), ("ghp_", 20), ("github_pat_", 20), ("xoxb-", 20), ("AKIA", 16),
            ("whsec_", 16),
            ("AIza", 30),
        ] where bare.hasPrefix(prefix) && bare.count >= length {
            return true
        }
        return bare.contains("-----BEGIN")
            || bare.contains("eyJ") && bare.split(separator: ".").count == 3
                && bare.count > 60
    }
}

extension String {
    fileprivate func trimmingSuffix(while isGone: (Character) -> Bool) -> Substring {
        var rest = self[...]
        while let last = rest.last, isGone(last) { rest.removeLast() }
        return rest
    }
}
