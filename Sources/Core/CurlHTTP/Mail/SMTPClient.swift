import Metrics
import Tracing

/// Hands mails to one mail server, by the same engine as the requests: one thread, kept-alive connections.
public final class SMTPClient: Sendable {
    private let engine: TransferEngine
    private let configuration: SMTPConfiguration
    private let host: String
    private let port: Int

    /// A client of a mail server; starts its transfer thread.
    ///
    /// - Parameter connections: certificates and connect timeout; the rest is for HTTP.
    /// - Throws: `HTTPClientError.invalidURL` when it is none of `smtp` or `smtps`, or says more than host and port.
    public init(
        _ configuration: SMTPConfiguration,
        connections: HTTPClientConfiguration = HTTPClientConfiguration()
    ) throws(HTTPClientError) {
        let isTLS = configuration.url.hasPrefix("smtps://")
        guard isTLS || configuration.url.hasPrefix("smtp://") else { throw .invalidURL }
        let place = configuration.url.dropFirst(isTLS ? 8 : 7)
        guard !place.contains("/"), !place.contains("@") else { throw .invalidURL }
        let target = try HTTPTarget("\(isTLS ? "https" : "http")://\(place)")
        host = target.host
        port = place.hasSuffix(":\(target.port)") ? target.port : isTLS ? 465 : 25
        self.configuration = configuration
        engine = TransferEngine(configuration: connections)
    }

    deinit {
        engine.stop()
    }

    /// Hands over one mail and waits until the server has taken it.
    ///
    /// - Throws: `HTTPClientError.replied` with the server's number when it refused: from 500 on for good.
    public func send(_ mail: MailMessage) async throws(HTTPClientError) {
        guard MailMessage.isAddress(mail.sender), MailMessage.isAddress(mail.recipient) else {
            throw .invalidHeader
        }
        let span = InstrumentationContext.current.map { startSpan("SMTP", context: $0, ofKind: .client) }
        span?.attributes["server.address"] = host
        span?.attributes["server.port"] = port
        defer { span?.end() }
        do throws(HTTPClientError) {
            try await transfer(mail)
        } catch {
            span?.attributes["error.type"] = error.reasonCode
            span?.setStatus(SpanStatus(code: .error))
            throw error
        }
    }

    /// Ends what runs, and the thread.
    public func close() async {
        await engine.close()
    }

    private func transfer(_ mail: MailMessage) async throws(HTTPClientError) {
        let bytes = mail.bytes
        let upload = HTTPUpload(
            AsyncStream<[UInt8]> { pieces in
                pieces.yield(bytes)
                pieces.finish()
            }, length: bytes.count)
        let order = TransferOrder(
            MailEnvelope(
                sender: mail.sender, recipient: mail.recipient, login: configuration.login,
                requiresTLS: configuration.requiresTLS),
            url: configuration.url, length: bytes.count, timeout: configuration.timeout,
            control: TransferControl(engine: engine))
        order.upload?.start(upload)
        _ = try await engine.perform(order).get()
    }
}

extension TransferOrder {
    /// A mail of known length.
    init(
        _ mail: MailEnvelope, url: String, length: Int, timeout: Duration, control: TransferControl
    ) {
        self.init(
            method: "MAIL", url: url, headerLines: [], body: [],
            upload: RequestStream(length: length, control: control), uploadLength: length,
            timeoutMilliseconds: timeout.wholeMilliseconds, idleTimeout: nil, maximumResponseBytes: nil,
            isLoopback: false, namesUserAgent: false, isOnNewConnection: false, control: control, mail: mail)
    }
}
