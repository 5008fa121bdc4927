import Foundation
import Synchronization

@testable import Gateway

/// A store in memory with the concurrency of first writes.
final class RateStore: Sendable {
    private struct Down: Error {}

    let values = Mutex<[String: Int]>([:])
    let calls = Mutex(0)
    let isDown = Mutex(false)

    var ledger: RequestRate.Ledger {
        RequestRate.Ledger(
            read: { key in
                try self.reach()
                return self.values.withLock { $0[key].map { ($0, String($0)) } }
            },
            write: { key, taken, etag in
                try self.reach()
                return self.values.withLock { values in
                    guard values[key].map(String.init) == etag else { return false }
                    values[key] = taken
                    return true
                }
            })
    }

    private func reach() throws {
        calls.withLock { $0 += 1 }
        if isDown.withLock({ $0 }) { throw Down() }
    }
}

/// A clock that tests turn, at the beginning of a minute.
final class RateClock: Sendable {
    let date = Mutex(Date(timeIntervalSince1970: 6_000_000_000))
}
