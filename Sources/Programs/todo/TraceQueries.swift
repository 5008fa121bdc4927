import CurlHTTP
import EventFlow
import Traces

/// Asks the trace store.
struct TraceQueries {
    let base: String
    let http: HTTPClient

    /// A tree, and the bytes it came as.
    struct Answer {
        let tree: TraceTree
        let json: [UInt8]
    }

    /// Why there is nothing to show, in one line.
    enum Failure: Error, CustomStringConvertible {
        case nothing(String)
        case unreachable(String)
        case unreadable

        var description: String {
            switch self {
            case .nothing(let what): what
            case .unreachable(let base):
                "no trace store answers at \(base): is the platform up (todo status)?"
            case .unreadable: "the trace store's answer could not be read"
            }
        }
    }

    func last(settled: Bool) async throws -> Answer {
        try await tree(
            "/inspector/traces/last?settled=\(settled)",
            missing: "there is no settled trace of the public API yet")
    }

    func trace(_ id: String, settled: Bool) async throws -> Answer {
        try await tree("/inspector/traces/\(id)?settled=\(settled)", missing: "there is no trace \(id)")
    }

    /// The log lines of a trace, and the bytes they came as.
    func logs(of traceID: String) async throws -> (lines: [TraceLog], json: [UInt8]) {
        struct List: Decodable { let items: [TraceLog] }
        let json = try await get("/inspector/traces/\(traceID)/logs", missing: "there is no trace \(traceID)")
        guard let list = try? WireJSON.decode(List.self, from: json) else { throw Failure.unreadable }
        return (list.items, json)
    }

    func traces(ofTask id: String) async throws -> [String] {
        struct List: Decodable {
            struct Item: Decodable { let traceId: String }
            let items: [Item]
        }
        guard id.allSatisfy({ $0.isHexDigit || $0 == "-" }) else {
            throw Failure.nothing("\(id) is no task id")
        }
        let json = try await get(
            "/inspector/traces?task=\(id.lowercased())", missing: "no trace of the task \(id)")
        guard let list = try? WireJSON.decode(List.self, from: json) else { throw Failure.unreadable }
        return list.items.map(\.traceId)
    }

    /// Asks until there is a settled trace or the time is over, and is then content with one that still grows.
    ///
    /// Spans leave a process up to this long after they end, so the first question waits for it: the newest trace
    /// shall be that of the request that was made just now.
    func waiting(seconds: Int, _ ask: (_ settled: Bool) async throws -> Answer) async throws -> Answer {
        let deadline = ContinuousClock.now + .seconds(seconds)
        try await Task.sleep(for: min(.milliseconds(400), .seconds(seconds)))
        while ContinuousClock.now < deadline {
            do {
                return try await ask(true)
            } catch Failure.nothing {
                try await Task.sleep(for: .milliseconds(100))
            }
        }
        return try await ask(false)
    }

    private func tree(_ path: String, missing: String) async throws -> Answer {
        let json = try await get(path, missing: missing)
        guard let tree = try? WireJSON.decode(TraceTree.self, from: json) else { throw Failure.unreadable }
        return Answer(tree: tree, json: json)
    }

    private func get(_ path: String, missing: String) async throws -> [UInt8] {
        var request = HTTPClientRequest("GET", base + path)
        request.isTraced = false
        request.maximumResponseBytes = 64 * 1024 * 1024
        let response: HTTPClientResponse
        do {
            response = try await http.send(request)
        } catch {
            throw Failure.unreachable(base)
        }
        switch response.status {
        case 200: return response.body
        case 404, 425: throw Failure.nothing(missing)
        default: throw Failure.unreadable
        }
    }
}
