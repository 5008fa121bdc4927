import Foundation
import Glibc
import Synchronization
import Testing

extension WholePlatform {
    /// Open pages while everything around them comes and goes.
    struct LiveStreamDisturbanceTests {
        /// How often pages come back, all together; the goal is 1 000, which takes longer than others should wait.
        private static let reconnects =
            ProcessInfo.processInfo.environment["TODO_STREAM_RECONNECTS"].flatMap { Int($0) } ?? 200

        private final class Flag: Sendable {
            private let value = Mutex(false)
            var isSet: Bool { value.withLock { $0 } }
            func set() { value.withLock { $0 = true } }
        }

        /// Every page was told each change once, in order, up to the last there is.
        private func expectWhole(_ pages: [LivePage], of user: PlatformUser) async throws {
            let answer = try await user.call("GET", "/api/v1/changes?since=latest").object()
            let last = try #require(answer["next"] as? Int)
            for page in pages {
                await page.read(until: Int64(last))
                #expect(page.changes == Array(1...Int64(last)))
                #expect(page.resets == 0)
            }
        }

        @Test func `pages that come and go all the time are told every change once`() async throws {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            let pages = (0..<4).map { _ in LivePage(of: user, ports: [platform.portBase]) }
            let writer = PersistentWriter(user: user, ports: [platform.portBase])
            let isOver = Flag()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    defer { isOver.set() }
                    try await withThrowingTaskGroup(of: Void.self) { readers in
                        for page in pages {
                            readers.addTask { try await page.reconnect(Self.reconnects / pages.count) }
                        }
                        try await readers.waitForAll()
                    }
                }
                group.addTask {
                    while !isOver.isSet { _ = try await writer.write(1, named: "meanwhile") }
                }
                try await group.waitForAll()
            }
            try await expectWhole(pages, of: user)
            #expect(pages.allSatisfy { $0.opened >= Self.reconnects / pages.count })
        }

        @Test func `two gateways tell the same, and pages of the one that dies go on at the other`()
            async throws
        {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            let second = try await SecondGateway(beside: platform)
            defer { second.stop() }
            let (one, other) = (platform.portBase, second.port)
            let pages = [[one], [other, one], [one, other], [other, one]].map {
                LivePage(of: user, ports: $0)
            }
            let acknowledged = try await withThrowingTaskGroup(of: Void.self) { group in
                for page in pages { group.addTask { await page.read(until: 40) } }
                let ids = try await PersistentWriter(user: user, ports: [one, other])
                    .write(40, named: "at both") { number in if number == 20 { second.killGateway() } }
                try await group.waitForAll()
                return ids
            }
            #expect(Set(acknowledged).count == 40)
            try await expectWhole(pages, of: user)
        }

        @Test func `the gateway killed under writes loses nothing, and pages come back by themselves`()
            async throws
        {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            let ports = [platform.portBase]
            let victim = try #require(try await platform.processes().first { $0.role == "gateway" }?.pid)
            let pages = [LivePage(of: user, ports: ports), LivePage(of: user, ports: ports)]
            let writer = PersistentWriter(user: user, ports: ports)
            let acknowledged = try await withThrowingTaskGroup(of: [String].self) { group in
                for page in pages {
                    group.addTask {
                        await page.read(until: 60)
                        return []
                    }
                }
                for number in 0..<4 {
                    group.addTask {
                        try await writer.write(15, named: "writer \(number)") { count in
                            if number == 0, count == 5 { kill(victim, SIGKILL) }
                        }
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(Set(acknowledged).count == 60)
            #expect(try await platform.isReady(within: 60))
            let answer = try await user.call("GET", "/api/v1/tasks?limit=100").object()
            let items = try #require(answer["items"] as? [[String: Any]])
            #expect(Set(items.compactMap { $0["id"] as? String }) == Set(acknowledged) && items.count == 60)
            try await expectWhole(pages, of: user)
        }
    }
}
