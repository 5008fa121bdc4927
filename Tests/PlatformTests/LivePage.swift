import CurlHTTP
import Foundation
import Synchronization
import Testing

/// An open page without a browser: reads the stream, comes back with its last id, and keeps every change it was told.
final class LivePage: Sendable {
    private struct State {
        var changes: [Int64] = []
        var opened = 0
        var resets = 0
    }

    private let user: PlatformUser
    /// Gateways, which are gone to in turn.
    private let ports: [Int]
    private let state = Mutex(State())

    init(of user: PlatformUser, ports: [Int]) {
        self.user = user
        self.ports = ports
    }

    var changes: [Int64] { state.withLock { $0.changes } }
    var opened: Int { state.withLock { $0.opened } }
    var resets: Int { state.withLock { $0.resets } }
    var last: Int64 { changes.last ?? 0 }

    /// Comes and goes so often, after as many events as chance will have it: somebody must write meanwhile.
    func reconnect(_ times: Int) async throws {
        let deadline = ContinuousClock.now + .seconds(240)
        let goal = opened + times
        while opened < goal, ContinuousClock.now < deadline {
            await visit(leavesAfter: Int.random(in: 1...3)) { _ in false }
        }
        #expect(opened >= goal, "too few streams could be opened")
    }

    /// Reads, and comes back as often as it must, until a change was told; gives up after a minute.
    func read(until change: Int64) async {
        let deadline = ContinuousClock.now + .seconds(60)
        while last < change, ContinuousClock.now < deadline {
            await visit(leavesAfter: .max) { $0 >= change }
        }
    }

    /// One stream, until it breaks or was read enough.
    private func visit(leavesAfter most: Int, until isEnough: (Int64) -> Bool) async {
        let visit = state.withLock { state in
            (port: ports[state.opened % ports.count], last: state.changes.last ?? 0)
        }
        var headers = HTTPHeaderList()
        headers.add("Authorization", "Bearer \(user.token)")
        headers.add("Last-Event-ID", String(visit.last))
        var request = HTTPClientRequest(
            "GET", "http://127.0.0.1:\(visit.port)/api/v1/stream", headers: headers, timeout: .seconds(60))
        request.idleTimeout = .seconds(60)
        do {
            let answer = try await user.platform.http.stream(request)
            guard answer.status == 200 else { throw Refused() }
            state.withLock { $0.opened += 1 }
            var rest = ""
            var count = 0
            for try await piece in answer.body {
                rest += String(decoding: piece, as: UTF8.self)
                var events = rest.components(separatedBy: "\n\n")
                rest = events.removeLast()
                for event in events {
                    take(event)
                    count += 1
                    if count >= most || isEnough(last) { return }
                }
            }
        } catch {
            // The other gateway's turn, after a moment: what is refused or broken now may be whole then.
            state.withLock { $0.opened += ports.count > 1 ? 1 : 0 }
            try? await Task.sleep(for: .milliseconds(50))
        }
    }

    private struct Refused: Error {}

    private func take(_ event: String) {
        let lines = event.split(separator: "\n")
        state.withLock { state in
            if lines.contains("event: reset") { state.resets += 1 }
            guard lines.contains("event: change"),
                let id = lines.first(where: { $0.hasPrefix("id: ") }).flatMap({ Int64($0.dropFirst(4)) })
            else { return }
            state.changes.append(id)
        }
    }
}

/// Writes of one user that are tried until they are acknowledged, each with a key of its own.
struct PersistentWriter: Sendable {
    let user: PlatformUser
    let ports: [Int]

    /// The ids of all tasks that were made.
    func write(_ count: Int, named name: String, before each: (Int) async throws -> Void = { _ in })
        async throws -> [String]
    {
        var ids: [String] = []
        for number in 0..<count {
            try await each(number)
            ids.append(try await write("\(name) \(number)", startingAt: number))
        }
        return ids
    }

    private func write(_ title: String, startingAt first: Int) async throws -> String {
        let body = Array(try JSONSerialization.data(withJSONObject: ["title": title]))
        var headers = HTTPHeaderList()
        headers.add("Authorization", "Bearer \(user.token)")
        headers.add("Content-Type", "application/json")
        headers.add("Idempotency-Key", UUID().uuidString)
        let deadline = ContinuousClock.now + .seconds(60)
        var attempt = first
        while ContinuousClock.now < deadline {
            let port = ports[attempt % ports.count]
            attempt += 1
            let answer = try? await user.platform.http.send(
                HTTPClientRequest(
                    "POST", "http://127.0.0.1:\(port)/api/v1/tasks", headers: headers, body: body,
                    timeout: .seconds(10)))
            if let answer, answer.status == 201,
                let made = try? JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any],
                let id = made["id"] as? String
            {
                return id
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw PlatformFailure.notStarted
    }
}
