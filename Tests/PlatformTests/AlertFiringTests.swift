import Foundation
import Glibc
import Testing

extension WholePlatform {
    /// Alerts from a fault to whoever is told, with real rules whose hours last 72 seconds.
    @Suite(.enabled(if: ObservedPlatform.isPossible, "needs Prometheus, Alertmanager and the stand-in"))
    struct AlertFiringTests {
        private static let down = #"ALERTS{alertname="ServiceDown", job="audit""#
        private static let canary = #"ALERTS{alertname="CanaryFailing""#

        /// Everybody has been looked at, and nobody is missed.
        private func isQuiet(_ observed: ObservedPlatform) async throws -> Bool {
            let looked = try await observed.values("count(up)").first ?? 0
            let up = try await observed.values("count(up == 1)").first
            let alerts = try await observed.values(Self.down + "} or " + Self.canary + "}")
            let told = try await observed.alerts()
            return looked >= 11 && up == looked && alerts.isEmpty && !told.contains("ServiceDown audit")
        }

        /// Waits until the canary's alert fires, too: the event of its write does not come.
        private func expectCanaryFires(_ observed: ObservedPlatform) async throws {
            let isHeard = try await holds(within: .seconds(60)) {
                let alerts = try await observed.values(Self.canary + #", alertstate="firing"}"#)
                return alerts == [1]
            }
            #expect(isHeard, "the canary saw nothing")
        }

        @Test(.timeLimit(.minutes(4)))
        func `a consumer that stands still is pending, then firing in Alertmanager, and clears`() async throws
        {
            let platform = try await RunningPlatform.shared.running()
            let audit = try #require(try await platform.processes().first { $0.role == "audit" }?.pid)
            try await ObservedPlatform.with(platform, options: ["--window-scale", "0.02"]) { observed in
                let isReady = try await holds(within: .seconds(60)) { try await isQuiet(observed) }
                #expect(isReady, "not every process is scraped")
                // Stopped, not killed: the supervisor would start it again at once.
                kill(audit, SIGSTOP)
                defer { kill(audit, SIGCONT) }
                let isTold = try await holds(within: .seconds(60)) {
                    let told = try await observed.alerts()
                    return told.contains("ServiceDown audit")
                }
                #expect(isTold, "Alertmanager was not told")
                let pending = try await observed.values(
                    "count_over_time(\(Self.down), alertstate=\"pending\"}[2m])")
                #expect(!pending.isEmpty, "it fired without having been pending")
                try await expectCanaryFires(observed)
                kill(audit, SIGCONT)
                let isCleared = try await holds(within: .seconds(60)) { try await isQuiet(observed) }
                #expect(isCleared, "the alerts did not clear")
            }
        }
    }
}
