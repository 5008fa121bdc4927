import Testing

@testable import EventFlow

struct OutboxShardBookTests {
    private let start = ContinuousClock.now
    private let reserve = Duration.seconds(1)

    private func book(of shards: Int, share: Int = 32) -> ShardBook {
        var book = ShardBook()
        _ = book.note(renewed: [], claimed: Array(0..<shards), share: share, until: start + .seconds(4))
        return book
    }

    @Test func `nothing begins when less of the lease is left than a call may take`() {
        var book = book(of: 2)
        let tickets = book.enter(at: start, reserve: reserve)
        #expect(tickets.map(\.shard) == [0, 1])
        #expect(book.permits(tickets[0], at: start + .seconds(3), reserve: reserve))
        #expect(!book.permits(tickets[0], at: start + .milliseconds(3001), reserve: reserve))
        #expect(book.enter(at: start + .milliseconds(3001), reserve: reserve).isEmpty)
        #expect(book.holds(tickets[0], at: start + .milliseconds(3999)))
        #expect(!book.holds(tickets[0], at: start + .seconds(4)))
    }

    @Test func `a renewal carries a ticket on, and what the database no longer grants ends it`() {
        var book = book(of: 2)
        let tickets = book.enter(at: start, reserve: reserve)
        _ = book.note(renewed: [0], claimed: [], share: 32, until: start + .seconds(8))
        #expect(book.permits(tickets[0], at: start + .seconds(6), reserve: reserve))
        #expect(!book.permits(tickets[1], at: start, reserve: reserve))
    }

    @Test func `a shard that was lost and won again is another right`() {
        var book = book(of: 1)
        let old = book.enter(at: start, reserve: reserve)
        _ = book.note(renewed: [], claimed: [], share: 32, until: start + .seconds(8))
        _ = book.note(renewed: [], claimed: [0], share: 32, until: start + .seconds(8))
        #expect(!book.permits(old[0], at: start, reserve: reserve))
        let new = book.enter(at: start, reserve: reserve)
        #expect(book.permits(new[0], at: start, reserve: reserve))
        book.leave(old)
        _ = book.note(renewed: [0], claimed: [], share: 0, until: start + .seconds(8))
        #expect(book.intentions().returned.isEmpty, "the new round still uses it")
    }

    @Test func `what is more than the fair share is given back, but not under a round`() {
        var book = book(of: 4)
        let used = book.enter(at: start, reserve: reserve)
        _ = book.note(renewed: [0, 1, 2, 3], claimed: [], share: 2, until: start + .seconds(4))
        #expect(book.intentions().kept == [0, 1, 2, 3])
        #expect(book.intentions().returned.isEmpty)
        #expect(
            book.enter(at: start, reserve: reserve).map(\.shard) == [0, 1], "no new round on those that go")
        book.leave(used)
        #expect(book.intentions().returned == [2, 3])
        #expect(book.intentions().kept == [0, 1])
    }

    @Test func `after giving up, old tickets are worth nothing`() {
        var book = book(of: 1)
        let tickets = book.enter(at: start, reserve: reserve)
        book.clear()
        #expect(!book.permits(tickets[0], at: start, reserve: reserve))
        #expect(book.count == 0)
    }
}
