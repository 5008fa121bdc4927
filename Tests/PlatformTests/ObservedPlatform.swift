import CurlHTTP
import Foundation
import TestSupport
import Testing

/// `make observe` beside a running platform: Prometheus, Alertmanager and an exporter with the repository's rules.
struct ObservedPlatform {
    /// Where Prometheus answers.
    let prometheus: String
    /// Where Alertmanager answers.
    let alertmanager: String
    private let http: HTTPClient

    /// What it needs. Real sidecars have targets of their own, which it does not know.
    static let isPossible: Bool = {
        let names = ["prometheus", "prometheus-alertmanager", "prometheus-postgres-exporter"]
        let programs = [python] + names.map { "/usr/bin/\($0)" }
        return RealDapr.arguments.isEmpty
            && programs.allSatisfy(FileManager.default.isExecutableFile(atPath:))
    }()
    static let python = SourceRoot.url.appending(path: ".build/python/bin/python3").path

    /// Runs work beside a platform that is scraped each second, and ends all that was started.
    static func with(
        _ platform: RunningPlatform, options: [String] = [], _ work: (ObservedPlatform) async throws -> Void
    ) async throws {
        let port = try FreePorts.block(of: 10)
        let script = try ChildProgram(
            [
                "/usr/bin/env", "TODO=\(try RunningPlatform.program)",
                SourceRoot.url.appending(path: "scripts/observe.sh").path, "--data", platform.data.path,
                "--port-base", String(port), "--interval", "1",
            ] + options)
        let observed = ObservedPlatform(
            prometheus: "http://127.0.0.1:\(port)", alertmanager: "http://127.0.0.1:\(port + 1)",
            http: platform.http)
        let outcome: Result<Void, any Error>
        do {
            try #require(
                try await holds(within: .seconds(60)) {
                    await observed.status("\(observed.prometheus)/-/ready") == 200
                },
                "scripts/observe.sh did not bring Prometheus up")
            outcome = .success(try await work(observed))
        } catch {
            outcome = .failure(error)
        }
        await script.end()
        #expect(
            await observed.status("\(observed.prometheus)/-/ready") == nil, "Prometheus outlived its script")
        try outcome.get()
    }

    /// The values of an instant query.
    func values(_ query: String) async throws -> [Double] {
        let escaped = query.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        let answer = try await http.send(.init("GET", "\(prometheus)/api/v1/query?query=\(escaped)"))
        return try JSONDecoder().decode(QueryAnswer.self, from: Data(answer.body)).data.result
            .compactMap { $0.value.last?.number }
    }

    /// The alerts that Alertmanager holds, each as its name and its service.
    func alerts() async throws -> [String] {
        struct Alert: Decodable { let labels: [String: String] }
        let answer = try await http.send(.init("GET", "\(alertmanager)/api/v2/alerts?active=true"))
        return try JSONDecoder().decode([Alert].self, from: Data(answer.body))
            .map { "\($0.labels["alertname"] ?? "") \($0.labels["job"] ?? "")" }
    }

    private func status(_ url: String) async -> Int? { try? await http.send(.init("GET", url)).status }
}

/// What Prometheus answers to an instant query.
private struct QueryAnswer: Decodable {
    struct Body: Decodable { let result: [Sample] }
    struct Sample: Decodable { let value: [Value] }
    /// A time, which is a number, or a value, which is a text.
    struct Value: Decodable {
        let number: Double?

        init(from decoder: any Decoder) throws {
            number = (try? decoder.singleValueContainer().decode(String.self)).flatMap { Double($0) }
        }
    }

    let data: Body
}
