import CurlHTTP
import EventFlow
import FoundationEssentials

/// The steps, by the public API.
extension Canary {
    /// Signs in, with a new account if there is none.
    func signIn() async throws(CanaryTrouble) -> Session {
        struct Answer: Decodable {
            let accessToken: String
            let expiresIn: Int
        }
        let credentials = ["email": target.email, "password": target.password]
        var response = try await send("POST", "/api/v1/auth/sign-in", credentials)
        if response.status == 401 { response = try await send("POST", "/api/v1/auth/sign-up", credentials) }
        let answer = try read(response, as: Answer.self)
        // A token that expires within a round would make a good round bad.
        let margin = target.patience * 4
        let cookie = response.headers["Set-Cookie"].map { String($0.prefix { $0 != ";" }) }
        return Session(
            token: answer.accessToken, cookie: cookie,
            goodUntil: .now + max(.zero, .seconds(answer.expiresIn) - margin))
    }

    /// Ends a session, if that can be done.
    func signOut(_ session: Session) async {
        guard let cookie = session.cookie else { return }
        _ = try? await send("POST", "/api/v1/auth/sign-out", headers: ["Cookie": cookie])
    }

    /// Creates a task and gives its id.
    func write(_ title: String, _ token: String) async throws(CanaryTrouble) -> String {
        try read(try await send("POST", "/api/v1/tasks", ["title": title], token: token), as: CanaryTask.self)
            .id
    }

    /// Waits until the event of the write has been handled: the audit log has an entry.
    func event(of task: String, _ token: String) async throws(CanaryTrouble) {
        struct Log: Decodable {
            struct Entry: Decodable {}
            let items: [Entry]
        }
        let deadline = ContinuousClock.now + target.patience
        var pause = Duration.milliseconds(20)
        repeat {
            let response = try await send("GET", "/api/v1/audit?subject=\(task)", token: token)
            if try !read(response, as: Log.self).items.isEmpty { return }
            if (try? await Task.sleep(for: pause)) == nil { break }
            // Often at first, when the event is expected; not so often that a limit of requests is met.
            pause = min(pause * 2, .milliseconds(500))
        } while ContinuousClock.now < deadline
        throw .late
    }

    /// Reads the task as it was written.
    func read(_ task: String, _ title: String, _ token: String) async throws(CanaryTrouble) {
        let found = try read(
            try await send("GET", "/api/v1/tasks/\(task)", token: token), as: CanaryTask.self)
        guard found.id == task, found.title == title else { throw .wrong }
    }

    /// Removes the task, from the trash too.
    func delete(_ task: String, _ token: String) async throws(CanaryTrouble) {
        for path in ["/api/v1/tasks/\(task)", "/api/v1/trash/\(task)"] {
            let status = try await send("DELETE", path, token: token).status
            guard (200..<300).contains(status) else { throw .answered(status) }
        }
    }

    private func send(
        _ method: String, _ path: String, _ json: [String: String]? = nil, token: String? = nil,
        headers: HTTPHeaderList = [:]
    ) async throws(CanaryTrouble) -> HTTPClientResponse {
        var request = HTTPClientRequest(method, target.url + path, headers: headers, timeout: target.patience)
        request.isTraced = false
        request.headers.add("User-Agent", "todo-canary")
        if let token { request.headers.add("Authorization", "Bearer \(token)") }
        if let json, let body = try? JSONEncoder().encode(json) {
            request.headers.add("Content-Type", "application/json")
            request.body = Array(body)
        }
        do throws(HTTPClientError) {
            return try await http.send(request)
        } catch {
            switch error {
            case .timeout, .connectTimeout: throw .late
            default: throw .unreachable
            }
        }
    }

    private func read<Answer: Decodable>(
        _ response: HTTPClientResponse, as type: Answer.Type
    ) throws(CanaryTrouble) -> Answer {
        guard (200..<300).contains(response.status) else { throw .answered(response.status) }
        guard let answer = try? WireJSON.decode(type, from: response.body) else { throw .wrong }
        return answer
    }
}

/// What the canary reads of a task.
private struct CanaryTask: Decodable {
    let id: String
    let title: String
}
