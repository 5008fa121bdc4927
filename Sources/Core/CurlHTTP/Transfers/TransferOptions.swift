import CCurl

/// Sets one transfer up on a curl handle; remembers the first option that curl refused.
struct TransferOptions {
    private let easy: UnsafeMutableRawPointer
    private(set) var firstFailure = CURLE_OK

    init(easy: UnsafeMutableRawPointer) {
        self.easy = easy
    }

    mutating func apply(_ configuration: HTTPClientConfiguration) {
        note(ccurl_set_long(easy, CURLOPT_NOSIGNAL, 1))
        note(ccurl_close_on_exec(easy))
        note(ccurl_set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https"))
        note(ccurl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0))
        note(ccurl_set_long(easy, CURLOPT_SSL_VERIFYPEER, 1))
        note(ccurl_set_long(easy, CURLOPT_SSL_VERIFYHOST, 2))
        note(ccurl_require_tls_1_2(easy))
        let isHTTP2 = configuration.allowsHTTP2 && ccurl_knows_http_2() != 0
        note(isHTTP2 ? ccurl_prefer_http_2(easy) : ccurl_use_http_1_1(easy))
        // A proxy's answer to CONNECT is not the server's.
        note(ccurl_set_long(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1))
        apply(configuration.proxy)
        note(ccurl_set_long(easy, CURLOPT_TCP_NODELAY, 1))
        note(ccurl_set_long(easy, CURLOPT_TCP_KEEPALIVE, 1))
        note(ccurl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, configuration.connectTimeout.wholeMilliseconds))
        note(
            ccurl_set_long(easy, CURLOPT_MAXAGE_CONN, configuration.maximumIdleTime.wholeMilliseconds / 1000))
        note(ccurl_set_text(easy, CURLOPT_USERAGENT, configuration.userAgent))
        if let file = configuration.certificateAuthorityFile {
            note(ccurl_set_text(easy, CURLOPT_CAINFO, file))
        }
        if let file = configuration.clientCertificateFile {
            note(ccurl_set_text(easy, CURLOPT_SSLCERT, file))
        }
        if let file = configuration.clientKeyFile { note(ccurl_set_text(easy, CURLOPT_SSLKEY, file)) }
    }

    private mutating func apply(_ proxy: HTTPProxy) {
        switch proxy {
        case .none:
            // An empty name switches off what the environment says; nil would follow it.
            note(ccurl_set_text(easy, CURLOPT_PROXY, ""))
        case .fixed(let url, let exceptions):
            note(ccurl_set_text(easy, CURLOPT_PROXY, url))
            note(ccurl_set_text(easy, CURLOPT_NOPROXY, exceptions.joined(separator: ",")))
        case .environment:
            break
        }
    }

    mutating func apply(_ order: TransferOrder) {
        if let mail = order.mail { return apply(mail, of: order) }
        note(ccurl_set_text(easy, CURLOPT_URL, order.url))
        if let limit = order.timeoutMilliseconds { note(ccurl_set_long(easy, CURLOPT_TIMEOUT_MS, limit)) }
        if order.isOnNewConnection { note(ccurl_set_long(easy, CURLOPT_FRESH_CONNECT, 1)) }
        if order.isLoopback { note(ccurl_set_text(easy, CURLOPT_PROXY, "")) }
        if order.namesUserAgent { note(ccurl_set_text(easy, CURLOPT_USERAGENT, nil)) }
        applyMethod(order)
    }

    private mutating func applyMethod(_ order: TransferOrder) {
        if order.method == "HEAD" {
            note(ccurl_set_long(easy, CURLOPT_NOBODY, 1))
            return
        }
        if let limit = order.maximumResponseBytes {
            note(ccurl_set_size(easy, CURLOPT_MAXFILESIZE_LARGE, Int64(limit)))
        }
        if order.upload != nil {
            note(ccurl_set_long(easy, CURLOPT_UPLOAD, 1))
            note(ccurl_set_size(easy, CURLOPT_INFILESIZE_LARGE, Int64(order.uploadLength ?? -1)))
            note(ccurl_set_text(easy, CURLOPT_CUSTOMREQUEST, order.method))
            return
        }
        let usuallyHasBody = ["POST", "PUT", "PATCH"].contains(order.method)
        if usuallyHasBody || !order.body.isEmpty {
            // The size first: without it curl would take the copy for a C string.
            note(ccurl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, Int64(order.body.count)))
            order.body.withUnsafeBytes { bytes in
                // Null would mean "ask a callback for the body", so an empty one is an empty text.
                note(
                    bytes.baseAddress.map { ccurl_set_bytes(easy, CURLOPT_COPYPOSTFIELDS, $0) }
                        ?? ccurl_set_text(easy, CURLOPT_COPYPOSTFIELDS, ""))
            }
        }
        note(ccurl_set_text(easy, CURLOPT_CUSTOMREQUEST, order.method))
    }

    mutating func connect(to transfer: Transfer) {
        let context = Unmanaged.passUnretained(transfer).toOpaque()
        note(
            ccurl_set_receiver(
                easy, CURLOPT_READFUNCTION, CURLOPT_READDATA,
                { room, size, count, context in
                    Transfer.from(context)?.supply(
                        UnsafeMutableRawBufferPointer(start: room, count: size * count))
                        ?? ccurl_sending_fails
                }, context))
        note(
            ccurl_set_receiver(
                easy, CURLOPT_HEADERFUNCTION, CURLOPT_HEADERDATA,
                { bytes, size, count, context in
                    Transfer.from(context)?.receiveHeader(
                        UnsafeRawBufferPointer(start: bytes, count: size * count))
                        ?? 0
                }, context))
        note(
            ccurl_set_receiver(
                easy, CURLOPT_WRITEFUNCTION, CURLOPT_WRITEDATA,
                { bytes, size, count, context in
                    Transfer.from(context)?.receiveBody(
                        UnsafeRawBufferPointer(start: bytes, count: size * count))
                        ?? 0
                }, context))
        guard transfer.submission.order.mail == nil else {
            return note(ccurl_set_list(easy, CURLOPT_MAIL_RCPT, transfer.recipients))
        }
        note(ccurl_set_list(easy, CURLOPT_HTTPHEADER, transfer.headerLines))
    }

    private mutating func apply(_ mail: MailEnvelope, of order: TransferOrder) {
        note(ccurl_set_text(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps"))
        note(ccurl_set_text(easy, CURLOPT_URL, order.url))
        if let limit = order.timeoutMilliseconds { note(ccurl_set_long(easy, CURLOPT_TIMEOUT_MS, limit)) }
        note(ccurl_require_tls(easy, mail.requiresTLS ? 1 : 0))
        if let login = mail.login {
            note(ccurl_set_text(easy, CURLOPT_USERNAME, login.user))
            note(ccurl_set_text(easy, CURLOPT_PASSWORD, login.password))
        }
        note(ccurl_set_text(easy, CURLOPT_MAIL_FROM, "<\(mail.sender)>"))
        note(ccurl_set_long(easy, CURLOPT_UPLOAD, 1))
        note(ccurl_set_size(easy, CURLOPT_INFILESIZE_LARGE, Int64(order.uploadLength ?? -1)))
    }

    /// Has every address looked at before a socket is made for it.
    mutating func guardAddresses(of transfer: Transfer) {
        guard transfer.permitsAddress != nil else { return }
        let context = Unmanaged.passUnretained(transfer).toOpaque()
        note(
            ccurl_set_socket_maker(
                easy,
                { context, _, address in
                    guard let address, let transfer = Transfer.from(context),
                        let place = ccurl_address(address), transfer.permits(place)
                    else { return ccurl_no_socket }
                    return ccurl_open_socket(address)
                }, context))
    }

    private mutating func note(_ code: CURLcode) {
        if firstFailure == CURLE_OK { firstFailure = code }
    }
}
