import HTTPTypes

extension DaprError {
    static func stateStoreNotFound(_ store: String) -> DaprError {
        DaprError(
            status: .badRequest, code: "ERR_STATE_STORE_NOT_FOUND",
            message: "state store \(store) is not found",
            detail: Detail(reason: "DAPR_STATE_NOT_FOUND", resourceType: "state", resourceName: store))
    }

    static func stateStoreNotConfigured() -> DaprError {
        DaprError(
            status: .internalServerError, code: "ERR_STATE_STORE_NOT_CONFIGURED",
            message: "state store is not configured",
            detail: Detail(reason: "DAPR_STATE_NOT_CONFIGURED", resourceType: "state", resourceName: ""))
    }

    static func malformed(_ what: String) -> DaprError {
        DaprError(status: .badRequest, code: "ERR_MALFORMED_REQUEST", message: what)
    }

    static let unreadableBody = malformed("failed deserializing HTTP body")

    static func badStateKey(_ key: String) -> DaprError {
        malformed("input key/keyPrefix '\(key)' can't contain '||'")
    }

    static func stateFailed(
        _ code: String, doing: String, store: String, why: any Error
    ) -> DaprError {
        guard let failure = why as? StateFailure else {
            return DaprError(
                status: .internalServerError, code: code,
                message: "failed \(doing) in state store \(store): the store is not reachable")
        }
        let isConflict = if case .etagMismatch = failure { true } else { false }
        return DaprError(
            status: isConflict ? .conflict : .internalServerError, code: code,
            message: "failed \(doing) in state store \(store): \(failure.message)")
    }

    static func stateTransactionFailed(_ why: any Error) -> DaprError {
        DaprError(
            status: .internalServerError, code: "ERR_STATE_TRANSACTION",
            message: "error while executing state transaction: "
                + ((why as? StateFailure)?.message ?? "the store is not reachable"))
    }

    static func unsupportedStateOperation(_ name: String) -> DaprError {
        DaprError(
            status: .badRequest, code: "ERR_NOT_SUPPORTED_STATE_OPERATION",
            message: "operation type \(name) not supported")
    }

    static func stateQueryUnsupported(_ store: String) -> DaprError {
        DaprError(
            status: .internalServerError, code: "ERR_STATE_STORE_NOT_SUPPORTED",
            message: "state store does not support querying",
            detail: Detail(
                reason: "DAPR_STATE_QUERYING_NOT_SUPPORTED", resourceType: "state", resourceName: store))
    }
}
