import Gzip
import HTTPTypes
public import Hummingbird
import NIOCore
import OTLP
import ServiceKit

/// The receiver of OTLP over HTTP in front of the stores, for routers of any context.
public struct OTLPRoutes: Sendable {
    /// The limit that OTLP names for a request.
    public static let largestExport = 64 * 1024 * 1024

    private let store: TraceStore
    private let logs: LogStore
    private let largestExport: Int

    public init(
        store: TraceStore, logs: LogStore = LogStore(), largestExport: Int = OTLPRoutes.largestExport
    ) {
        self.store = store
        self.logs = logs
        self.largestExport = largestExport
    }

    /// `POST /v1/traces` and `/v1/logs`.
    public func add(to router: some RouterMethods) {
        router.post("/v1/traces") { request, _ in try await receive(request, receiveSpans) }
        router.post("/v1/logs") { request, _ in try await receive(request, receiveLogs) }
    }
}

extension OTLPRoutes {
    /// Codes of `google.rpc.Status` that a receiver answers with.
    private enum Code {
        static let invalidArgument: Int32 = 3
        static let resourceExhausted: Int32 = 8
    }

    private func receive(_ request: Request, _ keep: ([UInt8]) throws(OTLPError) -> Response) async throws
        -> Response
    {
        guard mediaType(request.headers[.contentType]) == "application/x-protobuf" else {
            return refusal(.unsupportedMediaType, "only application/x-protobuf is understood here")
        }
        let encoding = request.headers[.contentEncoding]?.lowercased() ?? "identity"
        guard ["identity", "gzip"].contains(encoding) else {
            return refusal(.unsupportedMediaType, "gzip is the only content encoding understood here")
        }
        let bytes: [UInt8]
        do {
            let body = try await request.bytes(upTo: largestExport)
            bytes = encoding == "gzip" ? try Gzip.decompress(body, limit: largestExport) : body
        } catch let problem as Problem where problem.status == .contentTooLarge {
            return refusal(
                .contentTooLarge, "an export may have at most \(largestExport) bytes", Code.resourceExhausted)
        } catch let error as GzipError {
            guard error == .malformed else {
                return refusal(.contentTooLarge, error.description, Code.resourceExhausted)
            }
            return refusal(.badRequest, error.description)
        }
        do throws(OTLPError) {
            return try keep(bytes)
        } catch {
            return refusal(.badRequest, error.description)
        }
    }

    private func receiveSpans(_ bytes: [UInt8]) throws(OTLPError) -> Response {
        let export = try TraceCodec.decodeExport(bytes)
        let withoutRoom = store.add(export.resourceSpans)
        return answer(
            rejected: export.rejectedSpans + withoutRoom,
            export.rejectionReason ?? "the trace has as many spans as one trace may have")
    }

    private func receiveLogs(_ bytes: [UInt8]) throws(OTLPError) -> Response {
        answer(
            rejected: logs.add(try LogCodec.decode(bytes)),
            "the trace has as many log records as one trace may have")
    }

    private func answer(rejected: Int, _ reason: String) -> Response {
        guard rejected > 0 else { return protobuf(.ok, TraceCodec.encodeResponse(nil)) }
        let partial = PartialSuccess(rejectedSpans: Int64(rejected), errorMessage: reason)
        return protobuf(.ok, TraceCodec.encodeResponse(partial))
    }

    private func refusal(
        _ status: HTTPResponse.Status, _ message: String, _ code: Int32 = Code.invalidArgument
    ) -> Response {
        protobuf(status, TraceCodec.encodeStatus(code: code, message: message))
    }

    private func protobuf(_ status: HTTPResponse.Status, _ bytes: [UInt8]) -> Response {
        Response(
            status: status, headers: [.contentType: "application/x-protobuf"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    private func mediaType(_ header: String?) -> String {
        let type = header?.prefix { $0 != ";" } ?? ""
        return type.lowercased().replacing(" ", with: "")
    }
}
