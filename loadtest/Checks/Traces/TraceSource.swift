import CurlHTTP
import OTLP
import TraceAnalysis

/// Reads traces by Tempo's API: the trace store beside a platform on one machine answers it, and so does a Tempo.
struct TraceSource: Sendable {
    /// Why there are no spans.
    enum Absence: Error, Equatable {
        /// The store answers, and has no such trace.
        case unknown
        /// The store does not answer, or not in this language.
        case unreadable(String)
    }

    let base: String
    let http: HTTPClient

    init?(_ surroundings: Surroundings) {
        guard let base = surroundings.traces else { return nil }
        self.base = base.hasSuffix("/") ? String(base.dropLast()) : base
        http = surroundings.http
    }

    /// The spans that have come so far.
    func spans(of trace: TraceID) async throws(Absence) -> [TracedSpan] {
        var absence = Absence.unknown
        for root in ["/tempo", ""] {
            let answer = try await get("\(root)/api/v2/traces/\(trace.hex)", accept: "application/protobuf")
            guard answer.status != 404 else { continue }
            guard answer.isSuccess else {
                absence = .unreadable("it answers with \(answer.status)")
                continue
            }
            guard let message = Self.firstField(of: answer.body),
                let export = try? TraceCodec.decodeExport(message)
            else { throw .unreadable("its answer is no trace of Tempo's second version") }
            return TracedSpan.all(in: export.resourceSpans)
        }
        throw absence
    }

    /// Ids of traces in which a span carries an attribute.
    func traces(with key: String, _ value: String, limit: Int = 20) async -> [TraceID] {
        for root in ["/tempo", ""] {
            let tags = "\(key)=\(value)".percentEncoded
            guard let answer = try? await get("\(root)/api/search?tags=\(tags)&limit=\(limit)"),
                answer.isSuccess, let found = SearchAnswer.read(answer.body)
            else { continue }
            return found
        }
        return []
    }

    private func get(_ path: String, accept: String = "application/json") async throws(Absence)
        -> HTTPClientResponse
    {
        var request = HTTPClientRequest("GET", base + path, timeout: .seconds(10))
        request.headers.add("Accept", accept)
        request.isTraced = false
        request.maximumResponseBytes = 64 * 1024 * 1024
        do {
            return try await http.send(request)
        } catch {
            throw .unreadable(error.reasonCode)
        }
    }

    /// What is in field 1 of a message: the trace, in an answer of the second version. No field at all is an empty
    /// trace.
    static func firstField(of message: [UInt8]) -> [UInt8]? {
        var rest = message[...]
        while let tag = rest.popVarint() {
            switch tag & 7 {
            case 0: guard rest.popVarint() != nil else { return nil }
            case 1: rest = rest.dropFirst(8)
            case 5: rest = rest.dropFirst(4)
            case 2:
                guard let length = rest.popVarint(), length <= UInt64(rest.count) else { return nil }
                if tag >> 3 == 1 { return Array(rest.prefix(Int(length))) }
                rest = rest.dropFirst(Int(length))
            default: return nil
            }
        }
        return rest.isEmpty ? [] : nil
    }
}

extension ArraySlice<UInt8> {
    /// A number of variable length from the front; nil if there is none.
    fileprivate mutating func popVarint() -> UInt64? {
        var value: UInt64 = 0
        for (place, byte) in prefix(10).enumerated() {
            value |= UInt64(byte & 0x7F) << UInt64(7 * place)
            guard byte & 0x80 != 0 else {
                self = dropFirst(place + 1)
                return value
            }
        }
        return nil
    }
}

extension String {
    /// For a value in a query.
    var percentEncoded: String {
        let digits = Array("0123456789ABCDEF")
        return utf8.reduce(into: "") { text, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
    }
}
