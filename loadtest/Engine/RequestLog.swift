import OTLP

/// The requests that are kept one by one: all writes that were acknowledged, and of the rest what one looks at.
struct RequestLog: Sendable {
    static let mostWrites = 1_000_000
    static let mostFailures = 20_000
    static let mostSamples = 20_000

    private(set) var writes: [SentRequest] = []
    private(set) var failures: [SentRequest] = []
    private(set) var samples: [SentRequest] = []
    private(set) var slow = SlowestRequests()
    private(set) var leftOut = 0
    private var others = 0
    private var random = SeededNumbers(seed: 0x10AD)

    mutating func add(_ request: SentRequest) {
        if request.isAcknowledgedWrite, writes.count < Self.mostWrites {
            writes.append(request)
        } else if request.isServerFailure || !request.isExpected, failures.count < Self.mostFailures {
            failures.append(request)
        } else if let dropped = slow.add(request) {
            sample(dropped)
        }
    }

    /// Each of the others has the same chance to be kept, however many there will be.
    private mutating func sample(_ request: SentRequest) {
        others += 1
        guard samples.count == Self.mostSamples else { return samples.append(request) }
        leftOut += 1
        let place = Int.random(in: 0..<others, using: &random)
        if place < samples.count { samples[place] = request }
    }

    /// All that was kept, by planned start and numbered in that order.
    var requests: [SentRequest] {
        var all = writes + failures + samples + slow.requests
        all.sort { ($0.planned, $0.spanID.value) < ($1.planned, $1.spanID.value) }
        for place in all.indices { all[place].number = place + 1 }
        return all
    }
}

/// The slowest of the requests that count.
struct SlowestRequests: Sendable {
    static let most = 500
    private(set) var requests: [SentRequest] = []
    private var floor = Duration.zero

    /// Keeps a request if it is slow enough; gives back the one that is not kept.
    mutating func add(_ request: SentRequest) -> SentRequest? {
        guard request.phase == .measured else { return request }
        if requests.count < Self.most {
            requests.append(request)
            floor = requests.count == 1 ? request.latency : min(floor, request.latency)
            return nil
        }
        guard request.latency > floor,
            let place = requests.indices.min(by: { requests[$0].latency < requests[$1].latency })
        else { return request }
        let dropped = requests[place]
        requests[place] = request
        floor = requests.lazy.map(\.latency).min() ?? .zero
        return dropped
    }
}
