import HTTPTypes
import Synchronization

/// Which paths there are, and with which methods: for the answers to methods that a path lacks.
final class RouteTable: Sendable {
    /// A path that exists.
    struct Match: Equatable {
        /// The template, such as `/api/v1/tasks/{id}`.
        let route: String
        /// What `Allow` says.
        let allow: String
        /// Whether requests get a span.
        let isTraced: Bool
    }

    fileprivate struct Entry {
        let route: String
        let segments: [Substring]
        var methods: Set<String>
        let isTraced: Bool
    }

    private let entries = Mutex<[Entry]>([])

    func add(_ method: HTTPRequest.Method, _ route: String, isTraced: Bool = true) {
        // Every GET answers HEAD as well, and OPTIONS tells of all.
        let methods = Set([method.rawValue, "OPTIONS"] + (method == .get ? ["HEAD"] : []))
        entries.withLock { entries in
            if let index = entries.firstIndex(where: { $0.route == route }) {
                entries[index].methods.formUnion(methods)
            } else {
                entries.append(
                    Entry(
                        route: route, segments: route.split(separator: "/"), methods: methods,
                        isTraced: isTraced))
            }
        }
    }

    /// Every route, as `GET /api/v1/tasks`; what follows from a route (HEAD, OPTIONS) is left out.
    var routes: Set<String> {
        entries.withLock { entries in
            Set(
                entries.flatMap { entry in
                    entry.methods.subtracting(["HEAD", "OPTIONS"]).map { "\($0) \(entry.route)" }
                })
        }
    }

    /// The path's entry; one without placeholders is preferred.
    func match(_ path: String) -> Match? {
        let segments = path.split(separator: "/")
        return entries.withLock { entries in
            entries.filter { entry in
                entry.fits(segments)
            }.min { one, other in one.placeholders < other.placeholders }.map { entry in
                Match(
                    route: entry.route, allow: entry.methods.sorted().joined(separator: ", "),
                    isTraced: entry.isTraced)
            }
        }
    }
}

extension RouteTable.Entry {
    private var takesRest: Bool { segments.last == "**" }

    /// What takes the rest of a path, whatever that is, comes last.
    fileprivate var placeholders: Int { segments.count { $0.hasPrefix("{") } + (takesRest ? 100 : 0) }

    fileprivate func fits(_ path: [Substring]) -> Bool {
        guard takesRest ? path.count >= segments.count : path.count == segments.count else { return false }
        return zip(segments, path).allSatisfy { $0 == $1 || $0 == "**" || Self.matches($1, $0) }
    }

    /// Whether a placeholder, such as `{id}` or `{name}.ics`, takes a segment.
    private static func matches(_ segment: Substring, _ placeholder: Substring) -> Bool {
        guard placeholder.hasPrefix("{"), let end = placeholder.firstIndex(of: "}") else { return false }
        return segment.hasSuffix(placeholder[placeholder.index(after: end)...])
    }
}
