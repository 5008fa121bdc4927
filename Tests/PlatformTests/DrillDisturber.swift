import Foundation
import Glibc
import Synchronization
import TestSupport

/// Who can be struck, and how.
enum DrillVictim: String, CaseIterable, Sendable {
    case gateway, tasks, audit, sidecar, traces
    case postgresKilled = "postgres killed"
    case postgresRestarted = "postgres restarted"

    var process: String {
        switch self {
        case .postgresKilled, .postgresRestarted: "postgres"
        default: rawValue
        }
    }

    /// SIGINT is the server's fast shutdown, what an orderly restart does to everybody connected.
    var signal: Int32 { self == .postgresRestarted ? SIGINT : SIGKILL }
}

/// One blow, by the clock that spans use.
struct DrillStrike: Sendable {
    let victim: DrillVictim
    let time: UInt64
    /// When it was ready again; known for the store of traces only.
    var readyAgain: UInt64?
}

/// Kills one process after the other while writers write: each victim in turn first, then whoever the seed says.
///
/// A blow falls when so many writes have been acknowledged, so that it meets work and not silence.
struct DrillDisturber: Sendable {
    let platform: RunningPlatform
    let seed: UInt64
    /// Acknowledged writes between two blows.
    let spacing: Int

    /// Strikes until `writes` are acknowledged.
    func run(until writes: Int, _ progress: DrillProgress) async throws -> [DrillStrike] {
        var random = SeededRandom(seed ^ 0x00D1_5712_BE12)
        // Traces first: what its memory held is lost, and only later traces can be judged.
        var turn =
            [DrillVictim.traces] + DrillVictim.allCases.filter { $0 != .traces }.shuffled(using: &random)
        var strikes: [DrillStrike] = []
        var next = spacing
        while true {
            while progress.counts.acknowledged < min(next, writes) {
                try await Task.sleep(for: .milliseconds(10))
            }
            if next >= writes, turn.isEmpty { return strikes }
            next += spacing
            let victim = turn.isEmpty ? choose(after: next, of: writes, &random) : turn.removeFirst()
            strikes.append(try await strike(victim))
        }
    }

    /// The store of traces is left alone in the second half, so that there is something to judge.
    private func choose(after next: Int, of writes: Int, _ random: inout SeededRandom) -> DrillVictim {
        let victims = DrillVictim.allCases.filter { $0 != .traces || next * 2 < writes }
        return victims[Int.random(in: 0..<victims.count, using: &random)]
    }

    private func strike(_ victim: DrillVictim) async throws -> DrillStrike {
        var struck: DrillStrike?
        let isStruck = try await holds(within: .seconds(60)) {
            guard let process = try await platform.processes().first(where: { $0.role == victim.process }),
                let pid = process.pid, kill(pid, victim.signal) == 0
            else { return false }
            struck = DrillStrike(victim: victim, time: Self.now)
            return true
        }
        guard isStruck, var strike = struck else { throw DrillFailure.noProcess(victim.process) }
        if victim == .traces {
            guard
                try await holds(
                    within: .seconds(60),
                    { await platform.readiness(slot: 8) == 200 })
            else { throw DrillFailure.noProcess(victim.process) }
            strike.readyAgain = Self.now
        }
        return strike
    }

    /// Nanoseconds since 1970.
    static var now: UInt64 { UInt64(Date().timeIntervalSince1970 * 1_000_000_000) }
}
