import FoundationEssentials
import OTLP

/// What a search of Tempo answers with.
struct SearchAnswer: Decodable {
    struct Trace: Decodable {
        let traceID: String
    }

    let traces: [Trace]?

    /// Tempo leaves out leading zeros of ids.
    static func read(_ body: [UInt8]) -> [TraceID]? {
        guard let answer = try? JSONDecoder().decode(SearchAnswer.self, from: Data(body)) else { return nil }
        return (answer.traces ?? []).compactMap { trace in
            let missing = 32 - trace.traceID.utf8.count
            return TraceID(hex: String(repeating: "0", count: max(0, missing)) + trace.traceID)
        }
    }
}
