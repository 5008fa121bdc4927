import Glibc
import Logging
import Metrics
import Synchronization
public import TodoDomain

/// The time zones of this machine, from the files of the IANA database.
///
/// A zone is read once and kept until the process ends; what is not there is looked for again each time, so that a
/// guessed name costs a look into a folder and no memory.
public final class ZoneFiles: ZoneSource {
    /// Where the files are.
    public static let folder = ConfigurationKey(
        "TODO_ZONEINFO", default: "/usr/share/zoneinfo", "folder of the time zone database")

    private let folder: String
    /// More than there are zones, so that only folders of another kind ever reach it.
    private let limit = 1024
    private let known = Mutex<[String: ZoneRules]>([:])

    /// Zones of a folder, unchecked.
    public init(folder: String) {
        self.folder = folder
    }

    /// Zones of the folder that the settings name.
    ///
    /// - Throws: `ConfigurationError` that says what is missing, so that a service without zones does not start.
    public convenience init(settings: Settings) throws(ConfigurationError) {
        self.init(folder: try settings.string(Self.folder))
        try check()
    }

    public func zone(named name: String) -> ZoneRules? {
        guard Self.isZoneName(name) else { return nil }
        if let rules = known.withLock({ $0[name] }) { return rules }
        let rules: ZoneRules
        do {
            rules = try read(name)
        } catch {
            count(error == .missing ? "unknown" : "unreadable")
            return nil
        }
        count("loaded")
        known.withLock { known in
            if known.count >= limit { known.removeAll() }
            known[name] = rules
        }
        return rules
    }

    /// Whether a name can be one of a zone: letters, digits and signs, in at most three parts, and no way out of the
    /// folder. `posix/…` and `right/…` are Debian's copies, which other systems do not know.
    static func isZoneName(_ name: String) -> Bool {
        guard (1...64).contains(name.utf8.count) else { return false }
        let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard (1...3).contains(parts.count) else { return false }
        if parts.count == 1, ["localtime", "posixrules"].contains(name) { return false }
        if ["posix/", "right/"].contains(where: name.hasPrefix) { return false }
        return parts.allSatisfy { part in
            guard let first = part.first, isLetter(first) else { return false }
            return part.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || "_-+".utf8.contains($0) }
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    private func count(_ outcome: String) {
        Counter(label: "todo.zones.loads", dimensions: [("outcome", outcome)]).increment()
    }

    private enum Failure: Error, Equatable {
        case missing
        case unreadable(String)
    }

    private func read(_ name: String) throws(Failure) -> ZoneRules {
        let bytes = try content(of: "\(folder)/\(name)")
        do {
            return try ZoneRules(tzif: bytes)
        } catch {
            throw .unreadable(error.description)
        }
    }

    /// The largest file of the database has 4 KiB.
    private static let largestFile = 256 * 1024

    private func content(of path: String) throws(Failure) -> [UInt8] {
        // Not blocking, so that a pipe of that name does not hold us.
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            throw errno == ENOENT || errno == ENOTDIR
                ? .missing : .unreadable("cannot be opened (error \(errno))")
        }
        defer { close(file) }
        var facts = stat()
        guard fstat(file, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { throw .missing }
        guard facts.st_size <= Self.largestFile else { throw .unreadable("is too large") }
        var bytes = [UInt8](repeating: 0, count: Int(facts.st_size))
        let count = bytes.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
        guard count == bytes.count else { throw .unreadable("cannot be read") }
        return bytes
    }
}

extension ZoneFiles {
    /// What is known of some zones, one with each way of saying it: the files must be there, readable and right, also
    /// for years that they do not list.
    private static let facts: [(zone: String, instant: Int64, offset: Int)] = [
        ("UTC", 1_800_000_000, 0),
        ("Europe/Amsterdam", 1_782_864_000, 7200),
        ("America/New_York", 2_540_678_400, -14_400),
        ("Australia/Sydney", 4_070_908_800, 39_600),
        ("Asia/Kolkata", 1_800_000_000, 19_800),
    ]

    /// Looks whether the zone data can be used.
    ///
    /// - Throws: `ConfigurationError.timeZones` that names the folder, the first zone in trouble, and the remedy.
    public func check() throws(ConfigurationError) {
        for fact in Self.facts {
            let rules: ZoneRules
            do {
                rules = try read(fact.zone)
            } catch {
                throw switch error {
                case .missing: .timeZones(folder: folder, reason: "\(fact.zone) is not there")
                case .unreadable(let why): .timeZones(folder: folder, reason: "\(fact.zone): \(why)")
                }
            }
            guard rules.offset(atUnix: fact.instant) == fact.offset else {
                throw .timeZones(folder: folder, reason: "\(fact.zone) has other rules than it should")
            }
        }
    }
}
