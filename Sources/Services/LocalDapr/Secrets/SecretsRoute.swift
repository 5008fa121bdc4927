import HTTPTypes
import Hummingbird
import Logging

/// The secret calls of one application.
struct SecretsRoute: Sendable {
    private let stores: [String: SecretFile]
    private let scopes: [String: SecretScope]
    private let metrics: BlockMetrics

    /// Secret stores of another kind than a file are not served.
    init(_ link: AppLink, scopes: [SecretScope]) throws(LocalDaprError) {
        var stores: [String: SecretFile] = [:]
        for declaration in link.components where declaration.type == "secretstores.local.file" {
            do throws(LocalDaprError) {
                stores[declaration.name] = try SecretFile(declaration)
            } catch {
                guard declaration.ignoresErrors else { throw error }
                link.logger.notice("component left out", error: error)
            }
        }
        self.stores = stores
        self.scopes = Dictionary(scopes.map { ($0.storeName, $0) }) { first, _ in first }
        metrics = BlockMetrics(appID: link.app.id)
    }

    func answer(_ store: String, name: String) -> Response {
        found(store) { file in
            guard scopes[store]?.allows(name) != false else {
                return DaprError.secretDenied(name, in: store).response
            }
            let start = ContinuousClock.now
            let secret = file.secrets[name]
            metrics.called(
                .secret, component: store, operation: "get", succeeded: secret != nil,
                took: ContinuousClock.now - start)
            guard let secret else { return DaprError.secretNotFound(name, in: store).response }
            return .json(Self.node(secret), status: .ok)
        }
    }

    /// Every secret that the application may read; the others are left out without a word.
    func answerAll(_ store: String) -> Response {
        found(store) { file in
            let start = ContinuousClock.now
            let visible = file.secrets.filter { scopes[store]?.allows($0.key) != false }
            metrics.called(
                .secret, component: store, operation: "bulk_get", succeeded: true,
                took: ContinuousClock.now - start)
            return .json(.object(visible.mapValues(Self.node)), status: .ok)
        }
    }

    private func found(_ store: String, _ answer: (SecretFile) -> Response) -> Response {
        guard !stores.isEmpty else { return DaprError.noSecretStores.response }
        return stores[store].map(answer) ?? DaprError.secretStoreNotFound(store).response
    }

    private static func node(_ entries: [String: String]) -> JSONNode {
        .object(entries.mapValues(JSONNode.string))
    }
}

extension DaprError {
    fileprivate static let noSecretStores = DaprError(
        status: .internalServerError, code: "ERR_SECRET_STORES_NOT_CONFIGURED",
        message: "secret store is not configured")

    /// 401 is what the real sidecar answers, odd as it is.
    fileprivate static func secretStoreNotFound(_ store: String) -> DaprError {
        DaprError(
            status: .unauthorized, code: "ERR_SECRET_STORE_NOT_FOUND",
            message: "failed finding secret store with key \(store)")
    }

    fileprivate static func secretDenied(_ name: String, in store: String) -> DaprError {
        DaprError(
            status: .forbidden, code: "ERR_PERMISSION_DENIED",
            message: "access denied by policy to get \"\(name)\" from \"\(store)\"")
    }

    fileprivate static func secretNotFound(_ name: String, in store: String) -> DaprError {
        DaprError(
            status: .internalServerError, code: "ERR_SECRET_GET",
            message: "failed getting secret with key \(name) from secret store \(store): "
                + "secret \(name) not found")
    }
}
