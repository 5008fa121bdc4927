import FoundationEssentials
import Hummingbird
import Metrics
import ServiceKit
import TodoDomain
import Tracing

/// `/api/v1/parse`: one parser for the page, the API and the assistant.
struct PhraseRoutes: Sendable {
    let zones: any ZoneSource
    let bodyLimit: Int
    var now: @Sendable () -> Date = { Date() }

    func add(to router: ServiceRouter) {
        router.on(.post, "/api/v1/parse", access: .signedIn(scope: "tasks:read")) { request, context in
            let wanted = try await request.json(PhraseRequest.self, upTo: bodyLimit)
            let answer = try PhraseAnswer(wanted, now: Int64(now().timeIntervalSince1970), zones: zones)
            // Kinds alone: the words are the user's.
            context.span?.attributes["todo.parse.kinds"] = Set(answer.spans.map(\.kind)).sorted().joined(
                separator: ",")
            for kind in Set(answer.spans.map(\.kind)) {
                Counter(label: "todo.parse.parts", dimensions: [("kind", kind)]).increment()
            }
            return try .json(answer)
        }
    }
}
