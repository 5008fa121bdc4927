import FoundationEssentials
import Metrics
import MetricsTestKit
import Testing

@testable import ServiceKit

struct ZoneFilesTests {
    private let system = ZoneFiles(folder: "/usr/share/zoneinfo")

    @Test func `zones are read once and known from then on`() throws {
        let metrics = TestMetrics()
        withMetricsFactory(metrics) {
            let files = ZoneFiles(folder: "/usr/share/zoneinfo")
            for _ in 1...3 { #expect(files.zone(named: "America/Argentina/Ushuaia") != nil) }
            #expect(files.zone(named: "Europe/Nowhere") == nil)
            #expect(files.zone(named: "Europe") == nil)
        }
        let loaded = try metrics.expectCounter("todo.zones.loads", [("outcome", "loaded")])
        #expect(loaded.totalValue == 1)
        let unknown = try metrics.expectCounter("todo.zones.loads", [("outcome", "unknown")])
        #expect(unknown.totalValue == 2)
    }

    @Test func `no name leads out of the folder or to what is no zone`() {
        for name in [
            "", "/etc/passwd", "../zoneinfo/UTC", "Europe/../UTC", "Europe//Berlin", "Europe/", "/UTC",
            "UTC\0",
            "Europe/Berlin ", "a/b/c/d", "localtime", "posixrules", "posix/UTC", "right/UTC", "zone.tab",
            "tzdata.zi", "leap-seconds.list", "Europe", String(repeating: "a", count: 65), "Europé/Paris",
            "+VERSION",
        ] { #expect(system.zone(named: name) == nil, "\(name)") }
        for name in [
            "UTC", "Etc/GMT+12", "America/Port-au-Prince", "EST5EDT", "GMT-0", "Antarctica/DumontDUrville",
        ] {
            #expect(system.zone(named: name) != nil, "\(name)")
        }
    }

    @Test func `what is missing is said in one line before anything starts`() throws {
        try system.check()
        let folder = FileManager.default.temporaryDirectory.appending(path: "zones-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let complaint: () -> String = {
            do {
                _ = try ZoneFiles(settings: Settings(environment: ["TODO_ZONEINFO": folder.path]))
                return "nothing"
            } catch {
                return "\(error)".replacing(folder.path, with: "FOLDER")
            }
        }
        let wanted = "the time zone database in FOLDER (TODO_ZONEINFO) cannot be used: UTC is not there; "
        #expect(complaint() == wanted + "the package tzdata brings it")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data("TZif".utf8).write(to: folder.appending(path: "UTC"))
        #expect(complaint().contains("UTC: time zone data that ends too early"))
        try FileManager.default.removeItem(at: folder.appending(path: "UTC"))
        try FileManager.default.copyItem(
            atPath: "/usr/share/zoneinfo/Asia/Tokyo", toPath: "\(folder.path)/UTC")
        #expect(complaint().contains("UTC has other rules than it should"))
    }
}
