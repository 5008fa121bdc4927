import Testing

@testable import ServiceKit

struct ReadinessTests {
    @Test func `a dependency that does not answer in time is down, and the others are told`() async {
        let (never, open) = AsyncStream<Void>.makeStream()
        let readiness = Readiness(
            checks: [
                ReadinessCheck("silent") {
                    // Deaf to cancellation, as a call into somebody else's library may be.
                    let waiting = Task { for await _ in never {} }
                    await waiting.value
                    return true
                },
                ReadinessCheck("there") { true },
                ReadinessCheck("gone") { false },
            ], patience: .milliseconds(200))
        #expect(await readiness.states() == ["silent": false, "there": true, "gone": false])
        open.finish()
    }
}
