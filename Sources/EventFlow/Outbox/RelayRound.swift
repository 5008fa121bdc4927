import Dapr
import Synchronization
import Tracing

/// Sends what one look into the outbox found: keys in parallel, the events of a key one after the other.
///
/// A call begins only while the shard's lease lasts longer than a call may take, and is broken off when the
/// lease ends all the same. When the sidecar is away, or refuses call after call, nothing more begins.
final class RelayRound: Sendable {
    private struct State {
        var settlement = Settlement()
        var takers: Set<String> = []
        var refusalsInARow = 0
        var isSidecarAway = false
        var hasSent = false
    }

    private let sender: OutboxSender
    private let keeper: ShardKeeper
    private let settings: OutboxRelay.Settings
    private let tickets: [Int: ShardBook.Ticket]
    private let isStopping: @Sendable () -> Bool
    private let state = Mutex(State())

    init(
        sender: OutboxSender, keeper: ShardKeeper, settings: OutboxRelay.Settings,
        tickets: [ShardBook.Ticket], isStopping: @escaping @Sendable () -> Bool
    ) {
        self.sender = sender
        self.keeper = keeper
        self.settings = settings
        self.tickets = Dictionary(tickets.map { ($0.shard, $0) }, uniquingKeysWith: { first, _ in first })
        self.isStopping = isStopping
    }

    /// What has become of the events.
    struct Result: Sendable {
        var settlement: Settlement
        /// Topics that have taken an event.
        var takers: Set<String>
        var isSidecarAway: Bool
        /// Key after key was refused, and nothing went through.
        var isFruitless: Bool
    }

    /// Sends until nothing may begin any more, and returns what must be written down.
    func run(_ turns: [OutboxStore.Turn], relay: InstrumentationContext) async -> Result {
        let lanes = lanes(of: turns)
        let width = lanes.contains { $0.count > 1 } ? settings.bulkCalls : settings.concurrency
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { await self.watchLeases() }
            var waiting = lanes.makeIterator()
            var running = 0
            while running < width, let lane = waiting.next() {
                group.addTask { await self.send(lane, relay: relay) }
                running += 1
            }
            while running > 0, let wasLane = await group.next() {
                guard wasLane else {
                    group.cancelAll()
                    continue
                }
                running -= 1
                if mayGoOn, let lane = waiting.next() {
                    group.addTask { await self.send(lane, relay: relay) }
                    running += 1
                }
            }
            group.cancelAll()
        }
        return state.withLock { state in
            Result(
                settlement: state.settlement, takers: state.takers, isSidecarAway: state.isSidecarAway,
                isFruitless: !state.hasSent && state.refusalsInARow >= settings.concurrency)
        }
    }

    /// Few keys go one by one, so that each trace shows its own call; many share calls.
    private func lanes(of turns: [OutboxStore.Turn]) -> [[OutboxStore.Turn]] {
        guard turns.count >= settings.bulkFrom, sender.sendsInBulk else { return turns.map { [$0] } }
        return Dictionary(grouping: turns, by: \.topic).values.flatMap { turns in
            stride(from: 0, to: turns.count, by: settings.bulkSize).map {
                Array(turns[$0..<min($0 + settings.bulkSize, turns.count)])
            }
        }
    }

    /// Wave by wave: the next event of a key only after the broker has the one before.
    private func send(_ lane: [OutboxStore.Turn], relay: InstrumentationContext) async -> Bool {
        var keys = lane.map { (turn: $0, next: 0) }
        while mayGoOn {
            keys.removeAll { $0.next >= $0.turn.rows.count || !permits($0.turn) }
            let wave = keys.indices.prefix(sender.sendsInBulk ? waveLength(keys) : 1)
            let rows = wave.map { keys[$0].turn.rows[keys[$0].next] }
            guard let first = rows.first else { break }
            let outcomes =
                rows.count == 1
                ? [await sender.send(first, relay: relay)] : await sender.send(rows, relay: relay)
            guard let outcomes else { continue }
            for (index, outcome) in zip(wave, outcomes) {
                let goesOn = note(outcome, of: keys[index].turn.rows[keys[index].next])
                keys[index].next = goesOn ? keys[index].next + 1 : Int.max
            }
            // What did not fit into this call comes first in the next.
            keys = Array(keys[wave.endIndex...] + keys[wave])
        }
        return true
    }

    /// As many as one call may carry; the first always goes.
    private func waveLength(_ keys: [(turn: OutboxStore.Turn, next: Int)]) -> Int {
        var bytes = 0
        for (position, key) in keys.enumerated() {
            bytes += key.turn.rows[key.next].event.data.count + 1024
            if position > 0, bytes > settings.bulkBytes { return position }
        }
        return keys.count
    }

    private func permits(_ turn: OutboxStore.Turn) -> Bool {
        guard let ticket = tickets[turn.shard] else { return false }
        return keeper.permits(ticket, reserve: settings.callLimit)
    }

    private var mayGoOn: Bool {
        guard !Task.isCancelled, !isStopping() else { return false }
        return state.withLock { !$0.isSidecarAway && $0.refusalsInARow < settings.concurrency }
    }

    /// - Returns: whether the key's next event may follow.
    private func note(_ outcome: OutboxSender.Outcome, of row: OutboxRow) -> Bool {
        state.withLock { state in
            switch outcome {
            case .sent:
                state.settlement.sent.append(row.id)
                state.takers.insert(row.topic)
                state.hasSent = true
                state.refusalsInARow = 0
                return true
            case .poisonous(let reason):
                state.settlement.parked.append(
                    Settlement.Failure(id: row.id, topic: row.topic, attempts: row.attempts, reason: reason))
                state.hasSent = true
                return true
            case .refused(let reason):
                state.settlement.postponed.append(
                    Settlement.Failure(id: row.id, topic: row.topic, attempts: row.attempts, reason: reason))
                state.refusalsInARow += 1
            case .sidecarAway:
                state.isSidecarAway = true
            case .undecided:
                break
            }
            return false
        }
    }

    /// Breaks all calls off when a lease ends under them: what is sent later could overtake its successor.
    private func watchLeases() async -> Bool {
        let all = Array(tickets.values)
        while !Task.isCancelled {
            try? await Task.sleep(for: settings.lease / 16)
            if !Task.isCancelled, keeper.hasLost(all) { break }
        }
        return false
    }
}
