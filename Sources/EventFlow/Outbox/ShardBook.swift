/// What one relay knows about the shards it holds, by its own clock.
///
/// The database decides who holds a shard; this decides whether that is still certain. The end of a lease is
/// counted from before the statement that took it, so the book never believes longer than the database does.
struct ShardBook: Sendable {
    /// The right to one shard, as a round got it. A shard that was lost and won again meanwhile is another
    /// right: somebody else may have sent what the round has read.
    struct Ticket: Sendable, Hashable {
        let shard: Int
        fileprivate let generation: Int
    }

    private struct Hold {
        var until: ContinuousClock.Instant
        let generation: Int
        /// Rounds that may still be sending.
        var users = 0
        /// Marked to be given to another relay as soon as nobody uses it.
        var isYielding = false
    }

    private var holds: [Int: Hold] = [:]
    private var lastGeneration = 0

    var count: Int { holds.count }

    /// What to say to the database next: which leases to go on with, and which to give back.
    func intentions() -> (kept: [Int], returned: [Int]) {
        let returned = holds.filter { $0.value.isYielding && $0.value.users == 0 }.keys.sorted()
        return (holds.keys.filter { !returned.contains($0) }.sorted(), returned)
    }

    /// Takes down what the database answered.
    ///
    /// - Returns: whether a shard was won that was not held before.
    mutating func note(
        renewed: [Int], claimed: [Int], share: Int, until: ContinuousClock.Instant
    ) -> Bool {
        var next: [Int: Hold] = [:]
        for shard in renewed {
            guard var hold = holds[shard] else { continue }
            hold.until = until
            hold.isYielding = false
            next[shard] = hold
        }
        for shard in claimed {
            lastGeneration += 1
            next[shard] = Hold(until: until, generation: lastGeneration)
        }
        // The idle ones go first: they can be given back at once.
        let byUse = next.sorted { ($0.value.users, $1.key) < ($1.value.users, $0.key) }
        for (shard, _) in byUse.prefix(max(0, next.count - share)) { next[shard]?.isYielding = true }
        holds = next
        return !claimed.isEmpty
    }

    /// Gives up everything at once.
    mutating func clear() { holds = [:] }

    /// The shards that may be worked on, each now in use until `leave`.
    mutating func enter(at now: ContinuousClock.Instant, reserve: Duration) -> [Ticket] {
        let usable = holds.filter { !$0.value.isYielding && $0.value.until - now >= reserve }
        for shard in usable.keys { holds[shard]?.users += 1 }
        return usable.map { Ticket(shard: $0.key, generation: $0.value.generation) }
            .sorted { $0.shard < $1.shard }
    }

    mutating func leave(_ tickets: [Ticket]) {
        for ticket in tickets where holds[ticket.shard]?.generation == ticket.generation {
            holds[ticket.shard]?.users -= 1
        }
    }

    /// Whether a call that takes as long as `reserve` would end within the lease.
    func permits(_ ticket: Ticket, at now: ContinuousClock.Instant, reserve: Duration) -> Bool {
        guard let hold = holds[ticket.shard], hold.generation == ticket.generation else { return false }
        return !hold.isYielding && hold.until - now >= reserve
    }

    /// Whether the lease has not ended.
    func holds(_ ticket: Ticket, at now: ContinuousClock.Instant) -> Bool {
        guard let hold = holds[ticket.shard], hold.generation == ticket.generation else { return false }
        return hold.until > now
    }
}
