/// Decides which connection serves whom. Pure: it neither waits nor locks; its owner performs the actions.
///
/// Connections are made when somebody waits, up to the maximum. Waiters are served first come, first
/// served; idle connections last in, first out, so that a pool after a rush keeps few of them warm.
struct PoolStateMachine {
    enum Action: Equatable {
        case open(UInt64)
        case close(UInt64)
        case serve(waiter: UInt64, connection: UInt64)
        case refuse(waiter: UInt64, PostgresError)
        /// Nothing is left open after `shutDown`.
        case drained
    }

    private let maximum: Int
    private var connecting: Set<UInt64> = []
    private(set) var idle: [UInt64] = []
    private(set) var leased: Set<UInt64> = []
    private var waiters: [UInt64] = []
    private(set) var isClosed = false
    /// Closed, and no connection is left.
    private(set) var isDrained = false

    init(maximum: Int) { self.maximum = max(1, maximum) }

    var waiterCount: Int { waiters.count }
    private var connectionCount: Int { connecting.count + idle.count + leased.count }

    /// Somebody wants a connection. `newID` names the connection, should one be made.
    mutating func acquire(waiter: UInt64, newID: () -> UInt64) -> [Action] {
        if isClosed { return [.refuse(waiter: waiter, .closed)] }
        if let connection = idle.popLast() {
            leased.insert(connection)
            return [.serve(waiter: waiter, connection: connection)]
        }
        waiters.append(waiter)
        return grow(newID)
    }

    /// A waiter gives up (timeout or cancellation). Nothing happens when it was served meanwhile.
    mutating func abandon(waiter: UInt64, _ error: PostgresError) -> [Action] {
        guard let index = waiters.firstIndex(of: waiter) else { return [] }
        waiters.remove(at: index)
        return [.refuse(waiter: waiter, error)]
    }

    /// A connection became usable.
    mutating func opened(_ connection: UInt64) -> [Action] {
        guard connecting.remove(connection) != nil else { return [] }
        if isClosed { return [.close(connection)] + drainedIfEmpty() }
        return place(connection)
    }

    /// A connection could not be made. While others are alive, waiters are served by them; else everybody
    /// hears why.
    mutating func failed(_ connection: UInt64, _ error: PostgresError) -> [Action] {
        guard connecting.remove(connection) != nil else { return [] }
        if isClosed { return drainedIfEmpty() }
        guard idle.isEmpty, leased.isEmpty else { return [] }
        let refused = waiters
        waiters.removeAll()
        return refused.map { .refuse(waiter: $0, error) }
    }

    /// A connection broke, idle or leased.
    mutating func lost(_ connection: UInt64, newID: () -> UInt64) -> [Action] {
        if let index = idle.firstIndex(of: connection) {
            idle.remove(at: index)
        } else if leased.remove(connection) == nil {
            return []
        }
        return isClosed ? drainedIfEmpty() : grow(newID)
    }

    /// A connection comes back.
    mutating func release(_ connection: UInt64, isReusable: Bool, newID: () -> UInt64) -> [Action] {
        guard leased.remove(connection) != nil else { return [] }
        if isClosed { return [.close(connection)] + drainedIfEmpty() }
        if !isReusable { return [.close(connection)] + grow(newID) }
        return place(connection)
    }

    /// Refuses everybody from now on; leased connections are closed when they come back.
    mutating func shutDown() -> [Action] {
        guard !isClosed else { return [] }
        isClosed = true
        let actions: [Action] =
            waiters.map { .refuse(waiter: $0, .closed) } + (idle + connecting).map { .close($0) }
        waiters.removeAll()
        idle.removeAll()
        connecting.removeAll()
        return actions + drainedIfEmpty()
    }

    /// Does not wait for leased connections any longer.
    mutating func abandonLeases() -> [Action] {
        let actions: [Action] = leased.map { .close($0) }
        leased.removeAll()
        return actions + drainedIfEmpty()
    }

    private mutating func place(_ connection: UInt64) -> [Action] {
        guard !waiters.isEmpty else {
            idle.append(connection)
            return []
        }
        leased.insert(connection)
        return [.serve(waiter: waiters.removeFirst(), connection: connection)]
    }

    /// As many new connections as there are waiters without one under way.
    private mutating func grow(_ newID: () -> UInt64) -> [Action] {
        var actions: [Action] = []
        while connecting.count < waiters.count, connectionCount < maximum {
            let connection = newID()
            connecting.insert(connection)
            actions.append(.open(connection))
        }
        return actions
    }

    private mutating func drainedIfEmpty() -> [Action] {
        guard isClosed, connectionCount == 0, !isDrained else { return [] }
        isDrained = true
        return [.drained]
    }
}
