/// Where a connection is between its requests and its answers. Pure: `RequestGate` acts on it.
struct RequestProgress {
    /// Requests whose head has come and whose answer is not complete; more than one when the client pipelines.
    private(set) var open = 0
    /// The newest request's body is still coming.
    private(set) var isReadingBody = false
    /// Bytes have come that are not yet a head.
    private(set) var isReadingHead = false
    /// The bytes of the request's line, as long as its end has not come.
    private var lineBytes = 0
    private var hasLineEnd = false
    /// The answer under way is the connection's last.
    private var isLastAnswer = false

    /// Whether a client who leaves now leaves something unanswered.
    var isOwed: Bool { open > 0 }

    /// What came does not go beyond the request's line, or the line alone is too long.
    func isLineLonger(than limit: Int) -> Bool { !hasLineEnd || lineBytes > limit }

    /// Bytes are here, not parsed yet. Those behind a body in the same piece are not seen; the next piece tells.
    mutating func received(_ bytes: some Collection<UInt8>) {
        guard !isReadingBody else { return }
        isReadingHead = true
        guard !hasLineEnd else { return }
        if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
            hasLineEnd = true
            lineBytes += bytes.distance(from: bytes.startIndex, to: end)
        } else {
            lineBytes += bytes.count
        }
    }

    mutating func receivedHead() {
        open += 1
        isReadingBody = true
        isReadingHead = false
        lineBytes = 0
        hasLineEnd = false
    }

    mutating func receivedEnd() {
        isReadingBody = false
    }

    /// An answer begins; true if it must be the last, because the rest of its request has not come: waiting for that
    /// would be at the client's mercy.
    mutating func beginsAnswer() -> Bool {
        isLastAnswer = open == 1 && isReadingBody
        return isLastAnswer
    }

    /// An answer is complete; true if the connection ends with it.
    mutating func endedAnswer() -> Bool {
        open -= 1
        return isLastAnswer
    }
}
