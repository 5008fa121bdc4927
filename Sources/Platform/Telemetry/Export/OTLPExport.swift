import CoreMetrics
import Synchronization

/// Delivers batches of anything by OTLP over HTTP in protobuf.
///
/// A batch too large for one request goes out in parts, one after the other. Its calls make no spans.
final class OTLPExport<Item: Sendable>: Sendable {
    private let signal: BatchSignal
    private let delivery: OTLPDelivery
    private let encode: @Sendable (ArraySlice<Item>) -> [UInt8]
    private let factory: any MetricsFactory
    private let isShutDown = Atomic(false)

    init(
        _ signal: BatchSignal, delivery: OTLPDelivery, factory: any MetricsFactory,
        encode: @escaping @Sendable (ArraySlice<Item>) -> [UInt8]
    ) {
        self.signal = signal
        self.delivery = delivery
        self.factory = factory
        self.encode = encode
    }

    /// Delivers the items, retrying within the configured time.
    func export(_ items: [Item]) async -> ExportOutcome {
        guard !items.isEmpty else { return ExportOutcome(exported: 0) }
        guard !isShutDown.load(ordering: .acquiring) else {
            return ExportOutcome(exported: 0, failed: items.count, errorType: "already_shutdown")
        }
        let began = delivery.clock.monotonicNanoseconds()
        let outcome = await send(items[...], began: began)
        measure(outcome, since: began)
        return outcome
    }

    /// What comes later fails.
    func shutdown() {
        isShutDown.store(true, ordering: .releasing)
    }

    private func send(_ items: ArraySlice<Item>, began: UInt64) async -> ExportOutcome {
        let body = encode(items)
        guard body.count > delivery.configuration.maximumRequestBytes, items.count > 1 else {
            return await delivery.deliver(body, count: items.count, began: began)
        }
        let middle = items.startIndex + items.count / 2
        let first = await send(items[..<middle], began: began)
        return await first + send(items[middle...], began: began)
    }

    private func measure(_ outcome: ExportOutcome, since began: UInt64) {
        var dimensions = BatchMetrics.exporter(signal)
        if let errorType = outcome.errorType { dimensions.append(("error.type", errorType)) }
        CoreMetrics.Timer(
            label: "otel.sdk.exporter.operation.duration", dimensions: dimensions, factory: factory
        ).recordNanoseconds(Int64(clamping: delivery.clock.monotonicNanoseconds() &- began))
    }
}
