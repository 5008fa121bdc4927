import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// The state calls of one application.
struct StateRoute: Sendable {
    let components: [StateComponent]
    let table: StateTable
    let metrics: BlockMetrics
    let logger: Logger

    init(_ link: AppLink, table: StateTable) {
        components = link.components.compactMap { StateComponent($0, appID: link.app.id) }
        self.table = table
        metrics = BlockMetrics(appID: link.app.id)
        logger = link.logger
    }

    func answer(_ call: BlockCall, store: String, _ request: Request, body: [UInt8]) async -> Response {
        guard !components.isEmpty else { return DaprError.stateStoreNotConfigured().response }
        guard let component = components.first(where: { $0.name == store }) else {
            return DaprError.stateStoreNotFound(store).response
        }
        switch call {
        case .readState(_, let key): return await read(key, in: component)
        case .deleteState(_, let key): return await delete(key, in: component, request)
        case .saveState: return await save(body, in: component, request)
        case .readStates: return await readMany(body, in: component)
        case .changeState: return await change(body, in: component)
        default: return DaprError.stateQueryUnsupported(store).response
        }
    }

    private func read(_ key: String, in component: StateComponent) async -> Response {
        guard let stored = component.storedKey(key) else { return DaprError.badStateKey(key).response }
        do {
            let item = try await measured("get", component) {
                try await table.item(stored, in: component.name)
            }
            guard let item else { return Response(status: .noContent) }
            var response = Response.bytes(item.value)
            response.headers[.eTag] = item.etag
            if let expires = item.expires { response.headers[.ttlExpireTime] = expires }
            return response
        } catch {
            return DaprError.stateFailed(
                "ERR_STATE_GET", doing: "getting state", store: component.name, why: error
            )
            .response
        }
    }

    private func delete(_ key: String, in component: StateComponent, _ request: Request) async -> Response {
        guard let stored = component.storedKey(key) else { return DaprError.badStateKey(key).response }
        let parameters = QueryParameters(request.rawQuery)
        do {
            _ = try StateChangeReader.options(
                concurrency: parameters["concurrency"] ?? "", consistency: parameters["consistency"] ?? "")
            let etag = request.headers[.ifMatch].flatMap { $0.isEmpty ? nil : $0 }
            let change = StateChange(key: stored, kind: .delete, etag: etag)
            try await measured("delete", component) { try await table.perform(change, in: component.name) }
            return Response(status: .noContent)
        } catch {
            return DaprError.stateFailed(
                "ERR_STATE_DELETE", doing: "deleting state with key \(key)", store: component.name, why: error
            ).response
        }
    }

    /// Several values are written one by one: what one of them lacks does not keep the others back.
    private func save(_ body: [UInt8], in component: StateComponent, _ request: Request) async -> Response {
        guard let nodes = JSONReader.read(body)?.elements else { return DaprError.unreadableBody.response }
        let reader = StateChangeReader(component: component)
        let metadata = PublishMetadata(query: request.rawQuery).values
        var failure: (any Error)?
        do {
            var changes: [StateChange] = []
            for node in nodes {
                guard let change = try reader.upsert(node, metadata: metadata) else {
                    return Self.malformed(node).response
                }
                changes.append(change)
            }
            for change in changes {
                do {
                    try await measured("set", component) {
                        try await table.perform(change, in: component.name)
                    }
                } catch {
                    failure = failure ?? error
                }
            }
        } catch {
            failure = error
        }
        guard let failure else { return Response(status: .noContent) }
        return DaprError.stateFailed(
            "ERR_STATE_SAVE", doing: "saving state", store: component.name, why: failure
        ).response
    }

    private func readMany(_ body: [UInt8], in component: StateComponent) async -> Response {
        guard let request = JSONReader.read(body), let names = request["keys"]?.elements else {
            return DaprError.unreadableBody.response
        }
        let keys = names.compactMap(\.text)
        guard keys.count == names.count else { return DaprError.unreadableBody.response }
        let stored = keys.compactMap(component.storedKey)
        guard stored.count == keys.count else {
            return DaprError.badStateKey(keys.first { component.storedKey($0) == nil } ?? "").response
        }
        do {
            let items = try await measured("bulk_get", component) {
                try await table.items(stored, in: component.name)
            }
            return Response.json(
                .array(zip(keys, stored).map { key, stored in Self.node(key, items[stored]) }), status: .ok)
        } catch {
            return DaprError.stateFailed(
                "ERR_STATE_BULK_GET", doing: "getting state", store: component.name, why: error
            ).response
        }
    }

    private func change(_ body: [UInt8], in component: StateComponent) async -> Response {
        guard let request = JSONReader.read(body), let steps = request["operations"]?.elements else {
            return DaprError.unreadableBody.response
        }
        let reader = StateChangeReader(component: component)
        do {
            var changes: [StateChange] = []
            for step in steps {
                let node = step["request"] ?? .null
                let change: StateChange? =
                    switch step["operation"]?.text {
                    case "upsert": try reader.upsert(node)
                    case "delete": try reader.deletion(node)
                    case let other: throw UnsupportedOperation(name: other ?? "")
                    }
                guard let change else { return Self.malformed(node).response }
                changes.append(change)
            }
            guard !changes.isEmpty else { return Response(status: .noContent) }
            try await measured("transaction", component) { [changes] in
                try await table.perform(changes, in: component.name)
            }
            return Response(status: .noContent)
        } catch let unsupported as UnsupportedOperation {
            return DaprError.unsupportedStateOperation(unsupported.name).response
        } catch {
            return DaprError.stateTransactionFailed(error).response
        }
    }

    private struct UnsupportedOperation: Error { let name: String }

    private static func malformed(_ node: JSONNode) -> DaprError {
        guard let key = node["key"]?.text, key.contains("||") else { return .unreadableBody }
        return .badStateKey(key)
    }

    private static func node(_ key: String, _ item: StateTable.Item?) -> JSONNode {
        guard let item else { return .object(["key": .string(key)]) }
        var members: [String: JSONNode] = [
            "key": .string(key), "data": JSONReader.read(item.value) ?? .null, "etag": .string(item.etag),
        ]
        if let expires = item.expires { members["metadata"] = .object(["ttlExpireTime": .string(expires)]) }
        return .object(members)
    }

    private func measured<Value: Sendable>(
        _ operation: String, _ component: StateComponent, _ work: () async throws -> Value
    ) async throws -> Value {
        let start = ContinuousClock.now
        do {
            let value = try await work()
            metrics.called(
                .state, component: component.name, operation: operation, succeeded: true,
                took: ContinuousClock.now - start)
            return value
        } catch {
            metrics.called(
                .state, component: component.name, operation: operation, succeeded: false,
                took: ContinuousClock.now - start)
            logger.debug("state call failed", error: error, metadata: ["dapr.component": "\(component.name)"])
            throw error
        }
    }
}

extension Response {
    /// A JSON text that is there already.
    static func bytes(_ json: [UInt8]) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json)))
    }
}

extension HTTPField.Name {
    /// The name is a literal, so the fallback is never taken.
    fileprivate static let ttlExpireTime = Self("metadata.ttlExpireTime") ?? .server
}
