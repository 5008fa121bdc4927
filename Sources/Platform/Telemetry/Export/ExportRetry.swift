/// Waits between attempts: they grow, they are jittered so that many processes do not return in step, and
/// together they stay within the budget of one export.
struct ExportRetry: Sendable {
    static let first = Duration.seconds(1)
    static let longest = Duration.seconds(30)

    /// The wait before the attempt after `attempt` (counted from 0); nil when the budget does not allow one.
    ///
    /// - Parameter jitter: 0 ..< 1.
    static func wait(
        afterAttempt attempt: Int, asked: Duration?, elapsed: Duration, budget: Duration, jitter: Double
    ) -> Duration? {
        var backoff = first
        for _ in 0..<min(attempt, 16) { backoff = min(backoff * 1.5, longest) }
        let wait = max(backoff * (0.5 + jitter / 2), asked ?? .zero)
        return elapsed + wait < budget ? wait : nil
    }

    /// The codes the OTLP specification allows to retry; all others are final.
    static func isRetryable(status: Int) -> Bool {
        [429, 502, 503, 504].contains(status)
    }

    /// Reads `Retry-After`: seconds, or a date as RFC 9110 writes it now.
    ///
    /// - Parameter now: seconds since 1970.
    static func retryAfter(_ text: String?, now: Int64) -> Duration? {
        guard let text = text.map({ trimmed($0) }), !text.isEmpty else { return nil }
        if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { return Int64(text).map { .seconds($0) } }
        return httpDate(text).map { .seconds(max(0, $0 - now)) }
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`, in seconds since 1970.
    private static func httpDate(_ text: Substring) -> Int64? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let day = Int(words[1]), let year = Int(words[3]),
            let month = months.firstIndex(of: String(words[2])), (1...31).contains(day),
            (1970...9999).contains(year)
        else { return nil }
        let clock = words[4].split(separator: ":").compactMap { Int64($0) }
        guard clock.count == 3, (0...23).contains(clock[0]), (0...59).contains(clock[1]),
            (0...60).contains(clock[2])
        else { return nil }
        let days = CalendarDate(year: year, month: month + 1, day: day).daysSince1970
        return Int64(days) * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2]
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
