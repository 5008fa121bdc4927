import CurlHTTP
import Foundation
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import LocalDapr

/// Whatever was answered with 204 arrives, however rudely sidecars and connections end.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct DurabilityTests {
    private static let keys = 6

    @Test func `sidecars are torn down in the middle of everything and nothing acknowledged is lost`()
        async throws
    {
        let app = try TestApp(subscriptions: "[\(TestApp.subscription("t"))]")
        let url = try await PrivatePostgres.shared().createDatabase()
        let acknowledged = Acknowledged()
        for round in 0..<3 {
            let rig = try await SidecarRig([.of("a", app)], database: url)
            let killer = PostgresClient(try PostgresConfiguration(url: url))
            await withTaskGroup(of: Void.self) { group in
                for key in 0..<Self.keys {
                    group.addTask {
                        for number in 0..<40 {
                            let text = "\(key):\(round * 1000 + number)"
                            // An answer that never came says nothing; the publisher of an outbox would try again.
                            guard let answer = try? await rig.publish(text, to: "t", key: "k\(key)"),
                                answer.status == 204
                            else { continue }
                            acknowledged.add(text)
                        }
                    }
                }
                group.addTask {
                    // Every connection of the sidecar to its log breaks, again and again.
                    for _ in 0..<6 {
                        _ = try? await killer.query(
                            """
                            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                            WHERE datname = current_database() AND pid <> pg_backend_pid()
                            """)
                        await Task.yield()
                    }
                }
            }
            await killer.close()
            await rig.tearDown()
        }
        let expected = acknowledged.all
        #expect(expected.count > 200, "most of 720 get through")
        let last = try await SidecarRig([.of("a", app)], database: url)
        while true {
            let seen = Set(app.server.requests.compactMap(\.data))
            if expected.isSubset(of: seen) { break }
            await Task.yield()
        }
        for key in 0..<Self.keys {
            var seen: Set<Int> = []
            let firsts = app.server.requests.compactMap(\.data).filter { $0.hasPrefix("\(key):") }
                .compactMap { Int($0.dropFirst(2)) }.filter { seen.insert($0).inserted }
            #expect(firsts == firsts.sorted(), "events of one key come in order")
        }
        try await last.stop()
    }
}

/// What publishers were told is safe.
private final class Acknowledged: Sendable {
    private let texts = Mutex<Set<String>>([])

    var all: Set<String> { texts.withLock { $0 } }

    func add(_ text: String) { texts.withLock { _ = $0.insert(text) } }
}
