import CurlHTTP
import Foundation
import Testing

/// A signed-in user of a running platform.
struct PlatformUser: Sendable {
    let platform: RunningPlatform
    let token: String
    let email: String
    let password: String

    /// Opens an account with an address of its own.
    static func signUp(on platform: RunningPlatform, email: String? = nil) async throws -> PlatformUser {
        let email = email ?? "user-\(UUID().uuidString.lowercased())@example.com"
        let password = "correct horse \(UUID().uuidString)"
        let answer = try await platform.call(
            "POST", "/api/v1/auth/sign-up", json: ["email": email, "password": password])
        #expect(answer.status == 201)
        let token = try #require(try answer.object()["accessToken"] as? String)
        return PlatformUser(platform: platform, token: token, email: email, password: password)
    }

    func call(
        _ method: String, _ path: String, json: [String: Any]? = nil, headers: [String: String] = [:]
    ) async throws -> PlatformAnswer {
        try await platform.call(
            method, path, json: json, headers: headers.merging(["Authorization": "Bearer \(token)"]) { $1 })
    }

    /// Creates a task and gives its id.
    func createTask(_ title: String, headers: [String: String] = [:]) async throws -> String {
        let answer = try await call("POST", "/api/v1/tasks", json: ["title": title], headers: headers)
        try #require(answer.status == 201)
        return try #require(try answer.object()["id"] as? String)
    }

    /// The audit entries of a subject, asked for until there are as many as expected or the time is over.
    func audit(subject: String, atLeast count: Int, within seconds: Int = 15) async throws -> [[String: Any]]
    {
        let deadline = ContinuousClock.now + .seconds(seconds)
        var items: [[String: Any]] = []
        repeat {
            let answer = try await call("GET", "/api/v1/audit?subject=\(subject)")
            items = (try? answer.object()["items"] as? [[String: Any]]) ?? []
            if items.count >= count { return items }
            try await Task.sleep(for: .milliseconds(50))
        } while ContinuousClock.now < deadline
        return items
    }
}

/// What came back.
struct PlatformAnswer {
    let status: Int
    let headers: HTTPHeaderList
    let body: [UInt8]

    func object() throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])
    }
}

extension RunningPlatform {
    /// Calls the public API.
    func call(
        _ method: String, _ path: String, json: [String: Any]? = nil, headers: [String: String] = [:]
    ) async throws -> PlatformAnswer {
        let body = try json.map { Array(try JSONSerialization.data(withJSONObject: $0)) }
        return try await call(method, path, body: body, headers: headers)
    }

    /// Calls the public API with a body as it is.
    func call(
        _ method: String, _ path: String, body: [UInt8]?, headers: [String: String] = [:]
    ) async throws -> PlatformAnswer {
        var list = HTTPHeaderList()
        if body != nil, headers["Content-Type"] == nil { list.add("Content-Type", "application/json") }
        for (name, value) in headers { list.add(name, value) }
        let response = try await http.send(
            HTTPClientRequest(
                method, "http://127.0.0.1:\(portBase)\(path)", headers: list, body: body ?? [],
                timeout: .seconds(30)))
        return PlatformAnswer(status: response.status, headers: response.headers, body: response.body)
    }
}
