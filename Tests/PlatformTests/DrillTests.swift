import Foundation
import Testing

extension WholePlatform {
    /// Everything is killed again and again while people write, and nothing that was acknowledged may be lost,
    /// happen twice or change its order. `docs/drills.md` tells what is counted and how.
    struct DrillTests {
        @Test func `acknowledged writes have exactly one effect, whoever is killed`() async throws {
            let settings = DrillSettings()
            print("Drill begins: TODO_DRILL_SEED=\(settings.seed) TODO_DRILL_WRITES=\(settings.writes)")
            let platform = try await RunningPlatform()
            let report: DrillReport
            do {
                report = try await Self.drill(settings, on: platform)
            } catch {
                try await platform.stop()
                throw error
            }
            try await platform.stop()
            print(report.table)
            Self.expectNothingLost(report)
        }

        private static func drill(
            _ settings: DrillSettings, on platform: RunningPlatform
        ) async throws -> DrillReport {
            let start = ContinuousClock.now
            var report = DrillReport(settings: settings)
            let progress = DrillProgress()
            var writers: [DrillWriter] = []
            for index in 0..<settings.clients {
                let user = try await PlatformUser.signUp(on: platform)
                writers.append(
                    DrillWriter(index: index, seed: settings.seed, user: user, progress: progress))
            }
            let disturbed = settings.writes - settings.writesWithoutBroker
            let disturber = DrillDisturber(
                platform: platform, seed: settings.seed, spacing: min(250, disturbed / 10))
            async let strikes = disturber.run(until: disturbed, progress)
            writers = try await write(disturbed, by: writers)
            report.strikes = try await strikes
            report.wasReadyWithoutHelp = try await platform.isReady(within: 90)

            // However fast the machine is, the last writes leave traces that can be judged.
            let judgedFrom = DrillSpans(platform: platform, strikes: report.strikes).judgedFrom
            _ = try await holds(within: .seconds(15)) { DrillDisturber.now > judgedFrom }

            let database = try DrillDatabase(platform)
            let broker = DrillBroker(platform: platform, database: database)
            let isOff = try await broker.turnOff()
            writers = try await write(settings.writesWithoutBroker, by: writers)
            if isOff {
                var findings = try await broker.observe(expecting: settings.writesWithoutBroker)
                try await broker.turnOn(&findings)
                report.broker = findings
            }
            report.counts = progress.counts
            try await examine(&report, writers.flatMap(\.tasks), platform, database)
            await database.close()
            report.took = ContinuousClock.now - start
            return report
        }

        /// All at once, each its share.
        private static func write(_ writes: Int, by writers: [DrillWriter]) async throws -> [DrillWriter] {
            try await withThrowingTaskGroup(of: DrillWriter.self) { group in
                for writer in writers {
                    let share =
                        writes / writers.count + (writer.index < writes % writers.count ? 1 : 0)
                    group.addTask {
                        var writer = writer
                        try await writer.write(share)
                        return writer
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.index < $1.index }
            }
        }

        /// Waits until nothing is on its way any more, and looks.
        private static func examine(
            _ report: inout DrillReport, _ tasks: [DrillTask], _ platform: RunningPlatform,
            _ database: DrillDatabase
        ) async throws {
            _ = try await holds(within: .seconds(90)) {
                let (waiting, undelivered) = (
                    try await database.outbox().waiting, try await database.undelivered()
                )
                return waiting == 0 && undelivered == 0
            }
            (report.waiting, report.parked) = try await database.outbox()
            report.undelivered = try await database.undelivered()
            report.deadLetters = try await database.deadLetters()
            report.effects = DrillChecker.check(
                tasks, stored: try await database.tasks(), entries: try await database.auditEntries())
            // The last spans are on their way for as long as it takes a trace to settle.
            try await Task.sleep(for: .seconds(2))
            report.spans = try await DrillSpans(platform: platform, strikes: report.strikes).judge(tasks)
        }

        private static func expectNothingLost(_ report: DrillReport) {
            #expect(report.counts.acknowledged == report.settings.writes)
            #expect(report.counts.refusals.isEmpty)
            #expect(Set(report.strikes.map(\.victim)) == Set(DrillVictim.allCases))
            #expect(report.wasReadyWithoutHelp)
            #expect(report.waiting == 0 && report.parked == 0)
            #expect(report.undelivered == 0 && report.deadLetters == 0)
            #expect(report.effects.eventsExpected == report.settings.writes)
            #expect(report.effects.isClean, "\(report.effects)")
            #expect(report.spans.orphans.isEmpty, "\(report.spans.orphans.prefix(20))")
            #expect(report.spans.tracesJudged > 0)
            guard let broker = report.broker else { return }
            #expect(broker.pendingAtMost >= broker.writes)
            #expect(broker.oldestSeconds > 0)
            #expect(broker.readiness == [200, 200])
            #expect(broker.metricReturnedToZero)
        }
    }
}
