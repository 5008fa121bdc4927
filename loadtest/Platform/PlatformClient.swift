import CurlHTTP
import FoundationEssentials

/// Calls the public API as one of the run's users, outside of what is measured.
struct PlatformClient: Sendable {
    /// Why an answer is of no use.
    enum Failure: Error, Equatable, CustomStringConvertible {
        case unknownUser
        case unanswered(HTTPClientError)
        case refused(status: Int)
        case unreadable

        var description: String {
            switch self {
            case .unknownUser: "no such user in this run"
            case .unanswered(let error): error.reasonCode
            case .refused(let status): "answered with \(status)"
            case .unreadable: "the answer is not what was expected"
            }
        }
    }

    let gateway: String
    let http: HTTPClient
    private let sessions: [String: UserSession]

    init(gateway: String, http: HTTPClient, sessions: [UserSession]) {
        self.gateway = gateway
        self.http = http
        self.sessions = Dictionary(sessions.map { ($0.id, $0) }) { first, _ in first }
    }

    /// Every user of the run, by id.
    var users: [String] { sessions.keys.sorted() }

    /// The token of a user, good for a while.
    func bearer(of user: String) -> String? { sessions[user]?.bearer }

    /// Sends a request with a path of the API and the user's token; every status is an answer.
    func send(
        _ method: String, _ path: String, as user: String, body: [UInt8] = []
    ) async throws(Failure) -> HTTPClientResponse {
        guard let session = sessions[user] else { throw .unknownUser }
        var request = HTTPClientRequest(method, gateway + path, body: body, timeout: .seconds(30))
        request.isTraced = false
        request.headers.add("Authorization", "Bearer \(session.bearer)")
        if !body.isEmpty { request.headers.add("Content-Type", "application/json") }
        do {
            return try await http.send(request)
        } catch {
            throw .unanswered(error)
        }
    }

    /// Reads JSON of a successful answer.
    func get<Value: Decodable>(
        _ type: Value.Type, _ path: String, as user: String
    ) async throws(Failure) -> Value {
        let response = try await send("GET", path, as: user)
        guard response.isSuccess else { throw .refused(status: response.status) }
        guard let value = try? JSONDecoder().decode(type, from: Data(response.body)) else {
            throw .unreadable
        }
        return value
    }
}
