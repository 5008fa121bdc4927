public import Hummingbird
import TodoDomain

/// The query of a request, read strictly: what is not known, or given twice, is a mistake and not a silence.
public struct QueryParameters {
    /// The most items a page may have.
    public static let largestPage = 100
    private var values: [String: String] = [:]
    private var lists: [String: [String]] = [:]

    /// Takes the query apart.
    ///
    /// - Parameter repeatable: parameters that may be given more than once.
    /// - Throws: 400 when another parameter is given twice.
    public init(_ request: Request, repeatable: Set<String> = []) throws {
        for pair in (request.uri.query ?? "").split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let key = Self.decoded(halves[0]),
                let value = Self.decoded(halves.count == 2 ? halves[1] : "")
            else { throw Problem(.badRequest, "the query is not encoded as queries are") }
            guard !key.isEmpty else { continue }
            guard !key.utf8.contains(0), !value.utf8.contains(0) else {
                throw Problem(.badRequest, "the query holds the character U+0000")
            }
            guard !repeatable.contains(key) else {
                lists[key, default: []].append(value)
                continue
            }
            guard values.updateValue(value, forKey: key) == nil else {
                throw Problem(.badRequest, "the query parameter \(key.prefix(40)) is given twice")
            }
        }
    }

    /// What a part of a query stands for; nil where it is not encoded as queries are.
    ///
    /// Browsers and most libraries send a blank as a plus, and a plus as %2B (WHATWG URL §5.2).
    public static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
                continue
            }
            let digits = rest.prefix(2)
            guard digits.count == 2, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// The value of a parameter, once.
    public mutating func take(_ name: String) -> String? {
        values.removeValue(forKey: name)
    }

    /// The values of a parameter that may be given more than once, in their order.
    public mutating func takeAll(_ name: String) -> [String] {
        lists.removeValue(forKey: name) ?? []
    }

    /// `limit`, from 1 to the largest page.
    public mutating func takeLimit(
        default fallback: Int = 50, upTo largest: Int = QueryParameters.largestPage
    ) throws -> Int {
        guard let text = take("limit") else { return fallback }
        guard let limit = Int(text), (1...largest).contains(limit) else {
            throw Problem(.badRequest, "limit must be a whole number from 1 to \(largest)")
        }
        return limit
    }

    /// `cursor`, as the list itself wrote it.
    public mutating func takeCursor<Cursor>(_ read: (String) -> Cursor?) throws -> Cursor? {
        guard let text = take("cursor") else { return nil }
        guard let cursor = read(text) else {
            throw Problem.unknownCursor
        }
        return cursor
    }

    /// Refuses whatever nobody took.
    public func refuseRest() throws {
        guard let name = (Array(values.keys) + lists.keys).min() else { return }
        throw Problem(.badRequest, "the query parameter \(name.prefix(40)) is not known here")
    }
}

extension Problem {
    /// A cursor of another list, of another user, or of nobody: all the same to whoever sends it.
    public static var unknownCursor: Problem {
        Problem(
            .unprocessableContent, "cursor is not one that this list gave out",
            fields: [
                FieldError(
                    pointer: "/cursor", detail: "ask for the first page, and go on with its nextCursor",
                    code: "cursor_unknown")
            ])
    }
}
