import CurlHTTP
import FoundationEssentials

/// A refusal of the sidecar itself, read from any of the three bodies it sends.
///
/// 1. `{"errorCode", "message", "details": [{"reason": "DAPR_…"}]}`
/// 2. `{"errorCode", "message"}`
/// 3. plain text, for a wrong token and for malformed baggage
///
/// Messages are not kept: they quote names and broker errors, and nothing may depend on their wording.
struct SidecarRefusal: Sendable, Hashable {
    let status: Int
    let code: String

    private struct Body: Decodable {
        let errorCode: String
    }

    /// Reads an answer that can only come from the sidecar.
    init(_ response: HTTPClientResponse) {
        status = response.status
        code = Self.code(in: response.body) ?? "HTTP_\(response.status)"
    }

    /// Nil if the answer is the app's own.
    init?(ofInvocation response: HTTPClientResponse) {
        guard response.status >= 400, let code = Self.code(in: response.body) else { return nil }
        let isOwn =
            code == Self.directInvoke || code == Self.wrongToken || code == Self.badBaggage
            || (response.status == 403 && code.hasPrefix("ERR_"))
        guard isOwn else { return nil }
        status = response.status
        self.code = code
    }

    var isAppUnavailable: Bool {
        code == Self.directInvoke && status >= 500
    }

    var error: DaprError {
        .rejected(status: status, code: code)
    }

    private static let directInvoke = "ERR_DIRECT_INVOKE"
    private static let wrongToken = "INVALID_API_TOKEN"
    private static let badBaggage = "INVALID_BAGGAGE"
    private static let longestCode = 64

    private static func code(in body: [UInt8]) -> String? {
        guard body.first == UInt8(ascii: "{") else { return plainCode(in: body) }
        guard let code = try? JSONDecoder().decode(Body.self, from: Data(body)).errorCode else { return nil }
        // The code becomes a label, so what is no code of Dapr's kind is not taken for one.
        let isCode = code.utf8.allSatisfy {
            (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F
        }
        return isCode && !code.isEmpty && code.utf8.count <= longestCode ? code : nil
    }

    private static func plainCode(in body: [UInt8]) -> String? {
        let text = String(decoding: body.prefix(longestCode), as: UTF8.self)
        if text.hasPrefix("invalid api token") { return wrongToken }
        if text.hasPrefix("invalid baggage header") { return badBaggage }
        return nil
    }
}
