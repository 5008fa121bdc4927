import HTTPTypes
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
        for (key, value) in try logfmt(parameters.take("tags") ?? "") { query.require(key, value) }
        if let text = parameters.take("q") {
            var reader = ConditionReader(text)
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
    /// A condition without a comparison, as `tags` has them.
    fileprivate mutating func require(_ key: String, _ value: String) {
        switch key {
        case "service.name": service = value
        case "name": operation = value
        case "status.code", "status",
            "error" where ["error", "true"].contains(value):
            hasError = true
        default: tags.append(SearchTag(key: key, value: value))
        }
    }

    fileprivate mutating func require(_ condition: TempoCondition) throws {
        let (name, comparison, value) = (condition.name, condition.comparison, condition.value)
        switch name {
        case "duration", "traceDuration", "trace:duration", "span:duration":
            guard let limit = DurationText.nanoseconds(value), comparison != "!=" else {
                throw Self.unknown(name)
            }
            let known = duration ?? 0...UInt64.max
            let least = [">": limit &+ 1, ">=": limit, "=": limit][comparison] ?? known.lowerBound
            let most =
                ["<": limit > 0 ? limit - 1 : 0, "<=": limit, "=": limit][comparison] ?? known.upperBound
            duration = try Self.range(
                from: max(least, known.lowerBound), to: min(most, known.upperBound))
        case "status", "span:status":
            guard ["error", "ok", "unset"].contains(value), ["=", "!="].contains(comparison) else {
                throw Self.unknown(name)
            }
            hasError = (value == "error") == (comparison == "=")
        default:
            guard comparison == "=" else { throw Self.unknown(name) }
            switch name {
            case "resource.service.name", ".service.name", "rootServiceName", "trace:rootService":
                service = value
            case "name", "span:name", "rootName", "trace:rootName": operation = value
            case "kind", "span:kind": tags.append(SearchTag(key: "span.kind", value: value))
            default:
                let scopes = ["span.", "resource.", "."]
                guard let scope = scopes.first(where: name.hasPrefix), name.count > scope.count else {
                    throw Self.unknown(name)
                }
                tags.append(SearchTag(key: String(name.dropFirst(scope.count)), value: value))
            }
        }
    }

    private static func unknown(_ name: String) -> Problem {
        Problem(
            .badRequest,
            "q is understood as { condition && condition … } with service.name, name, kind, status, duration and "
                + "attributes (span.key = \"value\"); not \(name.prefix(60))")
    }
}
