import CurlHTTP
import FoundationEssentials
import ServiceKit
import ServiceLifecycle
import TodoDomain

/// The ways out of this process, as the settings allow them.
struct OutgoingChannels: MessageSending, Service {
    let offer: OfferedChannels
    private let http: HTTPClient
    private let webhook: WebhookSender
    private let mail: MailSender?
    private let push: PushSender?

    init(_ settings: Settings) async throws {
        let isPrivateAllowed = try settings.boolean(NotificationKeys.privateAddresses)
        // A client of its own: what its kept connections lead to has passed the same rule.
        var configuration = HTTPClientConfiguration()
        if !isPrivateAllowed { configuration.permitsAddress = { $0.isPublic } }
        let http = HTTPClient(configuration: configuration)
        self.http = http
        let client = GuardedClient(http: http, allowsPlain: isPrivateAllowed)
        webhook = WebhookSender(client: client)
        mail = try MailSender(settings)
        push = try await PushSender(settings, client: client)
        offer = OfferedChannels(
            email: mail != nil, pushKey: push?.publicKey, allowsPrivateAddresses: isPrivateAllowed)
    }

    func send(_ message: OutgoingMessage, timeout: Duration, now: Date) async -> AttemptOutcome? {
        switch message.subscription.channel {
        case .webhook: await webhook.send(message, timeout: timeout, now: now)
        case .email: await mail?.send(message, now: now) ?? .retry(reason: "not_configured")
        case .push: await push?.send(message, timeout: timeout, now: now) ?? .retry(reason: "not_configured")
        case .page: .delivered(status: nil)
        }
    }

    func run() async throws {
        try? await gracefulShutdown()
        await mail?.close()
        await http.close()
    }
}

/// Posts to servers that users named.
struct GuardedClient: Sendable {
    let http: HTTPClient
    let allowsPlain: Bool
    private static let mostRedirections = 3

    /// Posts, and follows redirections that keep method and body; each is checked as the first address was.
    func post(
        _ url: String, headers: HTTPHeaderList, body: [UInt8], timeout: Duration, isPush: Bool, now: Date
    ) async -> AttemptOutcome? {
        var url = url
        for _ in 0...Self.mostRedirections {
            guard allowsPlain || url.lowercased().hasPrefix("https://") else {
                return .refused(reason: "insecure")
            }
            var request = HTTPClientRequest("POST", url, headers: headers, body: body, timeout: timeout)
            request.isServerConcealed = true
            do {
                // Only the head is of interest; a body, however long, is not waited for.
                let answer = try await http.stream(request)
                guard answer.status == 307 || answer.status == 308,
                    let next = Redirection.target(answer.headers["location"], from: url)
                else {
                    return AttemptOutcome(
                        status: answer.status, retryAfter: answer.headers["retry-after"], isPush: isPush,
                        now: now)
                }
                url = next
            } catch {
                return outcome(of: error)
            }
        }
        return .retry(reason: "redirected")
    }

    private func outcome(of error: HTTPClientError) -> AttemptOutcome? {
        switch error {
        case .cancelled, .closed: nil
        case .addressRefused, .invalidURL: .refused(reason: error.reasonCode)
        default: .retry(reason: error.reasonCode)
        }
    }
}

/// Where a redirection leads (RFC 3986 §4.2): another server, or another path of the same.
enum Redirection {
    static func target(_ location: String?, from url: String) -> String? {
        guard let location, !location.isEmpty else { return nil }
        if location.lowercased().hasPrefix("https://") { return location }
        // Never from TLS to none.
        if location.lowercased().hasPrefix("http://") {
            return url.lowercased().hasPrefix("http://") ? location : nil
        }
        guard location.hasPrefix("/"), let scheme = url.firstRange(of: "://") else { return nil }
        if location.hasPrefix("//") { return url[..<scheme.lowerBound] + ":" + location }
        let authority = url[scheme.upperBound...].prefix { !"/?#".contains($0) }
        return url[..<scheme.upperBound] + authority + location
    }
}
