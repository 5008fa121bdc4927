import FoundationEssentials
import HTTPTypes
import Metrics
import Postgres
import ServiceKit

/// How much a user may ask for: requests a minute, exact whichever replica they come to, and tokens a day.
struct ChatAllowance: Sendable {
    var requestsPerMinute = 200
    var tokensPerDay = 200_000
    var now: @Sendable () -> Date = { Date() }

    /// Requests of the last minute, as moments in milliseconds.
    struct Window: Sendable, Equatable {
        static let length: Int64 = 60_000
        var recent: [Int64]

        init(_ recent: [Int64]) { self.recent = recent }

        init(text: String) { recent = text.split(separator: " ").compactMap { Int64($0) } }

        var text: String { recent.map(String.init).joined(separator: " ") }

        /// Takes one more request in; milliseconds to wait where there are as many as there may be.
        mutating func admit(at moment: Int64, limit: Int) -> Int64? {
            recent.removeAll { $0 <= moment - Self.length }
            guard recent.count >= limit else {
                recent.append(moment)
                return nil
            }
            return (recent.min() ?? moment) + Self.length - moment
        }
    }

    /// Counts a request.
    ///
    /// - Throws: 429 with the seconds to wait.
    func admit(_ user: UUID, on database: PostgresClient) async throws {
        let moment = now()
        let milliseconds = Int64(moment.timeIntervalSince1970 * 1000)
        let day = Self.day(moment)
        let wait: Int64? = try await database.transaction { transaction in
            try transaction.send(
                """
                INSERT INTO assistant.allowance (user_id, recent, day, tokens)
                VALUES (\(user), '', \(day), 0) ON CONFLICT (user_id) DO NOTHING
                """)
            let rows = try await transaction.query(
                "SELECT recent, day, tokens FROM assistant.allowance WHERE user_id = \(user) FOR UPDATE")
            var window = Window(text: try rows.first?.value("recent", as: String.self) ?? "")
            let used: Int64 = try rows.first?.value("tokens", as: Int64.self) ?? 0
            let isToday = try rows.first?.value("day", as: String.self) == day
            if isToday, used >= Int64(tokensPerDay) { return 3_600_000 }
            let wait = window.admit(at: milliseconds, limit: requestsPerMinute)
            guard wait == nil else { return wait }
            try await transaction.execute(
                """
                UPDATE assistant.allowance SET recent = \(window.text), day = \(day),
                  tokens = CASE WHEN day = \(day) THEN tokens ELSE 0 END
                WHERE user_id = \(user)
                """)
            return nil
        }
        Counter(
            label: "todo.rate_limit.decisions",
            dimensions: [("limiter", "chat"), ("decision", wait == nil ? "allowed" : "refused")]
        ).increment()
        guard let wait else { return }
        let seconds = max(1, (wait + 999) / 1000)
        throw Problem(
            .tooManyRequests, "that was too much for now: try again in \(seconds) s",
            headers: [.retryAfter: String(seconds)])
    }

    /// Counts what a turn used.
    func spend(_ tokens: Int, of user: UUID, in transaction: PostgresTransaction) async throws {
        guard tokens > 0 else { return }
        try transaction.send(
            "UPDATE assistant.allowance SET tokens = tokens + \(Int64(tokens)) WHERE user_id = \(user)")
    }

    private static func day(_ moment: Date) -> String {
        String(Int64(moment.timeIntervalSince1970) / 86_400)
    }
}
