import Foundation
import Glibc
import TestSupport
import Testing

extension WholePlatform {
    /// Every query of every dashboard, asked of a real Prometheus that scrapes a platform in use.
    @Suite(.enabled(if: PanelTools.areThere, "needs Prometheus, Python's packages and the stand-in"))
    struct DashboardQueriesTests {
        @Test(.timeLimit(.minutes(5)))
        func `every panel, variable and annotation has something to show`() async throws {
            let platform = try await RunningPlatform.shared.running()
            let server = try ScrapingPrometheus(platform: platform)
            defer { server.stop() }
            let user = try await PlatformUser.signUp(on: platform)
            let dashboards = try FileManager.default.contentsOfDirectory(
                atPath: SourceRoot.url.appending(path: "grafana/dashboards").path)
            #expect(dashboards.count >= 3)
            // Rates need some scrapes: the platform is used until every query has an answer.
            let deadline = ContinuousClock.now + .seconds(150)
            var run: ProgramRun
            repeat {
                for _ in 0..<20 {
                    let task = try await user.createTask("seen on a dashboard")
                    _ = try await user.call("POST", "/api/v1/tasks/\(task)/complete")
                    _ = try await user.call("GET", "/api/v1/tasks")
                }
                run = try await ProgramRun.of(
                    [
                        PanelTools.python, SourceRoot.url.appending(path: "scripts/check-dashboards.py").path,
                        "--prometheus", server.address,
                    ] + dashboards.map { "grafana/dashboards/\($0)" }, in: SourceRoot.url.path)
            } while run.status != 0 && ContinuousClock.now < deadline
            #expect(run.status == 0, "\(run.output)")
        }
    }
}

private enum PanelTools {
    static let python = SourceRoot.url.appending(path: ".build/python/bin/python3").path
    static let prometheus = "/usr/bin/prometheus"
    /// Real sidecars have targets of their own, which this test does not know.
    static var areThere: Bool {
        RealDapr.arguments.isEmpty && access(python, X_OK) == 0 && access(prometheus, X_OK) == 0
    }
}

/// A Prometheus with the repository's rules that scrapes every process of a platform each second.
private struct ScrapingPrometheus {
    let address: String
    private let program: ChildProgram
    private let folder: URL

    init(platform: RunningPlatform) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "prometheus-\(UUID().uuidString)")
        let repository = SourceRoot.url.appending(path: "prometheus")
        try FileManager.default.createDirectory(
            at: folder.appending(path: "targets"), withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            at: repository.appending(path: "rules"), to: folder.appending(path: "rules"))
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "rules").path)
        {
            try Self.rewrite(folder.appending(path: "rules/\(file)")) {
                $0.replacing(#/interval: \w+/#, with: "interval: 1s")
            }
        }
        for file in ["prometheus.yml", "targets/local.json"] {
            try FileManager.default.copyItem(
                at: repository.appending(path: file), to: folder.appending(path: file))
        }
        // Admin ports lie in the same order in every block: 9180 is the block's 20th.
        try Self.rewrite(folder.appending(path: "targets/local.json")) { text in
            text.replacing(#/127\.0\.0\.1:91(\d\d)/#) { match in
                "127.0.0.1:\(platform.portBase + 20 + (Int(match.1) ?? 80) - 80)"
            }
        }
        try Self.rewrite(folder.appending(path: "prometheus.yml")) { text in
            text.replacing("scrape_interval: 15s", with: "scrape_interval: 1s")
                .replacing("scrape_timeout: 5s", with: "scrape_timeout: 1s")
        }
        let port = try FreePorts.one()
        address = "http://127.0.0.1:\(port)"
        program = try ChildProgram([
            PanelTools.prometheus,
            "--config.file=\(folder.appending(path: "prometheus.yml").path)",
            "--storage.tsdb.path=\(folder.appending(path: "data").path)", "--log.level=error",
            "--web.listen-address=127.0.0.1:\(port)", "--enable-feature=exemplar-storage",
        ])
    }

    func stop() {
        program.kill()
        try? FileManager.default.removeItem(at: folder)
    }

    private static func rewrite(_ file: URL, _ change: (String) -> String) throws {
        let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        try Data(change(text).utf8).write(to: file)
    }
}
