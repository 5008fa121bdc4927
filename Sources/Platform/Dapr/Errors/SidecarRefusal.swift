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
    let reason: String?

    private struct Body: Decodable {
        struct Detail: Decodable { let reason: String? }
        let errorCode: String
        let details: [Detail]?
    }

    /// Reads an answer that can only come from the sidecar.
    init(_ response: HTTPClientResponse) {
        status = response.status
        let words = Self.words(in: response.body)
        code = words?.code ?? "HTTP_\(response.status)"
        reason = words?.reason
    }

    /// Nil if the answer is the app's own.
    init?(ofInvocation response: HTTPClientResponse) {
        guard response.status >= 400, let (code, reason) = Self.words(in: response.body) else { return nil }
        let isOwn =
            code == Self.directInvoke || code == Self.wrongToken || code == Self.badBaggage
            || (response.status == 403 && code.hasPrefix("ERR_"))
        guard isOwn else { return nil }
        status = response.status
        self.code = code
        self.reason = reason
    }

    var isAppUnavailable: Bool {
        code == Self.directInvoke && status >= 500
    }

    var error: DaprError {
        switch (status, code) {
        case (409, "ERR_STATE_SAVE"), (409, "ERR_STATE_DELETE"): .etagMismatch
        case (_, "ERR_STATE_TRANSACTION"): .transactionFailed
        case (409, _) where isAbout("DAPR_SCHEDULER_SCHEDULE_JOB"): .jobExists
        default: .rejected(status: status, code: code, reason: reason == code ? nil : reason)
        }
    }

    /// Newer parts of the sidecar use one word as code and reason, others have their own code beside it.
    func isAbout(_ word: String) -> Bool {
        code == word || reason == word
    }

    static let directInvoke = "ERR_DIRECT_INVOKE"
    private static let wrongToken = "INVALID_API_TOKEN"
    private static let badBaggage = "INVALID_BAGGAGE"
    private static let longestCode = 64

    private static func words(in body: [UInt8]) -> (code: String, reason: String?)? {
        guard body.first == UInt8(ascii: "{") else { return plainCode(in: body).map { ($0, nil) } }
        guard let refusal = try? JSONDecoder().decode(Body.self, from: Data(body)),
            isWord(refusal.errorCode)
        else { return nil }
        return (refusal.errorCode, refusal.details?.compactMap(\.reason).first(where: isWord))
    }

    /// Codes become labels, so what is no code of Dapr's kind is not taken for one.
    private static func isWord(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= longestCode
            && text.utf8.allSatisfy {
                (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F
            }
    }

    private static func plainCode(in body: [UInt8]) -> String? {
        let text = String(decoding: body.prefix(longestCode), as: UTF8.self)
        if text.hasPrefix("invalid api token") { return wrongToken }
        if text.hasPrefix("invalid baggage header") { return badBaggage }
        return nil
    }
}
