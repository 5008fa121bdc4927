/// A checked request, ready for curl: header lines are built, nothing in it can break the message.
struct TransferOrder: Sendable {
    let method: String
    let url: String
    let headerLines: [String]
    let body: [UInt8]
    /// The body if it is made while it is sent; `body` is empty then.
    let upload: RequestStream?
    let uploadLength: Int?
    /// Nil if only silence ends the exchange.
    let timeoutMilliseconds: Int?
    let idleTimeout: Duration?
    let maximumResponseBytes: Int?
    let isLoopback: Bool
    let namesUserAgent: Bool
    let isOnNewConnection: Bool
    let control: TransferControl
    /// Set when this is a mail and no request; most of the rest means nothing then.
    var mail: MailEnvelope?
}

extension TransferOrder {
    init(
        _ request: HTTPClientRequest, headers: HTTPHeaderList, target: HTTPTarget, control: TransferControl,
        isStreamed: Bool
    ) throws(HTTPClientError) {
        guard Self.isToken(request.method) else { throw .invalidMethod }
        let limit = isStreamed ? request.maximumStreamedBytes : request.maximumResponseBytes
        self.init(
            method: request.method, url: request.url, headerLines: try Self.lines(of: headers),
            body: request.upload == nil ? request.body : [],
            upload: request.upload.map { RequestStream(length: $0.length, control: control) },
            uploadLength: request.upload?.length,
            timeoutMilliseconds: request.idleTimeout == nil ? request.timeout.wholeMilliseconds : nil,
            idleTimeout: request.idleTimeout, maximumResponseBytes: limit.map { max(0, $0) },
            isLoopback: target.isLoopback, namesUserAgent: headers["user-agent"] != nil,
            // What went out of an upload is gone, so it must not meet a connection that has died meanwhile.
            isOnNewConnection: request.isOnNewConnection || request.upload != nil, control: control)
    }

    /// These describe the message on this one connection; curl writes them after what it really does.
    private static let framing: Set<String> = [
        "connection", "content-length", "expect", "keep-alive", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]

    private static func lines(of headers: HTTPHeaderList) throws(HTTPClientError) -> [String] {
        // A name with nothing behind the colon tells curl to leave out the line it would add by itself.
        var lines = ["Expect:"]
        if headers["content-type"] == nil { lines.append("Content-Type:") }
        for field in headers where !framing.contains(field.name.lowercased()) {
            guard isToken(field.name), isSafeValue(field.value) else { throw .invalidHeader }
            // curl would read `Name:` as an order to leave the field out; `Name;` sends it empty.
            let isEmpty = field.value.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 }
            lines.append(isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        return lines
    }

    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }

    private static func isSafeValue(_ text: String) -> Bool {
        text.utf8.allSatisfy { ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }
    }
}

extension Duration {
    /// For curl, where 0 would mean "for ever".
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        let bounded = min(max(seconds, 0), 30 * 86_400)
        return max(1, Int(bounded) * 1000 + Int(max(0, attoseconds) / 1_000_000_000_000_000))
    }
}
