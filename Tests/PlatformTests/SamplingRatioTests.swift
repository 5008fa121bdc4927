import CurlHTTP
import Foundation
import Testing

extension WholePlatform {
    /// What is left of traces when not all of them are kept.
    struct SamplingRatioTests {
        private static let marker = "0af7651916cd43dd8448eb211c80319c"

        @Test(arguments: ["0", "0.1"])
        func `below a ratio of one a trace is whole or not there at all`(ratio: String) async throws {
            let platform = try await RunningPlatform(environment: [
                "OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": ratio,
            ])
            do {
                try await examine(platform, ratio)
            } catch {
                try? await platform.stop()
                throw error
            }
            try await platform.stop()
        }

        private func examine(_ platform: RunningPlatform, _ ratio: String) async throws {
            let user = try await PlatformUser.signUp(on: platform)
            var traces: Set<String> = []
            for number in 0..<40 {
                let id = try await user.createTask("task \(number)")
                let audit = try await user.audit(subject: id, atLeast: 1)
                #expect(audit.count == 1)
                let history = try await user.call("GET", "/api/v1/tasks/\(id)/history").object()
                let entries = try #require(history["items"] as? [[String: Any]])
                traces.insert(try #require(entries.first?["traceId"] as? String))
            }
            #expect(traces.count == 40, "an event that is not traced still says whose it is")
            // A caller who signed in may have his trace kept. Once it is there, so is all that ended before.
            _ = try await user.createTask(
                "kept", headers: ["traceparent": "00-\(Self.marker)-b7ad6b7169203331-01"])
            _ = try await platform.tree(Self.marker) { $0.spans.contains { $0.service == "audit" } }
            let stored = try await stored(in: platform)
            #expect(stored.contains(Self.marker))
            #expect(ratio == "0" ? traces.isDisjoint(with: stored) : !traces.isSubset(of: stored))
            for trace in stored where trace != Self.marker {
                let tree = try await platform.tree(trace)
                #expect(tree.roots.count == 1 && tree.roots.first?.parentID == nil, "\(tree.roots)")
            }
            for trace in traces.intersection(stored) {
                let services = Set(try await platform.tree(trace).spans.map(\.service))
                #expect(services.isSuperset(of: ["gateway", "tasks", "audit"]), "\(services)")
            }
        }

        private func stored(in platform: RunningPlatform) async throws -> Set<String> {
            let answer = try await platform.http.send(
                HTTPClientRequest(
                    "GET", "http://127.0.0.1:\(platform.portBase + 61)/inspector/traces?limit=100"))
            let json = try #require(
                try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any])
            let items = try #require(json["items"] as? [[String: Any]])
            return Set(items.compactMap { $0["traceId"] as? String })
        }
    }
}
