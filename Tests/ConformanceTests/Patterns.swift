import Foundation

/// Holds texts against patterns, and keeps what it found for later ones.
struct Patterns {
    private(set) var found: [String: String]

    init(_ given: [String: String]) { found = given }

    /// A text with its `{name}`s filled in.
    func filled(_ text: String) -> String {
        found.reduce(text) { text, value in
            text.replacingOccurrences(of: "{\(value.key)}", with: value.value)
        }
    }

    /// `@name` keeps anything, `!text` is anything else, `*` stands for any run of characters; the rest is literal.
    mutating func matches(_ text: String, _ pattern: String) -> Bool {
        if pattern.hasPrefix("@") {
            found[String(pattern.dropFirst())] = text
            return true
        }
        if pattern.hasPrefix("!") { return text != filled(String(pattern.dropFirst())) }
        return Self.glob(Substring(text), Substring(filled(pattern)))
    }

    private static func glob(_ text: Substring, _ pattern: Substring) -> Bool {
        guard let star = pattern.firstIndex(of: "*") else { return text == pattern }
        let head = pattern[..<star]
        guard text.hasPrefix(head) else { return false }
        let rest = pattern[pattern.index(after: star)...]
        var tail = text.dropFirst(head.count)
        while true {
            if glob(tail, rest) { return true }
            guard !tail.isEmpty else { return false }
            tail = tail.dropFirst()
        }
    }

    /// The first place where a body is not as wanted; nil if it is.
    mutating func mismatch(_ body: [UInt8], _ content: Call.Content) -> String? {
        let text = String(decoding: body, as: UTF8.self)
        switch content {
        case .any: return nil
        case .empty: return body.isEmpty ? nil : "a body where none was wanted: \(text)"
        case .text(let pattern):
            return matches(text, pattern) ? nil : "body is \(text), not \(filled(pattern))"
        case .json(let pattern):
            guard let wanted = Self.json(Array(filled(pattern).utf8)) else { return "bad pattern" }
            guard let given = Self.json(body) else { return "no JSON: \(text)" }
            return mismatch(given, wanted, at: "").map { "\($0) in \(text)" }
        }
    }

    private static func json(_ bytes: [UInt8]) -> Any? {
        try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
    }

    private mutating func mismatch(_ given: Any, _ wanted: Any, at place: String) -> String? {
        switch (given, wanted) {
        case (let given as [String: Any], let wanted as [String: Any]):
            return members(given, wanted, at: place)
        case (let given as [Any], let wanted as [Any]): return elements(given, wanted, at: place)
        case (let given as String, let wanted as String):
            return matches(given, wanted) ? nil : "\(place): \(given), not \(filled(wanted))"
        case (_, let wanted as String) where wanted == "*": return nil
        default:
            return (given as? NSObject) == (wanted as? NSObject) ? nil : "\(place): \(given), not \(wanted)"
        }
    }

    private mutating func members(
        _ given: [String: Any], _ wanted: [String: Any], at place: String
    ) -> String? {
        for (name, value) in wanted.sorted(by: { $0.key < $1.key }) where name != "..." {
            // A member called `?name` may be missing.
            let isOptional = name.hasPrefix("?")
            let key = isOptional ? String(name.dropFirst()) : name
            guard let own = given[key] else {
                if isOptional || value is NSNull { continue }
                return "\(place)/\(key) is missing"
            }
            if value is NSNull, !(own is NSNull) { return "\(place)/\(key) is there" }
            if let problem = mismatch(own, value, at: "\(place)/\(key)") { return problem }
        }
        guard wanted["..."] == nil else { return nil }
        let known = Set(wanted.keys.map { $0.hasPrefix("?") ? String($0.dropFirst()) : $0 })
        return given.keys.sorted().first { !known.contains($0) }.map { "\(place)/\($0) is there" }
    }

    private mutating func elements(_ given: [Any], _ wanted: [Any], at place: String) -> String? {
        let isOpen = wanted.last as? String == "..."
        let listed = isOpen ? Array(wanted.dropLast()) : wanted
        guard given.count == listed.count || isOpen && given.count > listed.count else {
            return "\(place) has \(given.count) elements, not \(listed.count)"
        }
        for (index, value) in listed.enumerated() {
            if let problem = mismatch(given[index], value, at: "\(place)/\(index)") { return problem }
        }
        return nil
    }

    /// The first header that is not as wanted; nil if all are.
    mutating func mismatch(
        _ headers: (String) -> String?, _ wanted: [(String, String?)]
    ) -> String? {
        for (name, pattern) in wanted {
            switch (headers(name), pattern) {
            case (nil, nil): continue
            case (let given?, let pattern?) where matches(given, pattern): continue
            case (let given, let pattern):
                return "header \(name) is \(given ?? "absent"), not \(pattern.map(filled) ?? "absent")"
            }
        }
        return nil
    }
}
