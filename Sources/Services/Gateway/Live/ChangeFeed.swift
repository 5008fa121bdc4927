import CurlHTTP
import Dapr
import EventFlow
import FoundationEssentials
import HTTPTypes
import ServiceKit

/// The feed of changes that `tasks` keeps for a user.
struct ChangeFeed: Sendable {
    /// A part of the feed.
    struct Part: Codable, Sendable {
        let items: [StreamedChange]
        let next: Int64
        let hasMore: Bool
    }

    enum Failure: Error, Equatable {
        /// What was asked for is not kept any more, or never was.
        case gone
        /// The token is not good any more.
        case unauthorized
        /// It cannot be had now.
        case unavailable
    }

    /// What came after a number; with nil where the feed stands now.
    var part: @Sendable (_ since: Int64?) async throws(Failure) -> Part
}

extension ChangeFeed {
    /// The feed by invocation, in the name of whoever has the token.
    init(dapr: DaprClient, authorization: String) {
        self.init { (since) async throws(Failure) in
            let query = since.map { "since=\($0)&limit=100" } ?? "since=latest"
            let answer: HTTPClientResponse
            var headers = HTTPHeaderList()
            headers.add(HTTPField.Name.authorization.rawName, authorization)
            do throws(DaprError) {
                answer = try await dapr.invoke(
                    "GET", app: "tasks", path: "/api/v1/changes", query: query,
                    headers: headers, timeout: .seconds(10),
                    route: "/api/v1/changes")
            } catch {
                throw .unavailable
            }
            switch answer.status {
            case 200:
                guard let part = try? WireJSON.decode(Part.self, from: answer.body) else {
                    throw .unavailable
                }
                return part
            case 401, 403: throw .unauthorized
            case 410: throw .gone
            default: throw .unavailable
            }
        }
    }
}
