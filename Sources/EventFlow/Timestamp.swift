public import FoundationEssentials

/// RFC 3339 in UTC with milliseconds: the one spelling of instants on the wire.
public enum Timestamp {
    /// `2026-11-21T09:30:00.125Z`, rounded to the nearest millisecond.
    public static func text(of date: Date) -> String {
        // The style cuts off, and a whole millisecond has no exact binary form: 0.181 s may be 0.180999….
        let milliseconds = (date.timeIntervalSince1970 * 1000).rounded()
        return Date(timeIntervalSince1970: (milliseconds + 0.25) / 1000).formatted(style)
    }

    /// Reads RFC 3339 with or without a fraction; nil for anything else.
    public static func date(from text: String) -> Date? {
        (try? style.parse(text)) ?? (try? Date.ISO8601FormatStyle().parse(text))
    }

    private static let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
}
