import Metrics

/// One kind of call, as metrics name it.
struct DaprOperation: Sendable {
    let block: String
    let name: String

    static let publish = DaprOperation(block: "pubsub", name: "publish")
    static let publishBulk = DaprOperation(block: "pubsub", name: "publish_bulk")
    static let invoke = DaprOperation(block: "invoke", name: "invoke")
    static let invokeStreaming = DaprOperation(block: "invoke", name: "invoke_streaming")
    static let metadata = DaprOperation(block: "sidecar", name: "metadata")

    static func state(_ name: String) -> DaprOperation { DaprOperation(block: "state", name: name) }
    static func secrets(_ name: String) -> DaprOperation { DaprOperation(block: "secrets", name: name) }
    static func bindings(_ name: String) -> DaprOperation { DaprOperation(block: "bindings", name: name) }
    static func jobs(_ name: String) -> DaprOperation { DaprOperation(block: "jobs", name: name) }

    /// Both labels come from this file and errors from a bounded set, so the series stay few.
    func record(since start: ContinuousClock.Instant, error: DaprError?) {
        var labels = [("dapr.building_block", block), ("dapr.operation", name)]
        if let error { labels.append(("error.type", error.reasonCode)) }
        Timer(label: "todo.sidecar.call.duration", dimensions: labels, preferredDisplayUnit: .seconds)
            .record(duration: ContinuousClock.now - start)
    }
}
