import Hummingbird
import ServiceKit
import TodoDomain
import Tracing

/// `/api/v1/recurrence`: rules before they are anybody's, and the instances that a service asks for.
struct RecurrenceRoutes: Sendable {
    let operations: TaskOperations
    let zones: any ZoneSource
    let bodyLimit: Int

    func add(to router: ServiceRouter) {
        router.on(.post, "/api/v1/recurrence/preview", access: .signedIn(scope: "tasks:read")) {
            request, context in
            let wanted = try await request.json(RecurrencePreviewRequest.self, upTo: bodyLimit)
            let preview = try RecurrencePreview(wanted, zones: zones)
            context.span?.attributes["todo.recurrence.occurrences"] = preview.occurrences.count
            return try .json(preview)
        }
        WriteExchange(bodyLimit: bodyLimit).on(.post, "/api/v1/recurrence/occurrences", of: router) {
            request, _, write in
            try await operations.makeNext(
                try await request.json(OccurrenceRequest.self, upTo: bodyLimit), write)
        }
    }
}
