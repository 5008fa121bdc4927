// The file format of the IANA time zone database (RFC 9636). A file has a block with times of 32 bits, for readers of
// the seventies, then one with 64 bits, then the closing rule. Nothing in it is believed before it was checked: counts,
// indices and order come from outside.

extension ZoneRules {
    /// Reads the content of a file under `/usr/share/zoneinfo`.
    ///
    /// - Throws: what is wrong with it; never traps, whatever the bytes are.
    public init(tzif bytes: [UInt8]) throws(ZoneDataError) {
        var reader = ZoneDataReader(bytes)
        let header = try reader.header()
        guard header.version >= 2 else {
            self = try reader.block(header, timeSize: 4)
            return
        }
        try reader.skip(header.blockSize(timeSize: 4))
        let second = try reader.header()
        let listed = try reader.block(second, timeSize: 8)
        self.init(
            starts: listed.starts, offsets: listed.offsets, initialOffset: listed.initialOffset,
            closing: try reader.footer())
    }
}

private struct ZoneDataReader {
    struct Header {
        var version = 1
        var universalFlags = 0
        var standardFlags = 0
        var leaps = 0
        var transitions = 0
        var types = 0
        var letters = 0

        func blockSize(timeSize: Int) -> Int {
            transitions * (timeSize + 1) + types * 6 + letters + leaps * (timeSize + 4) + standardFlags
                + universalFlags
        }
    }

    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func skip(_ count: Int) throws(ZoneDataError) {
        guard count <= bytes.count - position else { throw .truncated }
        position += count
    }

    mutating func header() throws(ZoneDataError) -> Header {
        guard bytes.count - position >= 4, bytes[position..<position + 4].elementsEqual("TZif".utf8) else {
            throw .notZoneData
        }
        position += 4
        guard bytes.count - position >= 40 else { throw .truncated }
        var header = Header()
        switch bytes[position] {
        case 0: header.version = 1
        case UInt8(ascii: "2")...UInt8(ascii: "9"): header.version = Int(bytes[position]) - 0x30
        default: throw .malformed("unknown version")
        }
        position += 16
        header.universalFlags = try count()
        header.standardFlags = try count()
        header.leaps = try count()
        header.transitions = try count()
        header.types = try count()
        header.letters = try count()
        guard (1...256).contains(header.types) else { throw .malformed("number of local time types") }
        return header
    }

    /// A count no larger than the bytes that there are, so that no product of counts overflows.
    private mutating func count() throws(ZoneDataError) -> Int {
        let value = try integer(4)
        guard value >= 0, value <= bytes.count else { throw .truncated }
        return Int(value)
    }

    private mutating func integer(_ size: Int) throws(ZoneDataError) -> Int64 {
        guard size <= bytes.count - position else { throw .truncated }
        var value: UInt64 = 0
        for byte in bytes[position..<position + size] { value = value << 8 | UInt64(byte) }
        position += size
        return size == 4 ? Int64(Int32(truncatingIfNeeded: value)) : Int64(bitPattern: value)
    }

    private mutating func byte() throws(ZoneDataError) -> Int {
        guard position < bytes.count else { throw .truncated }
        defer { position += 1 }
        return Int(bytes[position])
    }

    mutating func block(_ header: Header, timeSize: Int) throws(ZoneDataError) -> ZoneRules {
        guard header.leaps == 0 else { throw .leapSeconds }
        guard header.blockSize(timeSize: timeSize) <= bytes.count - position else { throw .truncated }
        var starts: [Int64] = []
        for _ in 0..<header.transitions {
            let start = try integer(timeSize)
            guard start > starts.last ?? .min || starts.isEmpty else { throw .malformed("order of times") }
            starts.append(start)
        }
        var indices: [Int] = []
        for _ in 0..<header.transitions {
            let index = try byte()
            guard index < header.types else { throw .malformed("index of a local time type") }
            indices.append(index)
        }
        let types = try types(header.types)
        try skip(header.letters + header.standardFlags + header.universalFlags)
        return ZoneRules(
            starts: starts, offsets: indices.map { types[$0] }, initialOffset: types[0], closing: nil)
    }

    /// Offsets of the types; names and flags are of no use here.
    private mutating func types(_ count: Int) throws(ZoneDataError) -> [Int] {
        var offsets: [Int] = []
        for _ in 0..<count {
            let offset = Int(try integer(4))
            guard abs(offset) < ZoneRules.widestOffset else { throw .malformed("offset") }
            offsets.append(offset)
            try skip(2)
        }
        return offsets
    }

    /// The closing rule between two line feeds; nil when it is empty.
    mutating func footer() throws(ZoneDataError) -> ZoneClosingRule? {
        guard try byte() == 0x0A else { throw .badFooter }
        let text = bytes[position...].prefix { $0 != 0x0A }
        guard text.endIndex < bytes.count else { throw .truncated }
        guard !text.isEmpty else { return nil }
        guard let rule = ZoneClosingRule(text: text) else { throw .badFooter }
        return rule
    }
}
