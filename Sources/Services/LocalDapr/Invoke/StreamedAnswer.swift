import CurlHTTP
import HTTPTypes
import Hummingbird
import NIOCore

/// An application's answer on its way back: each piece is handed on as it comes, with status and headers kept.
struct StreamedAnswer: Sendable {
    let answer: HTTPClientStreamedResponse
    let spans: StreamedSpans

    /// Answers up to here are read whole: they keep their length, and one that breaks off becomes an error
    /// instead of half an answer.
    static func isWhole(_ answer: HTTPClientStreamedResponse, method: String) -> Bool {
        if method == "HEAD" || [204, 304].contains(answer.status) { return true }
        guard let length = length(of: answer) else { return false }
        return length <= InvokeBody.longestWhole
    }

    var response: Response {
        Response(
            status: HTTPResponse.Status(code: answer.status),
            headers: ForwardedHeaders.returned(answer.headers, keepsLength: false),
            body: ResponseBody(contentLength: Self.length(of: answer)) { writer in
                do {
                    try await passOn(&writer)
                    spans.end(failed: false)
                } catch {
                    spans.end(failed: true)
                    throw error
                }
            })
    }

    /// A caller who left is noticed by the writes that fail, so endless answers need a heartbeat of their own.
    @concurrent private func passOn(_ writer: inout any ResponseBodyWriter) async throws {
        for try await piece in answer.body { try await writer.write(ByteBuffer(bytes: piece)) }
        try await writer.finish(nil)
    }

    private static func length(of answer: HTTPClientStreamedResponse) -> Int? {
        answer.headers["content-length"].flatMap { Int($0) }
    }
}
