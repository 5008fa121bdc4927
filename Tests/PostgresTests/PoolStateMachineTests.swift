import Testing

@testable import Postgres

@Suite struct PoolStateMachineTests {
    /// Connection ids count from 101.
    private final class IDs {
        private var last: UInt64 = 100
        func next() -> UInt64 {
            last += 1
            return last
        }
    }

    private let ids = IDs()

    /// A pool of `size` connections, all idle.
    private func warmPool(_ size: Int) -> PoolStateMachine {
        var pool = PoolStateMachine(maximum: size)
        let waiters = (1...UInt64(size)).map { $0 }
        for waiter in waiters { _ = pool.acquire(waiter: waiter, newID: ids.next) }
        for waiter in waiters { _ = pool.opened(100 + waiter) }
        for waiter in waiters { _ = pool.release(100 + waiter, isReusable: true, newID: ids.next) }
        return pool
    }

    @Test func `an empty pool opens a connection for its first waiter`() {
        var pool = PoolStateMachine(maximum: 2)
        #expect(pool.acquire(waiter: 1, newID: ids.next) == [.open(101)])
        #expect(pool.opened(101) == [.serve(waiter: 1, connection: 101)])
    }

    @Test func `a busy pool waits in order`() {
        var pool = warmPool(1)
        #expect(pool.acquire(waiter: 1, newID: ids.next) == [.serve(waiter: 1, connection: 101)])
        #expect(pool.acquire(waiter: 2, newID: ids.next) == [])
        #expect(pool.acquire(waiter: 3, newID: ids.next) == [])
        #expect(pool.release(101, isReusable: true, newID: ids.next) == [.serve(waiter: 2, connection: 101)])
        #expect(pool.release(101, isReusable: true, newID: ids.next) == [.serve(waiter: 3, connection: 101)])
        #expect(pool.release(101, isReusable: true, newID: ids.next) == [])
        #expect(pool.idle == [101])
    }

    @Test func `the most recently used connection is used first`() {
        var pool = warmPool(2)
        #expect(pool.acquire(waiter: 1, newID: ids.next) == [.serve(waiter: 1, connection: 102)])
    }

    @Test func `a connection in doubt is replaced when somebody waits`() {
        var pool = warmPool(1)
        _ = pool.acquire(waiter: 1, newID: ids.next)
        _ = pool.acquire(waiter: 2, newID: ids.next)
        #expect(pool.release(101, isReusable: false, newID: ids.next) == [.close(101), .open(102)])
        #expect(pool.opened(102) == [.serve(waiter: 2, connection: 102)])
    }

    @Test func `a waiter that gave up is not served`() {
        var pool = warmPool(1)
        _ = pool.acquire(waiter: 1, newID: ids.next)
        _ = pool.acquire(waiter: 2, newID: ids.next)
        #expect(pool.abandon(waiter: 2, .poolTimeout) == [.refuse(waiter: 2, .poolTimeout)])
        #expect(pool.abandon(waiter: 2, .cancelled) == [])
        #expect(pool.release(101, isReusable: true, newID: ids.next) == [])
    }

    @Test func `when nothing is alive a failed connection is everybody's answer`() {
        var pool = PoolStateMachine(maximum: 1)
        _ = pool.acquire(waiter: 1, newID: ids.next)
        _ = pool.acquire(waiter: 2, newID: ids.next)
        let error = PostgresError.connectionFailed("refused")
        #expect(pool.failed(101, error) == [.refuse(waiter: 1, error), .refuse(waiter: 2, error)])
        #expect(pool.acquire(waiter: 3, newID: ids.next) == [.open(102)])
    }

    @Test func `while others are alive a failed connection is nobody's answer`() {
        var pool = PoolStateMachine(maximum: 2)
        _ = pool.acquire(waiter: 1, newID: ids.next)
        _ = pool.opened(101)
        #expect(pool.acquire(waiter: 2, newID: ids.next) == [.open(102)])
        #expect(pool.failed(102, .connectionFailed("too many")) == [])
        #expect(pool.release(101, isReusable: true, newID: ids.next) == [.serve(waiter: 2, connection: 101)])
    }

    @Test func `a lost idle connection is forgotten and a lost leased one replaced`() {
        var pool = warmPool(2)
        #expect(pool.lost(101, newID: ids.next) == [])
        _ = pool.acquire(waiter: 1, newID: ids.next)
        #expect(pool.acquire(waiter: 2, newID: ids.next) == [.open(103)])
        #expect(pool.acquire(waiter: 3, newID: ids.next) == [])
        #expect(pool.lost(102, newID: ids.next) == [.open(104)])
        #expect(pool.release(102, isReusable: false, newID: ids.next) == [])
    }

    @Test func `a closed pool waits for what is out and then is drained`() {
        var pool = warmPool(2)
        _ = pool.acquire(waiter: 1, newID: ids.next)
        #expect(pool.shutDown() == [.close(101)])
        #expect(pool.acquire(waiter: 2, newID: ids.next) == [.refuse(waiter: 2, .closed)])
        #expect(pool.release(102, isReusable: true, newID: ids.next) == [.close(102), .drained])
        #expect(pool.shutDown() == [])
        #expect(pool.isDrained)
    }

    @Test func `a closed pool can stop waiting`() {
        var pool = warmPool(1)
        _ = pool.acquire(waiter: 1, newID: ids.next)
        #expect(pool.shutDown() == [])
        #expect(pool.abandonLeases() == [.close(101), .drained])
        #expect(pool.release(101, isReusable: true, newID: ids.next) == [])
    }
}

@Suite struct StatementCacheTests {
    @Test func `the least recently used statement goes first`() {
        var cache = StatementCache(capacity: 2)
        #expect(cache.insert("a", name: "s1") == nil)
        #expect(cache.insert("b", name: "s2") == nil)
        #expect(cache.name(of: "a") == "s1")
        #expect(cache.insert("c", name: "s3") == "s2")
        #expect(cache.name(of: "b") == nil)
        #expect(cache.forget("a") == "s1")
        #expect(cache.forget("a") == nil)
    }

    @Test func `names are never used twice`() {
        var cache = StatementCache()
        #expect(Set((0..<100).map { _ in cache.newName() }).count == 100)
    }
}
