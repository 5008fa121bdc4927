import FoundationEssentials

/// The audit trail of the run's users, as the public API tells it.
struct AuditTrail: Sendable {
    /// One entry: an event that had its effect.
    struct Entry: Decodable, Sendable, Equatable {
        var eventId: String
        var type: String
        var subject: String?
        /// When the event was made: RFC 3339.
        var time: String

        /// In nanoseconds since 1970; nil for a time that cannot be read.
        var unixNano: UInt64? {
            guard let date = try? Date(time, strategy: .iso8601WithFraction) else { return nil }
            return UInt64(max(0, date.timeIntervalSince1970 * 1e9))
        }
    }

    private struct Page: Decodable {
        let items: [Entry]
        let nextCursor: String?
    }

    /// No account of a run writes more in it.
    private static let mostPages = 2000

    let api: PlatformClient

    /// Reads entries of users one after the other; gives why one could not be read.
    func read(
        _ users: Set<String>, since unixNano: UInt64, into read: inout [String: [Entry]]
    ) async -> PlatformClient.Failure? {
        for user in users.sorted() {
            do throws(PlatformClient.Failure) {
                read[user] = try await entries(of: user, since: unixNano)
            } catch {
                return error
            }
        }
        return nil
    }

    /// A user's entries about events of a time of day and later.
    func entries(of user: String, since unixNano: UInt64) async throws(PlatformClient.Failure) -> [Entry] {
        var entries: [Entry] = []
        var cursor: String?
        for _ in 0..<Self.mostPages {
            let position = cursor.map { "&cursor=\($0.percentEncoded)" } ?? ""
            let page = try await api.get(Page.self, "/api/v1/audit?limit=100\(position)", as: user)
            // Entries come in the order of their recording: older ones among newer ones are late, not the end.
            let recent = page.items.filter { ($0.unixNano ?? 0) >= unixNano }
            entries += recent
            guard let next = page.nextCursor, !recent.isEmpty else { break }
            cursor = next
        }
        return entries
    }
}

extension ParseStrategy where Self == Date.ISO8601FormatStyle {
    fileprivate static var iso8601WithFraction: Date.ISO8601FormatStyle {
        Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    }
}
