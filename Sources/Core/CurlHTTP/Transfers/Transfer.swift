import CCurl
import Glibc

/// One exchange on its way: collects the answer or hands it on. Lives on the transfer thread.
final class Transfer {
    /// Curl reads the list while the transfer runs, so it lives as long as this object.
    let headerLines: UnsafeMutablePointer<curl_slist>?
    let submission: TransferEngine.Submission
    /// Of a mail; lives as long as `headerLines`.
    let recipients: UnsafeMutablePointer<curl_slist>?
    let permitsAddress: (@Sendable (NetworkAddress) -> Bool)?
    private var hasRefusedAddress = false
    /// When bytes last came or went.
    private(set) var lastActivity = ContinuousClock.now
    /// Whether curl waits for us: for room, or for more of the request's body.
    private(set) var isReceivingPaused = false
    private(set) var isSendingPaused = false
    private var head = ResponseHead(status: 0, headers: HTTPHeaderList())
    private var isHeadComplete = false
    private var headerBytes = 0
    private var bodyBytes = 0
    private var body: [UInt8] = []
    private var ownFailure: HTTPClientError?
    private static let maximumHeaderBytes = 256 * 1024

    init(_ submission: TransferEngine.Submission, permitsAddress: (@Sendable (NetworkAddress) -> Bool)?) {
        self.submission = submission
        self.permitsAddress = permitsAddress
        recipients = submission.order.mail.flatMap { curl_slist_append(nil, "<\($0.recipient)>") }
        var list: UnsafeMutablePointer<curl_slist>?
        for line in submission.order.headerLines {
            // A failed append leaves the list as it was; memory that short ends the process elsewhere.
            if let longer = curl_slist_append(list, line) { list = longer }
        }
        headerLines = list
    }

    deinit {
        curl_slist_free_all(headerLines)
        curl_slist_free_all(recipients)
    }

    static func from(_ context: UnsafeMutableRawPointer?) -> Transfer? {
        context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Whether a connection to the address may be tried.
    func permits(_ address: UnsafePointer<sockaddr>) -> Bool {
        let isPermitted = NetworkAddress(address).map { permitsAddress?($0) ?? true } ?? false
        if !isPermitted { hasRefusedAddress = true }
        return isPermitted
    }

    var control: TransferControl { submission.order.control }

    /// Nil if silence is no reason to end it.
    var idleDeadline: ContinuousClock.Instant? {
        guard let limit = submission.order.idleTimeout else { return nil }
        // A reader who takes his time is no silence of the server.
        return (isReceivingPaused ? ContinuousClock.now : lastActivity) + limit
    }

    /// Both sides may try again; a side that still cannot go on pauses again by itself.
    func unpause(_ easy: UnsafeMutableRawPointer) -> CURLcode {
        guard isReceivingPaused || isSendingPaused else { return CURLE_OK }
        isReceivingPaused = false
        isSendingPaused = false
        lastActivity = .now
        return ccurl_pause(easy, 0, 0)
    }

    /// Takes one header line; any other count than the line's tells curl to give up.
    func receiveHeader(_ line: UnsafeRawBufferPointer) -> Int {
        lastActivity = .now
        headerBytes += line.count
        guard headerBytes <= Self.maximumHeaderBytes else {
            ownFailure = .tooLarge(limit: Self.maximumHeaderBytes)
            return 0
        }
        // Trailers of a chunked body come this way too; they are not header fields.
        guard !isHeadComplete else { return line.count }
        let text = String(decoding: line, as: UTF8.self)
        if text.hasPrefix("HTTP/") {
            // What came before belonged to an interim answer such as 103.
            head = ResponseHead(status: Self.status(in: text), headers: HTTPHeaderList())
        } else if let colon = text.firstIndex(of: ":") {
            head.headers.add(String(text[..<colon]), Self.trimmed(text[text.index(after: colon)...]))
        } else if line.count <= 2, head.status >= 200 {
            isHeadComplete = true
            if case .stream(let stream) = submission.receiver { stream.begin(head) }
        }
        return line.count
    }

    /// Takes a piece of the body; any other count than the piece's tells curl to give up or to wait.
    func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        lastActivity = .now
        if let limit = submission.order.maximumResponseBytes, bodyBytes + bytes.count > limit {
            ownFailure = .tooLarge(limit: limit)
            return 0
        }
        switch submission.receiver {
        case .whole:
            body.append(contentsOf: bytes)
        case .stream(let stream):
            guard stream.offer(bytes) else {
                isReceivingPaused = true
                return ccurl_receiving_pauses
            }
        }
        bodyBytes += bytes.count
        return bytes.count
    }

    /// Gives the next bytes of the request's body.
    func supply(_ room: UnsafeMutableRawBufferPointer) -> Int {
        switch submission.order.upload?.supply(room) ?? .bytes(0) {
        case .bytes(let count):
            lastActivity = .now
            return count
        case .later:
            isSendingPaused = true
            return ccurl_sending_pauses
        case .failed:
            ownFailure = .uploadFailed
            return ccurl_sending_fails
        }
    }

    /// What curl's result code means for the caller.
    func outcome(of easy: UnsafeMutableRawPointer, code: CURLcode) -> TransferEngine.Outcome {
        if let ownFailure { return .failure(ownFailure) }
        guard code == CURLE_OK else {
            if code == CURLE_COULDNT_CONNECT, hasRefusedAddress { return .failure(.addressRefused) }
            if submission.order.mail != nil, let failure = mailFailure(code, reply: ccurl_status(easy)) {
                return .failure(failure)
            }
            return .failure(failure(code, wasSending: ccurl_time_until_sending(easy) > 0))
        }
        return .success(HTTPClientResponse(status: ccurl_status(easy), headers: head.headers, body: body))
    }

    private func failure(_ code: CURLcode, wasSending: Bool) -> HTTPClientError {
        switch code {
        case CURLE_URL_MALFORMAT: .invalidURL
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .resolveFailed
        case CURLE_COULDNT_CONNECT: .connectionFailed
        case CURLE_OPERATION_TIMEDOUT: wasSending ? .timeout : .connectTimeout
        case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE,
            CURLE_SEND_FAIL_REWIND,
            CURLE_HTTP2_STREAM:
            .connectionLost
        case CURLE_FILESIZE_EXCEEDED: .tooLarge(limit: submission.order.maximumResponseBytes ?? 0)
        case CURLE_PEER_FAILED_VERIFICATION: .tls("certificate_rejected")
        case CURLE_SSL_CACERT_BADFILE: .tls("no_trusted_certificates")
        case CURLE_SSL_CERTPROBLEM: .tls("client_certificate_unusable")
        case CURLE_SSL_CONNECT_ERROR: .tls("handshake_failed")
        default: .protocolFailure(code: Int(code.rawValue))
        }
    }

    /// curl tells a refusal as a failure to send; the server's last reply says what it was.
    private func mailFailure(_ code: CURLcode, reply: Int) -> HTTPClientError? {
        if code == CURLE_USE_SSL_FAILED { return .tls("not_offered") }
        return (400..<600).contains(reply) ? .replied(code: reply) : nil
    }

    /// The number after `HTTP/1.1` or `HTTP/2`.
    private static func status(in line: String) -> Int {
        let words = line.split(separator: " ", maxSplits: 2)
        return words.count > 1 ? Int(words[1].prefix(3)) ?? 0 : 0
    }

    private static func trimmed(_ value: Substring) -> String {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A }
        let bytes = value.utf8
        guard let first = bytes.firstIndex(where: { !isBlank($0) }),
            let last = bytes.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(value[first...last])
    }
}
