import NIOCore
import Testing

@testable import ServiceKit

struct PatienceTests {
    private func at(_ seconds: UInt64) -> NIODeadline { .uptimeNanoseconds(seconds * 1_000_000_000) }

    @Test func `a deadline that passes is over, once`() {
        var patience = Patience()
        #expect(patience.wait(until: at(10)) == at(10))
        #expect(patience.rang(at(10)) == .over)
        #expect(patience.rang(at(10)) == .nothing)
    }

    @Test func `a deadline that moved back is looked at again, without a second alarm before`() {
        var patience = Patience()
        _ = patience.wait(until: at(10))
        #expect(patience.wait(until: at(75)) == nil)
        #expect(patience.rang(at(10)) == .again(at(75)))
        #expect(patience.rang(at(75)) == .over)
    }

    @Test func `a deadline that moved forward has an alarm of its own, and the old one means nothing`() {
        var patience = Patience()
        _ = patience.wait(until: at(75))
        #expect(patience.wait(until: at(10)) == at(10))
        #expect(patience.rang(at(10)) == .over)
        #expect(patience.rang(at(75)) == .nothing)
    }

    @Test func `nobody waits after the end, until somebody waits again`() {
        var patience = Patience()
        _ = patience.wait(until: at(10))
        patience.end()
        #expect(patience.rang(at(10)) == .nothing)
        #expect(patience.wait(until: at(20)) == at(20))
    }
}
