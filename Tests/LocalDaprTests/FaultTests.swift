import Logging
import Testing

@testable import LocalDapr

struct FaultTests {
    private func faults() -> FaultSwitch {
        FaultSwitch(appIDs: ["a", "b"], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"app":"a"}"#, #"{"publish":"x"}"#, #"{"deliveries":true}"#,
        #"{"latencyMilliseconds":-1}"#,
        #"{"latencyMilliseconds":60001}"#, #"{"latencyMilliseconds":"1"}"#, #"{"app":1,"publish":"fail"}"#,
        #"{"publish":"fail","more":1}"#, #"{"latencyMilliseconds":0}"#,
        #"{"deadLetterShare":1.1}"#, #"{"deadLetterShare":"1"}"#, #"{"deadLetterShare":0}"#,
        #"{"trace":"x"}"#,
    ])
    func `a request that means nothing is refused`(body: String) {
        #expect(throws: FaultMistake.self) { try Fault.read(Array(body.utf8)).get() }
    }

    @Test func `an own fault comes on top of everybody's`() throws {
        let faults = faults()
        let body = #"{"app":"a","publish":"fail","deliveries":"pause","latencyMilliseconds":5}"#
        let (app, fault) = try Fault.read(Array(body.utf8)).get()
        faults.put(fault, app: app)
        faults.put(Fault(latency: .milliseconds(7)), app: nil)
        #expect(
            faults.fault(of: "a")
                == Fault(failsPublishing: true, pausesDeliveries: true, latency: .milliseconds(7)))
        #expect(faults.fault(of: "b") == Fault(latency: .milliseconds(7)))
        #expect(faults.entries.count == 2)
        faults.clear(app: "a")
        #expect(faults.fault(of: "a") == Fault(latency: .milliseconds(7)))
        faults.clear(app: nil)
        #expect(faults.entries.isEmpty)
    }

    @Test func `what is put in is read back`() throws {
        let body = #"{"app":"a","deadLetterShare":0.25,"trace":"lose"}"#
        let (app, fault) = try Fault.read(Array(body.utf8)).get()
        #expect(fault == Fault(deadLetterShare: 0.25, trace: .lose))
        #expect(try Fault.read(fault.json(app: app).bytes).get().fault == fault)
    }

    @Test(arguments: [0, 0.01, 0.1, 0.5, 1])
    func `a share of events is struck, always the same ones`(share: Double) {
        let fault = Fault(deadLetterShare: share)
        let ids = (0..<20_000).map { "0190163d-8694-739b-aea5-\(100_000_000_000 + $0)" }
        let struck = ids.filter { fault.strikes(eventID: $0) }
        #expect(abs(Double(struck.count) / 20_000 - share) < 0.01)
        #expect(struck == ids.filter { fault.strikes(eventID: $0) })
        let more = Fault(deadLetterShare: min(1, share * 2))
        #expect(struck.allSatisfy { more.strikes(eventID: $0) })
    }

    @Test func `waiting for deliveries ends with the pause, or with the task`() async {
        let faults = faults()
        faults.put(Fault(pausesDeliveries: true), app: "a")
        await faults.waitForDeliveries(to: "b")
        let cancelled = Task { await faults.waitForDeliveries(to: "a") }
        cancelled.cancel()
        await cancelled.value
        async let waiting: Void = faults.waitForDeliveries(to: "a")
        faults.clear(app: "a")
        await waiting
    }
}
