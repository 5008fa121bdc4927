import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceKit
import TodoDomain

/// `/api/v1/templates`.
struct TemplateRoutes: Sendable {
    let operations: TaskOperations
    let bodyLimit: Int

    func add(to router: ServiceRouter) {
        addReads(to: router)
        let writes = WriteExchange(bodyLimit: bodyLimit)
        writes.on(.post, "/api/v1/templates", of: router) { request, _, write in
            try await operations.createTemplate(
                try await request.json(TemplateRequest.self, upTo: bodyLimit), write)
        }
        writes.on(.patch, "/api/v1/templates/{id}", of: router) { request, context, write in
            let id = try WriteExchange.id(context, of: "template")
            try writes.requireMergePatch(request)
            return try await operations.changeTemplate(
                id, try await request.json(TemplateRequest.self, upTo: bodyLimit), write)
        }
        writes.on(.delete, "/api/v1/templates/{id}", of: router) { _, context, write in
            try await operations.deleteTemplate(try WriteExchange.id(context, of: "template"), write)
        }
        writes.on(.post, "/api/v1/templates/{id}/instantiate", of: router) { request, context, write in
            let id = try WriteExchange.id(context, of: "template")
            let body = try await request.bytes(upTo: bodyLimit)
            guard !body.isEmpty else { return try await operations.instantiate(id, InstanceRequest(), write) }
            var request = request
            request.body = RequestBody(buffer: ByteBuffer(bytes: body))
            return try await operations.instantiate(
                id, try await request.json(InstanceRequest.self, upTo: bodyLimit), write)
        }
    }

    private func addReads(to router: ServiceRouter) {
        router.on(.get, "/api/v1/templates", access: .signedIn(scope: "tasks:read")) { request, context in
            var query = try QueryParameters(request)
            let limit = try query.takeLimit()
            let cursor = try query.takeCursor(PageCursor.init(text:))
            try query.refuseRest()
            return try .json(
                try await operations.templates(
                    after: cursor?.lastID, limit: limit, of: try context.requireCaller()))
        }
        router.on(.get, "/api/v1/templates/{id}", access: .signedIn(scope: "tasks:read")) {
            request, context in
            let condition = try IfNoneMatch(request.headers)
            let template = try await operations.template(
                try WriteExchange.id(context, of: "template"), of: try context.requireCaller())
            return try .versioned(template, tag: entityTag(version: template.version), condition: condition)
        }
    }
}
