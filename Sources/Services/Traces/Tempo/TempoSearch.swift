import HTTPTypes
import OTLP
import ServiceKit

/// Reads what Tempo's search is asked: `tags` in logfmt, or a query of conditions that are all to be met:
/// `{ resource.service.name = "tasks" && name = "POST /tasks" && status = error && duration > 100ms && span.k = "v" }`.
enum TempoSearch {
    static func query(_ parameters: inout QueryParameters) throws -> TraceQuery {
        var query = TraceQuery()
        query.duration = try TraceQuery.duration(
            from: parameters.take("minDuration"), to: parameters.take("maxDuration"),
            named: ("minDuration", "maxDuration"))
        query.start = try TraceQuery.range(
            from: seconds(&parameters, "start"), to: seconds(&parameters, "end"))
        for (key, value) in try logfmt(parameters.take("tags") ?? "") { try query.require(key, value) }
        if let text = parameters.take("q") {
            var reader = ConditionReader(text)
            query.isBySpan = true
            for condition in try reader.conditions() { try query.require(condition) }
        }
        return query
    }

    private static func seconds(_ parameters: inout QueryParameters, _ name: String) throws -> UInt64? {
        guard let text = parameters.take(name), !text.isEmpty else { return nil }
        guard let number = UInt64(text), number < 10_000_000_000 else {
            throw Problem(.badRequest, "\(name) must be seconds since 1970")
        }
        return number * 1_000_000_000
    }

    /// `key=value key="value with blanks"`.
    private static func logfmt(_ text: String) throws -> [(key: String, value: String)] {
        var reader = ConditionReader(text)
        return try reader.pairs()
    }
}

/// A condition as it is written.
struct TempoCondition {
    let name: String
    let comparison: String
    let value: String
}

extension TraceQuery {
    /// A condition without a comparison, as `tags` has them: each is met by any span of the trace.
    fileprivate mutating func require(_ key: String, _ value: String) throws {
        switch (key, value) {
        case ("service.name", _): try set(\.service, key, value)
        case ("name", _): try set(\.operation, key, value)
        case ("error", "true"), ("status", "error"), ("status.code", "error"): try set(\.hasError, key, true)
        case ("error", "false"): try set(\.hasError, key, false)
        case ("status", "ok"), ("status.code", "ok"): tags.append(Self.okay)
        case ("error", _), ("status", _), ("status.code", _): throw Self.unknown(key, in: "tags")
        default: tags.append(SearchTag(key: key, value: value))
        }
    }

    /// A condition of a query: those of spans are met by one and the same span.
    fileprivate mutating func require(_ condition: TempoCondition) throws {
        let (name, value) = (condition.name, condition.value)
        switch name {
        case "duration", "traceDuration", "trace:duration", "span:duration":
            try requireDuration(condition)
        case "status", "span:status":
            switch (condition.comparison, value) {
            case ("=", "error"): tags.append(SearchTag(key: "error", value: "true"))
            case ("!=", "error"): try set(\.hasError, name, false)
            case ("=", "ok"): tags.append(Self.okay)
            default: throw Self.unknown(name)
            }
        case _ where condition.comparison != "=": throw Self.unknown(name)
        case "resource.service.name", ".service.name": try set(\.service, name, value)
        case "name", "span:name": try set(\.operation, name, value)
        case "kind", "span:kind":
            guard SpanKind.searchable.contains(where: { $0.word == value }) else { throw Self.unknown(name) }
            tags.append(SearchTag(key: "span.kind", value: value))
        default:
            let scopes = ["span.", "resource.", "."]
            guard let scope = scopes.first(where: name.hasPrefix), name.count > scope.count else {
                throw Self.unknown(name)
            }
            tags.append(SearchTag(key: String(name.dropFirst(scope.count)), value: value))
        }
    }

    private mutating func requireDuration(_ condition: TempoCondition) throws {
        let comparison = condition.comparison
        guard let limit = DurationText.nanoseconds(condition.value), comparison != "!=" else {
            throw Self.unknown(condition.name)
        }
        let known = duration ?? 0...UInt64.max
        let least = [">": limit + 1, ">=": limit, "=": limit][comparison] ?? known.lowerBound
        let most = ["<": limit > 0 ? limit - 1 : 0, "<=": limit, "=": limit][comparison] ?? known.upperBound
        duration = try Self.range(from: max(least, known.lowerBound), to: min(most, known.upperBound))
    }

    /// One span has one service and one name: who asks for two of them would be told of the last alone.
    private mutating func set<Value>(
        _ path: WritableKeyPath<TraceQuery, Value?>, _ name: String, _ value: Value
    ) throws {
        guard self[keyPath: path] == nil else {
            throw Problem(.badRequest, "\(name.prefix(60)) is asked for more than once")
        }
        self[keyPath: path] = value
    }

    private static let okay = SearchTag(key: "otel.status_code", value: "OK")

    private static func unknown(_ name: String, in parameter: String = "q") -> Problem {
        Problem(
            .badRequest,
            parameter == "tags"
                ? "tags are understood with status=error, status=ok, error=true and error=false; not \(name.prefix(60))"
                : "q is understood as { condition && condition … } with service.name, name, kind, status, duration and "
                    + "attributes (span.key = \"value\"); not \(name.prefix(60))")
    }
}

extension SpanKind {
    /// Those that a search may name.
    static let searchable: [SpanKind] = [.client, .consumer, .internal, .producer, .server, .unspecified]
}
