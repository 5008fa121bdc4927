/// Reads `text/event-stream` as the HTML standard defines it, from bytes cut anywhere.
///
/// Lines end in CR, LF or CRLF; one byte order mark may stand at the very beginning; an event is complete at
/// an empty line, and what comes after the last one is dropped.
public struct ServerSentEventParser: Sendable {
    /// One event is longer than allowed.
    public struct TooLong: Error {}

    private let limit: Int
    private var line: [UInt8] = []
    private var isAfterCarriageReturn = false
    private var isFirstLine = true
    private var event = ""
    private var data: [UInt8] = []
    private var hasData = false
    private var id = ""
    private var reconnectionTime: Duration?

    /// A parser at the beginning of a stream.
    ///
    /// - Parameter limit: How many bytes one event may take.
    public init(limit: Int = 1024 * 1024) {
        self.limit = limit
    }

    /// Takes bytes in and returns the events that they complete.
    public mutating func feed(_ bytes: [UInt8]) throws(TooLong) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        for byte in bytes {
            defer { isAfterCarriageReturn = byte == Self.carriageReturn }
            switch byte {
            case Self.lineFeed where isAfterCarriageReturn: continue
            case Self.lineFeed, Self.carriageReturn:
                if let event = endLine() { events.append(event) }
            default:
                guard line.count + data.count < limit else { throw TooLong() }
                line.append(byte)
            }
        }
        return events
    }

    private mutating func endLine() -> ServerSentEvent? {
        var whole = line[...]
        if isFirstLine, whole.starts(with: Self.byteOrderMark) { whole = whole.dropFirst(3) }
        isFirstLine = false
        defer { line.removeAll(keepingCapacity: true) }
        guard let first = whole.first else { return dispatch() }
        guard first != Self.colon else { return nil }
        let name = whole.prefix { $0 != Self.colon }
        var value = whole.dropFirst(name.count + 1)
        if value.first == Self.space { value = value.dropFirst() }
        take(field: String(decoding: name, as: UTF8.self), value)
        return nil
    }

    private mutating func take(field: String, _ value: ArraySlice<UInt8>) {
        switch field {
        case "event": event = String(decoding: value, as: UTF8.self)
        case "data":
            if hasData { data.append(Self.lineFeed) }
            hasData = true
            data += value
        case "id" where !value.contains(0): id = String(decoding: value, as: UTF8.self)
        case "retry":
            let text = String(decoding: value, as: UTF8.self)
            guard !value.isEmpty, value.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text)
            else { return }
            reconnectionTime = .milliseconds(number)
        default: break
        }
    }

    private mutating func dispatch() -> ServerSentEvent? {
        defer {
            event = ""
            data.removeAll(keepingCapacity: true)
            hasData = false
        }
        guard hasData else { return nil }
        return ServerSentEvent(
            event: event.isEmpty ? "message" : event, data: String(decoding: data, as: UTF8.self), id: id,
            reconnectionTime: reconnectionTime)
    }

    private static let lineFeed: UInt8 = 0x0A
    private static let carriageReturn: UInt8 = 0x0D
    private static let colon: UInt8 = 0x3A
    private static let space: UInt8 = 0x20
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
}
