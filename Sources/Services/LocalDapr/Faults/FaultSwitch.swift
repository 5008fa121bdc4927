import Logging
import Metrics
import Synchronization

/// The faults that are on, for all applications or for one. Forgotten at the end of the process.
final class FaultSwitch: Sendable {
    private struct State {
        var all: Fault?
        var apps: [String: Fault] = [:]
        var waiters: [UInt64: (app: String, continuation: CheckedContinuation<Void, Never>)] = [:]
        var nextTicket: UInt64 = 0

        /// An application's own fault comes on top of everybody's.
        func fault(of app: String) -> Fault {
            let own = apps[app] ?? Fault()
            let common = all ?? Fault()
            return Fault(
                failsPublishing: own.failsPublishing || common.failsPublishing,
                pausesDeliveries: own.pausesDeliveries || common.pausesDeliveries,
                latency: max(own.latency, common.latency),
                deadLetterShare: max(own.deadLetterShare, common.deadLetterShare),
                trace: own.trace ?? common.trace)
        }
    }

    private let state = Mutex(State())
    private let appIDs: [String]
    private let logger: Logger

    init(appIDs: [String], logger: Logger) {
        self.appIDs = appIDs
        self.logger = logger
        show()
    }

    func knows(_ app: String) -> Bool { appIDs.contains(app) }

    func fault(of app: String) -> Fault { state.withLock { $0.fault(of: app) } }

    /// What is on, as it was put in.
    var entries: [(app: String?, fault: Fault)] {
        state.withLock { state in
            let common = state.all.map { [(app: String?.none, fault: $0)] } ?? []
            return common + state.apps.sorted { $0.key < $1.key }.map { (app: $0.key, fault: $0.value) }
        }
    }

    /// Replaces what is on for the application, or for all.
    func put(_ fault: Fault, app: String?) {
        change { state in
            if let app { state.apps[app] = fault } else { state.all = fault }
        }
        logger.warning(
            "fault switched on",
            metadata: [
                "dapr.app_id": "\(app ?? "all")", "fault.publish": "\(fault.failsPublishing)",
                "fault.deliveries": "\(fault.pausesDeliveries)",
                "fault.latency_ms": "\(Int(fault.latency.inMilliseconds))",
                "fault.dead_letter_share": "\(fault.deadLetterShare)",
                "fault.trace": "\(fault.trace?.rawValue ?? "none")",
            ])
    }

    /// Ends the application's fault, or every fault.
    func clear(app: String?) {
        change { state in
            guard let app else {
                state.all = nil
                state.apps = [:]
                return
            }
            state.apps[app] = nil
        }
        logger.notice("fault switched off", metadata: ["dapr.app_id": "\(app ?? "all")"])
    }

    /// Returns when deliveries to the application are not paused, or the task is cancelled.
    func waitForDeliveries(to app: String) async {
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    if Task.isCancelled || !state.fault(of: app).pausesDeliveries { return true }
                    state.waiters[ticket] = (app, continuation)
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: ticket) }?.continuation.resume()
        }
    }

    /// The latency, if one is on.
    func linger(for app: String) async {
        let latency = fault(of: app).latency
        if latency > .zero { try? await Task.sleep(for: latency) }
    }

    private func change(_ edit: (inout State) -> Void) {
        let woken = state.withLock { state in
            edit(&state)
            let due = state.waiters.filter { !state.fault(of: $0.value.app).pausesDeliveries }
            for ticket in due.keys { state.waiters[ticket] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
        show()
    }

    /// A rehearsal that was forgotten shows on every dashboard.
    private func show() {
        for app in appIDs {
            let fault = fault(of: app)
            for (name, isOn) in [
                ("publish", fault.failsPublishing), ("deliveries", fault.pausesDeliveries),
                ("latency", fault.latency > .zero), ("dead_letters", fault.deadLetterShare > 0),
                ("trace", fault.trace != nil),
            ] {
                Gauge(label: "todo.sidecar.fault", dimensions: [("app_id", app), ("fault", name)])
                    .record(isOn ? 1 : 0)
            }
        }
    }
}
