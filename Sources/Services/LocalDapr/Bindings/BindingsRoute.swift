import HTTPTypes
import Hummingbird

/// Calls of output bindings. The stand-in has none, so that each of them fails as it would without the component.
struct BindingsRoute: Sendable {
    let metrics: BlockMetrics

    init(_ link: AppLink) {
        metrics = BlockMetrics(appID: link.app.id)
    }

    func answer(_ name: String, body: [UInt8]) -> Response {
        guard let request = JSONReader.read(body), request.members != nil,
            request["operation"] == nil || request["operation"]?.text != nil,
            request["metadata"] == nil
                || request["metadata"]?.members?.values.allSatisfy({ $0.text != nil }) == true
        else { return DaprError.unreadableBody.response }
        metrics.invoked(
            component: name, operation: request["operation"]?.text ?? "", succeeded: false, took: .zero)
        return DaprError.bindingFailed(name).response
    }
}

extension DaprError {
    fileprivate static func bindingFailed(_ name: String) -> DaprError {
        DaprError(
            status: .internalServerError, code: "ERR_INVOKE_OUTPUT_BINDING",
            message: "error invoking output binding \(name): couldn't find output binding \(name)")
    }
}
