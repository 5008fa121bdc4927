import HTTPTypes
import Hummingbird
import OTLP
import ServiceKit

/// What editors of Tempo's queries offer: which tags there are, and which values the store has of them.
///
/// Only what the index knows. Attributes are found by searches but not offered: to list them, every span would have to
/// be read.
struct TempoTags: Sendable {
    /// Nobody chooses from a longer list.
    private static let mostValues = 1000

    let store: TraceStore

    func add(below root: String, to router: some RouterMethods) {
        router.get("\(root)/api/search/tags") { request, _ in
            try JSONText.answer(FirstNames(tagNames: Tag.plain.keys.sorted()), to: request)
        }
        router.get("\(root)/api/v2/search/tags") { request, _ in
            var parameters = try QueryParameters(request)
            let scope = parameters.take("scope") ?? ""
            let scopes = Scope.all.filter { scope.isEmpty || $0.name == scope }
            return try JSONText.answer(SecondNames(scopes: scopes), to: request)
        }
        router.get("\(root)/api/search/tag/{tag}/values") { request, context in
            let values = values(of: Tag.plain[context.part("tag") ?? ""])
            return try JSONText.answer(FirstValues(tagValues: values), to: request)
        }
        router.get("\(root)/api/v2/search/tag/{tag}/values") { request, context in
            let tag = Tag.ofQueries[context.part("tag") ?? ""]
            // Words of a fixed set stand without quotation marks in a query.
            let type = tag == .service || tag == .name ? "string" : "keyword"
            let values = values(of: tag).map { SecondValues.Value(type: type, value: $0) }
            return try JSONText.answer(SecondValues(tagValues: values), to: request)
        }
    }

    private func values(of tag: Tag?) -> [String] {
        switch tag {
        case .service: listed(store.operations().map(\.service))
        case .name: listed(store.operations().map(\.name))
        case .kind: SpanKind.searchable.map(\.word)
        case .status: ["error", "ok"]
        case .error: ["false", "true"]
        case nil: []
        }
    }

    private func listed(_ names: [String]) -> [String] { Array(Set(names).sorted().prefix(Self.mostValues)) }
}

extension TempoTags {
    private enum Tag {
        case service, name, kind, status, error

        /// As `tags` of a search has them.
        static let plain: [String: Tag] = [
            "service.name": .service, "name": .name, "span.kind": .kind, "status": .status, "error": .error,
        ]

        /// As a query has them.
        static let ofQueries: [String: Tag] = [
            "resource.service.name": .service, ".service.name": .service, "service.name": .service,
            "name": .name, "span:name": .name, "kind": .kind, "span:kind": .kind, "status": .status,
            "span:status": .status,
        ]
    }

    private struct Scope: Encodable {
        let name: String
        let tags: [String]

        static let all = [
            Scope(name: "resource", tags: ["service.name"]),
            Scope(name: "intrinsic", tags: ["duration", "kind", "name", "status"]),
        ]
    }

    private struct FirstNames: Encodable {
        let tagNames: [String]
    }

    private struct SecondNames: Encodable {
        let scopes: [Scope]
    }

    private struct FirstValues: Encodable {
        let tagValues: [String]
    }

    private struct SecondValues: Encodable {
        struct Value: Encodable {
            let type: String
            let value: String
        }

        let tagValues: [Value]
    }
}
