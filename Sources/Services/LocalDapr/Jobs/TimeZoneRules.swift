import FoundationEssentials

/// How far a zone's clocks are from UTC at any moment, read from the system's zone data (TZif, RFC 9636).
///
/// Foundation knows no named zones in a static binary, hence a reader of our own.
struct TimeZoneRules: Sendable {
    private let transitions: [(at: Int64, offset: Int)]
    private let firstOffset: Int
    /// For moments after the last transition.
    private let footer: ZoneFooter?

    static let utc = TimeZoneRules(transitions: [], firstOffset: 0, footer: nil)

    /// Where zone data may lie.
    private static let folders = ["/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/etc/zoneinfo"]

    /// The zone of this process, UTC if it cannot be found out.
    static func local() -> TimeZoneRules {
        (try? Data(contentsOf: URL(filePath: "/etc/localtime"))).flatMap { TimeZoneRules(file: Array($0)) }
            ?? .utc
    }

    private init(transitions: [(at: Int64, offset: Int)], firstOffset: Int, footer: ZoneFooter?) {
        self.transitions = transitions
        self.firstOffset = firstOffset
        self.footer = footer
    }

    /// Nil if there is no such zone.
    init?(named name: String) {
        if name == "UTC" || name.isEmpty {
            self = .utc
            return
        }
        if name == "Local" {
            self = .local()
            return
        }
        // The name comes from outside: it must not lead out of the folder.
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard
            parts.allSatisfy({ part in
                !part.isEmpty && part != ".." && part != "."
                    && part.utf8.allSatisfy { byte in
                        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                            || (0x61...0x7A).contains(byte) || "+-_".utf8.contains(byte)
                    }
            })
        else { return nil }
        for folder in Self.folders {
            if let data = try? Data(contentsOf: URL(filePath: "\(folder)/\(name)")),
                let rules = TimeZoneRules(file: Array(data))
            {
                self = rules
                return
            }
        }
        return nil
    }

    /// Nil if the bytes are not a zone of version 2 or later, which is what every system has had since 2008.
    init?(file bytes: [UInt8]) {
        guard let old = ZoneBlock(bytes, at: 0, timeSize: 4), old.version >= UInt8(ascii: "2"),
            let block = ZoneBlock(bytes, at: old.end, timeSize: 8)
        else { return nil }
        transitions = block.transitions
        firstOffset = block.firstOffset
        let text = bytes[block.end...].dropFirst().prefix { $0 != UInt8(ascii: "\n") }
        footer = ZoneFooter(String(decoding: text, as: UTF8.self))
    }

    /// Seconds east of UTC.
    func offset(at moment: Int64) -> Int {
        guard let last = transitions.last, moment < last.at else {
            return footer?.offset(at: moment) ?? transitions.last?.offset ?? firstOffset
        }
        var (low, high) = (0, transitions.count)
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle].at <= moment { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? firstOffset : transitions[low - 1].offset
    }

    /// What the zone's clocks show.
    func civil(at moment: Int64) -> CivilTime {
        CivilTime(secondsSince1970: moment + Int64(offset(at: moment)))
    }

    /// When the zone's clocks show this. A moment that is skipped becomes the first after the gap.
    func moment(of civil: CivilTime) -> Int64 {
        let wall = civil.secondsSince1970
        // The offsets a day before and after are the only candidates; the larger gives the earlier moment.
        let offsets = [offset(at: wall - 86_400), offset(at: wall + 86_400)]
        for offset in offsets.sorted(by: >) where self.offset(at: wall - Int64(offset)) == offset {
            return wall - Int64(offset)
        }
        // In a gap: look for the first moment whose wall time is not before the wanted one.
        var moment = wall - Int64(offsets.max() ?? 0)
        while moment + Int64(offset(at: moment)) < wall { moment += 60 }
        return moment
    }
}

/// One of the two data blocks of a TZif file.
private struct ZoneBlock {
    let version: UInt8
    let transitions: [(at: Int64, offset: Int)]
    let firstOffset: Int
    /// The first byte behind the block.
    let end: Int

    init?(_ bytes: [UInt8], at start: Int, timeSize: Int) {
        guard bytes.count >= start + 44, bytes[start..<start + 4].elementsEqual("TZif".utf8) else {
            return nil
        }
        version = bytes[start + 4]
        let number = { (position: Int, size: Int) -> Int64 in
            let value = bytes[position..<position + size].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return size == 4 ? Int64(Int32(truncatingIfNeeded: value)) : Int64(bitPattern: value)
        }
        let counts = (0..<6).map { Int(number(start + 20 + $0 * 4, 4)) }
        let (utc, standard, leaps, times, types, letters) = (
            counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]
        )
        guard counts.allSatisfy({ (0...100_000).contains($0) }), types > 0 else { return nil }
        let timesStart = start + 44
        let indexStart = timesStart + times * timeSize
        let typesStart = indexStart + times
        end = typesStart + types * 6 + letters + leaps * (timeSize + 4) + standard + utc
        guard end <= bytes.count else { return nil }
        let offsets = (0..<types).map { Int(number(typesStart + $0 * 6, 4)) }
        let indices = bytes[indexStart..<indexStart + times].map(Int.init)
        guard indices.allSatisfy({ $0 < types }) else { return nil }
        transitions = indices.enumerated().map { position, type in
            (number(timesStart + position * timeSize, timeSize), offsets[type])
        }
        firstOffset = offsets[0]
    }
}
