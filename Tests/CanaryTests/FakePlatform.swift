import CurlHTTP
import Foundation
import Synchronization
import TestSupport

/// The public API as far as the canary uses it, with faults.
final class FakePlatform: Sendable {
    /// What goes wrong.
    enum Fault: Sendable, Equatable {
        case noEvents
        case otherTitle
        case sessionEnded
        case silent
        case answers(Int, to: String)
    }

    private struct State {
        var fault: Fault?
        var accounts: Set<String> = []
        var titles: [String: String] = [:]
        var trash: Set<String> = []
        var audits: [String: Int] = [:]
        var calls: [String] = []
    }

    private let state = Mutex(State())

    /// A server that answers for it.
    func serve() throws -> TinyHTTPServer { try TinyHTTPServer { self.answer($0) } }

    func set(_ fault: Fault?) { state.withLock { $0.fault = fault } }

    /// The calls so far, such as `POST /api/v1/tasks`; ids are left out.
    var calls: [String] { state.withLock { $0.calls } }

    /// How many tasks are still there, the trash included.
    var leftOver: Int { state.withLock { $0.titles.count + $0.trash.count } }

    private func answer(_ request: TinyHTTPServer.Request) -> TinyHTTPServer.Reply {
        state.withLock { state in
            let parts = request.path.split(separator: "/").dropFirst(2).map(String.init)
            let call =
                "\(request.method) \(parts.prefix(2).filter { UUID(uuidString: $0) == nil }.joined(separator: "/"))"
            state.calls.append(call)
            switch state.fault {
            case .silent: return .hang
            case .answers(let status, to: let route) where route == call: return .json(status, "{}")
            case .sessionEnded where !call.contains("auth"): return .json(401, "{}")
            default: return Self.answer(call, parts.last ?? "", request, &state)
            }
        }
    }

    private static func answer(
        _ call: String, _ id: String, _ request: TinyHTTPServer.Request, _ state: inout State
    ) -> TinyHTTPServer.Reply {
        let body = (try? JSONDecoder().decode([String: String].self, from: Data(request.body))) ?? [:]
        switch call {
        case "POST auth/sign-in" where state.accounts.contains(body["email"] ?? ""), "POST auth/sign-up":
            state.accounts.insert(body["email"] ?? "")
            return .respond(
                200, headers: ["Set-Cookie": "todo_refresh=r; HttpOnly"],
                body: Array(#"{"accessToken":"t","tokenType":"Bearer","expiresIn":300}"#.utf8))
        case "POST auth/sign-in": return .json(401, "{}")
        case "POST auth/sign-out": return .respond(204)
        case "POST tasks":
            let id = UUID().uuidString.lowercased()
            state.titles[id] = body["title"]
            return .json(201, #"{"id":"\#(id)","title":"\#(body["title"] ?? "")"}"#)
        case "GET audit":
            let subject = request.target.split(separator: "=").last.map(String.init) ?? ""
            // The event takes a moment.
            state.audits[subject, default: 0] += 1
            let isThere = state.fault != .noEvents && state.audits[subject, default: 0] > 2
            return .json(200, isThere ? #"{"items":[{"type":"x"}]}"# : #"{"items":[]}"#)
        case "GET tasks":
            let title = state.fault == .otherTitle ? "another" : state.titles[id] ?? ""
            return .json(200, #"{"id":"\#(id)","title":"\#(title)"}"#)
        case "DELETE tasks":
            state.titles[id] = nil
            state.trash.insert(id)
            return .respond(204)
        case "DELETE trash":
            state.trash.remove(id)
            return .respond(204)
        default: return .json(404, "{}")
        }
    }
}
