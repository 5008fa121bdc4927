import EventFlow
import FoundationEssentials
import HTTPTypes
import OTLP
import ServiceKit

// What the inspector asks, read from a request.

extension TraceQuery {
    /// Takes the conditions of a search out of a query.
    init(_ query: inout QueryParameters) throws {
        service = query.take("service")
        operation = query.take("operation")
        switch query.take("status") {
        case "error": hasError = true
        case "ok": hasError = false
        case nil, "": break
        default: throw Problem(.badRequest, "status must be error or ok")
        }
        duration = try Self.duration(from: query.take("min"), to: query.take("max"), named: ("min", "max"))
        tags = try query.takeAll("tag").map(Self.tag)
        task = query.take("task")?.lowercased()
        start = try Self.range(
            from: Self.instant(query.take("from"), "from"), to: Self.instant(query.take("to"), "to"))
        after = try query.takeCursor(TraceAge.init(cursor:))
        for (name, value) in [("service", service), ("operation", operation), ("task", task)]
        where value?.isEmpty == true {
            throw Problem(.badRequest, "\(name) must not be empty")
        }
    }

    private static func tag(_ text: String) throws -> SearchTag {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw Problem(.badRequest, "tag must be key=value")
        }
        return SearchTag(key: String(text[..<equals]), value: String(text[text.index(after: equals)...]))
    }

    private static func instant(_ text: String?, _ name: String) throws -> UInt64? {
        guard let text else { return nil }
        guard let date = Timestamp.date(from: text), date.timeIntervalSince1970 >= 0,
            date.timeIntervalSince1970 < 1.8e10
        else { throw Problem(.badRequest, "\(name) must be an RFC 3339 time") }
        // A date is a binary fraction: whole milliseconds only come out right when they are counted as such.
        return UInt64((date.timeIntervalSince1970 * 1000).rounded()) * 1_000_000
    }

    /// The range between two durations, open where there is none; nil where there are none at all.
    ///
    /// - Throws: 400 naming the parameter that is no duration.
    static func duration(
        from least: String?, to most: String?, named names: (least: String, most: String)
    ) throws -> ClosedRange<UInt64>? {
        func nanoseconds(_ text: String?, _ name: String) throws -> UInt64? {
            guard let text, !text.isEmpty else { return nil }
            guard let value = DurationText.nanoseconds(text) else {
                throw Problem(.badRequest, "\(name) must be a duration such as 1.2s, 100ms or 500us")
            }
            return value
        }
        return try range(from: nanoseconds(least, names.least), to: nanoseconds(most, names.most))
    }

    /// The range between two bounds, open where one is missing.
    ///
    /// - Throws: 400 where nothing can lie between them.
    static func range(from least: UInt64?, to most: UInt64?) throws -> ClosedRange<UInt64>? {
        guard least != nil || most != nil else { return nil }
        let (least, most) = (least ?? 0, most ?? .max)
        guard least <= most else { throw Problem(.badRequest, "the range ends before it begins") }
        return least...most
    }
}

extension TraceAge {
    /// Reads what `cursor` wrote.
    init?(cursor: String) {
        let halves = cursor.split(separator: "-", omittingEmptySubsequences: false)
        guard halves.count == 2, let start = UInt64(halves[0]), let id = TraceID(hex: halves[1]) else {
            return nil
        }
        self.init(start: start, id: id)
    }

    /// A place in a list.
    var cursor: String { "\(start)-\(id.hex)" }
}

extension TraceSummary {
    /// Its place in a list.
    var cursor: String { "\(startUnixNano)-\(traceId)" }
}
