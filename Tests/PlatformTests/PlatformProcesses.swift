import CurlHTTP
import Foundation
import Testing

/// One line of `todo status --json`.
struct PlatformProcess: Decodable, Sendable {
    let role: String
    let state: String
    let pid: Int32?
    let addresses: [String: String]
}

extension RunningPlatform {
    /// Every process of the platform, as `todo status` tells it.
    func processes() async throws -> [PlatformProcess] {
        struct Report: Decodable { let roles: [PlatformProcess] }
        let result = try await todo("status", "--json", "--data", data.path)
        return try JSONDecoder().decode(Report.self, from: Data(result.output.utf8)).roles
    }

    /// Whether `todo status --wait` found everything ready.
    func isReady(within seconds: Int) async throws -> Bool {
        try await todo("status", "--wait", String(seconds), "--data", data.path).status == 0
    }

    /// The sum over all series of a metric on a role's page; nil when the page has none or does not answer.
    func metric(_ name: String, slot: Int) async -> Double? {
        guard
            let page = try? await http.send(
                .init("GET", "http://127.0.0.1:\(portBase + 20 + slot)/metrics"))
        else { return nil }
        let values = String(decoding: page.body, as: UTF8.self).split(separator: "\n").filter { line in
            line.hasPrefix(name + " ") || line.hasPrefix(name + "{")
        }.compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }
        return values.isEmpty ? nil : values.reduce(0, +)
    }

    /// What a role says of itself on `/readyz`.
    func readiness(slot: Int) async -> Int? {
        try? await http.send(.init("GET", "http://127.0.0.1:\(portBase + 20 + slot)/readyz")).status
    }
}

/// Asks until something is so; false when the time was over first.
func holds(within limit: Duration, _ condition: () async throws -> Bool) async throws -> Bool {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(100))
    }
    return try await condition()
}
