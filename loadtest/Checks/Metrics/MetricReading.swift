import CurlHTTP

/// The counters of all processes of a platform at one moment, each with its role as `job`.
struct MetricReading: Sendable, Equatable {
    var samples: [MetricSample]
    /// Roles that did not answer.
    var silent: [String] = []

    /// Asks every process that is known.
    static func now(_ surroundings: Surroundings) async -> MetricReading {
        var reading = MetricReading(samples: [])
        for (role, address) in surroundings.metrics.sorted(by: { $0.key < $1.key }) {
            let url = address.hasSuffix("/metrics") ? address : "\(address)/metrics"
            var request = HTTPClientRequest(
                "GET", url, headers: ["Accept": "text/plain"], timeout: .seconds(5))
            request.isTraced = false
            request.maximumResponseBytes = 32 * 1024 * 1024
            guard let answer = try? await surroundings.http.send(request), answer.isSuccess else {
                reading.silent.append(role)
                continue
            }
            reading.samples += MetricText.samples(String(decoding: answer.body, as: UTF8.self)).map {
                sample in
                var sample = sample
                sample.labels["job"] = role
                return sample
            }
        }
        return reading
    }

    /// By how much counters have grown since an earlier reading. One that is lower than before has begun anew.
    func grown(since earlier: MetricReading) -> MetricReading {
        struct Key: Hashable {
            let name: String
            let labels: [String: String]
        }
        let before = Dictionary(
            earlier.samples.map { (Key(name: $0.name, labels: $0.labels), $0.value) }, uniquingKeysWith: +)
        let grown = samples.map { sample in
            let past = before[Key(name: sample.name, labels: sample.labels)] ?? 0
            var sample = sample
            sample.value -= past <= sample.value ? past : 0
            return sample
        }
        return MetricReading(samples: grown, silent: silent)
    }

    /// The sum of all series of a name that a selector accepts; nil when there are none.
    func sum(_ name: String, where selector: SeriesSelector) -> Double? {
        let found = samples.filter { $0.name == name && selector.accepts($0.labels) }
        return found.isEmpty ? nil : found.reduce(0) { $0 + $1.value }
    }
}
