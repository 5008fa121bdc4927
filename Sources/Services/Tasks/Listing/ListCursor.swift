import Crypto
import EventFlow
import FoundationEssentials
import Postgres
import ServiceKit

/// Where a page of a list ended, and when the list was asked for first: relative dates mean the same on every page.
///
/// Opaque to clients and bound to the user and the question: with another filter or order the values would mean
/// something else. It is no secret; what it reaches is what the user reaches anyway, and one that he makes up is refused
/// by whoever cannot read its values.
struct ListCursor: Sendable, Equatable {
    /// What cursors are bound to.
    struct Binding: Sendable {
        let user: UUID
        /// The route and everything it was asked, in one spelling.
        let question: [String]
    }

    let asked: Date
    /// The sort values of the last task, as the database spells them.
    let values: [String]
    let id: UUID

    private static let digestLength = 12
    private static let longest = 8192
    /// From 1970 to 9999: beyond it nothing was asked, and sums leave the calendar.
    private static let times: Range<Int64> = 0..<253_402_300_800_000

    func text(bound binding: Binding) throws -> String {
        let content = try WireJSON.encode(
            [String(Int64((asked.timeIntervalSince1970 * 1000).rounded())), id.lowercased] + values)
        let bytes = Self.digest(of: content, binding) + content
        return Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
    }

    init(asked: Date, values: [String], id: UUID) {
        self.asked = asked
        self.values = values
        self.id = id
    }

    /// Nil for whatever this list of this user did not give out.
    init?(_ text: String, bound binding: Binding) {
        guard text.utf8.count <= Self.longest, text.utf8.allSatisfy(Self.isDigit) else { return nil }
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        let standard = text.replacing("-", with: "+").replacing("_", with: "/") + padding
        guard let bytes = Data(base64Encoded: standard).map(Array.init), bytes.count > Self.digestLength
        else { return nil }
        let content = Array(bytes[Self.digestLength...])
        guard Self.digest(of: content, binding) == Array(bytes[..<Self.digestLength]),
            let parts = try? WireJSON.decode([String].self, from: content), parts.count >= 2,
            let milliseconds = Int64(parts[0]), Self.times.contains(milliseconds),
            let id = UUID(uuidString: parts[1])
        else { return nil }
        self.init(
            asked: Date(timeIntervalSince1970: Double(milliseconds) / 1000), values: Array(parts[2...]),
            id: id)
    }

    /// Reads what follows a cursor, if there is one.
    ///
    /// - Throws: 422 when the database finds no values in it that the order could have.
    static func refusingMadeUp<Rows>(_ cursor: ListCursor?, _ read: () async throws -> Rows) async throws
        -> Rows
    {
        do {
            return try await read()
        } catch let error as PostgresError {
            guard cursor != nil, error.isAboutValues else { throw error }
            throw Problem.unknownCursor
        }
    }

    private static func digest(of content: [UInt8], _ binding: Binding) -> [UInt8] {
        var hash = SHA256()
        // Lengths between the parts: no two lists of parts are the same bytes.
        for part in [Array(binding.user.lowercased.utf8)] + binding.question.map({ Array($0.utf8) }) {
            hash.update(data: Array("\(part.count):".utf8) + part)
        }
        hash.update(data: content)
        return Array(hash.finalize().prefix(digestLength))
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || byte == 0x2D || byte == 0x5F
    }
}

extension PostgresError {
    /// A value that was sent is none of its type, or cannot be sent.
    fileprivate var isAboutValues: Bool {
        if case .encoding = self { true } else { sqlState?.hasPrefix("22") == true }
    }
}
