import CurlHTTP
import FoundationEssentials
import Synchronization

/// Reads one user's live updates, as an open page does, and tells the ledger; comes back when it is cut off.
struct UserStream: Sendable {
    let user: SimulatedUser
    let gateway: String
    let http: HTTPClient
    let ledger: EffectLedger
    let time: SystemTime

    private struct Ready: Decodable {
        let change: Int64
    }

    private struct Change: Decodable {
        let change: Int64
        let id: String
        let type: String
        let version: Int64
        let actor: String
    }

    private struct Reminded: Decodable {
        let taskID: String?
        let reminderID: String?
    }

    /// Reads until its task is cancelled; `opened` is told once, when changes are told from now on.
    func run(opened: @escaping @Sendable () -> Void) async {
        var isFirst = true
        var pause = Duration.milliseconds(100)
        while !Task.isCancelled {
            do throws(HTTPClientError) {
                let isOpened = try await read {
                    if isFirst { opened() }
                    isFirst = false
                }
                pause = isOpened ? .milliseconds(100) : min(pause * 2, .seconds(5))
            } catch {
                if Task.isCancelled { return }
                ledger.broke()
                pause = min(pause * 2, .seconds(5))
            }
            try? await Task.sleep(for: pause)
        }
    }

    /// One connection; true when it told anything.
    private func read(ready: () -> Void) async throws(HTTPClientError) -> Bool {
        var request = HTTPClientRequest("GET", "\(gateway)/api/v1/stream", timeout: .seconds(60))
        request.isTraced = false
        // Heartbeats come every fifteen seconds.
        request.idleTimeout = .seconds(60)
        request.headers.add("Authorization", "Bearer \(user.session?.bearer ?? "")")
        request.headers.add("Accept", "text/event-stream")
        if let last = ledger.last(of: user.id) { request.headers.add("Last-Event-ID", String(last)) }
        let response = try await http.stream(request)
        guard response.status == 200 else { return false }
        var isOpened = false
        for try await event in response.events {
            switch event.event {
            case "ready":
                if let start = decoded(Ready.self, event) {
                    ledger.began(user: user.id, after: start.change)
                    isOpened = true
                    ready()
                }
            case "change":
                if let change = decoded(Change.self, event) { take(change) }
            case "notification":
                if let reminder = decoded(Reminded.self, event), reminder.reminderID != nil,
                    let task = reminder.taskID
                {
                    ledger.reminded(
                        task: task.lowercased(),
                        atUnixNano: time.startUnixNano &+ UInt64(max(0, time.now.nanoseconds)))
                }
            case "end": return isOpened
            default: break
            }
        }
        return isOpened
    }

    private func take(_ change: Change) {
        let now = time.now
        let event = ExpectedEvent(kind: change.type, subject: change.id, version: change.version)
        guard ledger.arrived(event, change: change.change, user: user.id, at: now),
            change.type == EventKind.created, change.actor == "service"
        else { return }
        user.desk.withLock { desk in
            guard desk.appeared.count < Desk.most else { return }
            desk.appeared.append(Desk.Appeared(id: change.id, version: change.version, arrived: now))
        }
    }

    private func decoded<Value: Decodable>(_ type: Value.Type, _ event: ServerSentEvent) -> Value? {
        try? JSONDecoder().decode(type, from: Data(event.data.utf8))
    }
}
