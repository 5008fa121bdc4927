/// A mail with a plain and an HTML part (RFC 5322, RFC 2046 §5.1.4).
///
/// Texts may hold anything: those of headers are encoded (RFC 2047) and so cannot end a header's line, those of the body
/// travel in base64 and so can neither end the body nor be too long a line.
public struct MailMessage: Sendable {
    /// Where answers and complaints go; an address alone.
    public var sender: String
    /// What mail programs show in place of the sender's address.
    public var senderName: String
    /// One address alone.
    public var recipient: String
    /// Any text.
    public var subject: String
    /// Plain text.
    public var text: String
    /// The same as HTML.
    public var html: String
    /// Names the mail to whoever gets it twice; letters, digits and `-`.
    public var identifier: String
    /// When it was written: as RFC 5322 has it.
    public var date: String
    /// Further headers, such as `Auto-Submitted`; their values are constants of the code.
    public var headers: [(name: StaticString, value: StaticString)] = []

    /// A mail; nothing is checked before it is sent.
    public init(
        from sender: String, named senderName: String, to recipient: String, subject: String, text: String,
        html: String, identifier: String, date: String
    ) {
        self.sender = sender
        self.senderName = senderName
        self.recipient = recipient
        self.subject = subject
        self.text = text
        self.html = html
        self.identifier = identifier
        self.date = date
    }

    /// Whether a text is one mail address that needs no quoting: `name@domain` in ASCII, as RFC 5321 §4.5.3.1 bounds it.
    public static func isAddress(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, (1...64).contains(parts[0].count), (1...190).contains(parts[1].count) else {
            return false
        }
        let isWord: (UInt8) -> Bool = {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
        }
        let dot = UInt8(ascii: ".")
        let local = parts[0].split(separator: dot, omittingEmptySubsequences: false)
        let domain = parts[1].split(separator: dot, omittingEmptySubsequences: false)
        return local.allSatisfy { atom in
            !atom.isEmpty && atom.allSatisfy { isWord($0) || "!#$%&'*+/=?^_`{|}~-".utf8.contains($0) }
        }
            && domain.allSatisfy { label in
                !label.isEmpty && label.first != UInt8(ascii: "-")
                    && label.allSatisfy { isWord($0) || $0 == UInt8(ascii: "-") }
            }
    }

    /// The message as it is sent.
    var bytes: [UInt8] {
        let mark = "=_\(identifier)"
        let domain = sender.split(separator: "@").last.map(String.init) ?? "localhost"
        var lines = [
            "Date: \(date)", "From: \(EncodedWords.text(senderName)) <\(sender)>", "To: <\(recipient)>",
            "Message-ID: <\(identifier)@\(domain)>", "Subject: \(EncodedWords.text(subject))",
            "MIME-Version: 1.0",
        ]
        lines += headers.map { "\($0.name): \($0.value)" }
        lines += ["Content-Type: multipart/alternative; boundary=\"\(mark)\"", ""]
        lines += ["--\(mark)"] + Self.part("plain", text)
        lines += ["--\(mark)"] + Self.part("html", html)
        lines += ["--\(mark)--", ""]
        return Array(lines.joined(separator: "\r\n").utf8)
    }

    private static func part(_ kind: String, _ text: String) -> [String] {
        [
            "Content-Type: text/\(kind); charset=utf-8", "Content-Transfer-Encoding: base64", "",
        ] + Base64Lines.of(Array(text.utf8))
    }
}

/// Header texts as encoded words (RFC 2047): ASCII, of 75 characters at most, one a line. Control characters become
/// spaces: receivers decode the words, and not all of them watch for line ends after that.
enum EncodedWords {
    static func text(_ text: String) -> String {
        var words: [String] = []
        var piece: [UInt8] = []
        for character in text.unicodeScalars {
            let isControl = character.value < 0x20 || (0x7F...0x9F).contains(character.value)
            let bytes = isControl ? [UInt8(ascii: " ")] : Array(String(character).utf8)
            // A word must not end in the middle of a character.
            if piece.count + bytes.count > 42 {
                words.append(word(piece))
                piece = []
            }
            piece += bytes
        }
        if !piece.isEmpty || words.isEmpty { words.append(word(piece)) }
        return words.joined(separator: "\r\n ")
    }

    private static func word(_ bytes: [UInt8]) -> String { "=?utf-8?B?\(Base64Lines.encoded(bytes))?=" }
}

/// Base64 as mails have it.
enum Base64Lines {
    static func of(_ bytes: [UInt8]) -> [String] {
        stride(from: 0, to: bytes.count, by: 57).map {
            encoded(Array(bytes[$0..<min($0 + 57, bytes.count)]))
        }
    }

    static func encoded(_ bytes: [UInt8]) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let number = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                text.append(
                    place <= group.count ? letters[number >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
