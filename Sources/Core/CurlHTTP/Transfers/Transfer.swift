import CCurl

/// One exchange on its way: collects the answer, then resumes who waits for it. Lives on the transfer thread.
final class Transfer {
    /// Curl reads the list while the transfer runs, so it lives as long as this object.
    let headerLines: UnsafeMutablePointer<curl_slist>?
    private let submission: TransferEngine.Submission
    private var headers = HTTPHeaderList()
    private var headerBytes = 0
    private var body: [UInt8] = []
    private var ownFailure: HTTPClientError?
    private static let maximumHeaderBytes = 256 * 1024

    init(_ submission: TransferEngine.Submission) {
        self.submission = submission
        var list: UnsafeMutablePointer<curl_slist>?
        for line in submission.order.headerLines {
            // A failed append leaves the list as it was; memory that short ends the process elsewhere.
            if let longer = curl_slist_append(list, line) { list = longer }
        }
        headerLines = list
    }

    deinit {
        curl_slist_free_all(headerLines)
    }

    static func from(_ context: UnsafeMutableRawPointer?) -> Transfer? {
        context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }

    var isCancelled: Bool {
        submission.order.cancellation.isCancelled
    }

    func resume(_ outcome: TransferEngine.Outcome) {
        submission.continuation.resume(returning: outcome)
    }

    /// Takes one header line; any other count than the line's tells curl to give up.
    func receiveHeader(_ line: UnsafeRawBufferPointer) -> Int {
        headerBytes += line.count
        guard headerBytes <= Self.maximumHeaderBytes else {
            ownFailure = .tooLarge(limit: Self.maximumHeaderBytes)
            return 0
        }
        // Trailers of a chunked body come this way too; they are not header fields.
        guard body.isEmpty else { return line.count }
        let text = String(decoding: line, as: UTF8.self)
        if text.hasPrefix("HTTP/") {
            // What came before belonged to an interim answer such as 103.
            headers = HTTPHeaderList()
        } else if let colon = text.firstIndex(of: ":") {
            headers.add(String(text[..<colon]), Self.trimmed(text[text.index(after: colon)...]))
        }
        return line.count
    }

    /// Takes a piece of the body; any other count than the piece's tells curl to give up.
    func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard body.count + bytes.count <= submission.order.maximumResponseBytes else {
            ownFailure = .tooLarge(limit: submission.order.maximumResponseBytes)
            return 0
        }
        body.append(contentsOf: bytes)
        return bytes.count
    }

    /// What curl's result code means for the caller.
    func outcome(of easy: UnsafeMutableRawPointer, code: CURLcode) -> TransferEngine.Outcome {
        if let ownFailure { return .failure(ownFailure) }
        guard code == CURLE_OK else {
            return .failure(failure(code, wasSending: ccurl_time_until_sending(easy) > 0))
        }
        return .success(HTTPClientResponse(status: ccurl_status(easy), headers: headers, body: body))
    }

    private func failure(_ code: CURLcode, wasSending: Bool) -> HTTPClientError {
        switch code {
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: .invalidURL
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .resolveFailed
        case CURLE_COULDNT_CONNECT: .connectionFailed
        case CURLE_OPERATION_TIMEDOUT: wasSending ? .timeout : .connectTimeout
        case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE: .connectionLost
        case CURLE_FILESIZE_EXCEEDED: .tooLarge(limit: submission.order.maximumResponseBytes)
        case CURLE_PEER_FAILED_VERIFICATION: .tls("certificate_rejected")
        case CURLE_SSL_CACERT_BADFILE: .tls("no_trusted_certificates")
        case CURLE_SSL_CONNECT_ERROR: .tls("handshake_failed")
        default: .protocolFailure(code: Int(code.rawValue))
        }
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
