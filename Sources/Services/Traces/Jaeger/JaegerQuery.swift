import EventFlow
import HTTPTypes
import OTLP
import ServiceKit

/// What Jaeger's clients ask for: parameters that are not known are passed over, as Jaeger does.
struct JaegerQuery: Sendable {
    static let repeatable: Set<String> = ["traceID", "tag"]
    /// Jaeger's own.
    private static let fallbackLimit = 100
    private static let largestLimit = 1500

    let ids: [TraceID]
    let limit: Int
    let query: TraceQuery

    /// - Parameter now: in nanoseconds since 1970.
    /// - Throws: 400 as a `Problem`, whose text goes into Jaeger's frame.
    init(_ parameters: inout QueryParameters, now: UInt64) throws {
        ids = try parameters.takeAll("traceID").map { text in
            guard let id = TraceID(jaeger: text) else {
                throw Problem(.badRequest, "cannot parse traceID: 1 to 32 hexadecimal digits are wanted")
            }
            return id
        }
        let number = parameters.take("limit").flatMap { $0.isEmpty ? nil : $0 }
        guard let limit = number.map({ Int($0) }) ?? Self.fallbackLimit, limit > 0 else {
            throw Problem(.badRequest, "unable to parse param 'limit': a whole number is wanted")
        }
        self.limit = min(limit, Self.largestLimit)
        var query = TraceQuery(isBySpan: true)
        query.service = parameters.take("service").flatMap { $0.isEmpty ? nil : $0 }
        guard query.service != nil || !ids.isEmpty else {
            throw Problem(.badRequest, "parameter 'service' is required")
        }
        let operation = parameters.take("operation")
        query.operation = operation.flatMap { $0.isEmpty || $0 == "all" ? nil : $0 }
        query.spanDuration = try TraceQuery.duration(
            from: parameters.take("minDuration"), to: parameters.take("maxDuration"),
            named: ("minDuration", "maxDuration"))
        query.tags = try Self.tags(parameters.take("tags"), parameters.takeAll("tag"))
        query.start = try Self.window(&parameters, now: now)
        self.query = query
    }

    /// `tags` is a JSON object of texts, `tag` is `key:value`.
    private static func tags(_ object: String?, _ pairs: [String]) throws -> [SearchTag] {
        var tags: [SearchTag] = []
        if let object, !object.isEmpty {
            guard case .object(let members)? = try? WireJSON.decode(TraceValue.self, from: Array(object.utf8))
            else { throw Problem(.badRequest, "malformed 'tags' parameter: a JSON object is wanted") }
            tags = members.sorted { $0.key < $1.key }.map { SearchTag(key: $0.key, value: $0.value.shown) }
        }
        for pair in pairs {
            guard let colon = pair.firstIndex(of: ":"), colon != pair.startIndex else {
                throw Problem(.badRequest, "malformed 'tag' parameter: key:value is wanted")
            }
            tags.append(
                SearchTag(key: String(pair[..<colon]), value: String(pair[pair.index(after: colon)...])))
        }
        return tags
    }

    /// `start` and `end` in microseconds; without a start, as far back as `lookback` says.
    private static func window(_ parameters: inout QueryParameters, now: UInt64) throws -> ClosedRange<
        UInt64
    >? {
        func nanoseconds(_ name: String) throws -> UInt64? {
            guard let text = parameters.take(name), !text.isEmpty else { return nil }
            guard let micro = UInt64(text) else {
                throw Problem(.badRequest, "unable to parse param '\(name)': microseconds are wanted")
            }
            return micro.multipliedReportingOverflow(by: 1000).overflow ? .max : micro * 1000
        }
        let (start, end) = (try nanoseconds("start"), try nanoseconds("end"))
        // Any word that is no duration, such as `custom`, stands for "see start and end".
        let lookback = parameters.take("lookback").flatMap(DurationText.nanoseconds)
        let from = start ?? lookback.map { (end ?? now) > $0 ? (end ?? now) - $0 : 0 }
        return try TraceQuery.range(from: from, to: end)
    }
}

extension TraceID {
    /// Jaeger leaves out zeros in front.
    init?(jaeger text: String) {
        guard (1...32).contains(text.utf8.count) else { return nil }
        self.init(hex: String(repeating: "0", count: 32 - text.utf8.count) + text)
        guard isValid else { return nil }
    }
}
