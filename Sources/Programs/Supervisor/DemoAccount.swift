import CurlHTTP
import FoundationEssentials

/// The account that a newcomer can sign in with at once.
struct DemoAccount: Sendable {
    let http: HTTPClient
    let gateway: String
    let password: String

    /// Makes the account; one that exists already is as good. Words for what went wrong, or nil.
    func create() async -> String? {
        let fields = ["email": PlatformSecrets.demoEmail, "password": password, "name": "Demo"]
        guard let body = try? JSONEncoder().encode(fields) else { return "the request could not be made" }
        var request = HTTPClientRequest(
            "POST", gateway + "/api/v1/auth/sign-up", headers: ["Content-Type": "application/json"],
            body: [UInt8](body), timeout: .seconds(15))
        request.isTraced = false
        do {
            let status = try await http.send(request).status
            return status == 409 || (200..<300).contains(status) ? nil : "the gateway answered \(status)"
        } catch {
            return "the gateway did not answer (\(error))"
        }
    }
}
