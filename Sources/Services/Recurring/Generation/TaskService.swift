import CurlHTTP
import Dapr
import EventFlow
import FoundationEssentials
import TodoDomain

/// What the service `tasks` said to the request for an instance.
enum InstanceAnswer: Sendable, Equatable {
    /// It is there, made now or before.
    case made(UUID, due: DueTime?, isNew: Bool)
    /// The series is at its end, and that is written down.
    case ended
    /// The completion was taken back: nobody wants the instance any more.
    case superseded
    /// It will never be made.
    case refused(status: Int)
    /// Nothing is known, or it is not possible now.
    case later(reason: String)
}

/// Asks for instances.
protocol InstanceMaking: Sendable {
    func make(
        _ wanted: WantedOccurrence, due: DueTime?, timeout: Duration
    ) async throws -> InstanceAnswer
}

/// The service `tasks`, by Dapr invocation.
struct TaskService: InstanceMaking {
    let dapr: DaprClient
    /// A fresh token to act for a user with.
    let token: @Sendable (UUID) async throws -> String

    private static let route = "/api/v1/recurrence/occurrences"

    private struct Body: Encodable {
        let taskID: EntityID
        let seriesID: EntityID
        let completedAt: Date
        let due: DueTime?
    }

    private struct Made: Decodable {
        let id: UUID
        let due: DueTime?
    }

    func make(
        _ wanted: WantedOccurrence, due: DueTime?, timeout: Duration
    ) async throws -> InstanceAnswer {
        let body = Body(
            taskID: wanted.due.taskID, seriesID: wanted.due.series.id, completedAt: wanted.due.completedAt,
            due: due)
        let headers: HTTPHeaderList = [
            "authorization": "Bearer \(try await token(wanted.userID))", "content-type": "application/json",
            // The same at every attempt. What the rule yields may change with zone data, so that is part of it.
            "idempotency-key": "\(wanted.due.occurrenceKey)>\(due?.local ?? "end")",
        ]
        do throws(DaprError) {
            return answer(
                try await dapr.invoke(
                    "POST", app: "tasks", path: Self.route, headers: headers,
                    body: (try? WireJSON.encode(body)) ?? [], timeout: timeout, route: Self.route))
        } catch {
            return switch error {
            case .timeout: .later(reason: "timeout")
            case .cancelled: throw CancellationError()
            default: .later(reason: "unreachable")
            }
        }
    }

    private func answer(_ response: HTTPClientResponse) -> InstanceAnswer {
        switch response.status {
        case 200, 201:
            guard let made = try? WireJSON.decode(Made.self, from: response.body) else {
                return .later(reason: "unreadable_answer")
            }
            return .made(made.id, due: made.due, isNew: response.status == 201)
        case 204: return .ended
        case 409: return .superseded
        // Keys and rights are mended in the configuration; the others pass by themselves.
        case 401, 403: return .later(reason: "not_allowed")
        case 408, 425, 429, 500...: return .later(reason: "unavailable")
        default: return .refused(status: response.status)
        }
    }
}
