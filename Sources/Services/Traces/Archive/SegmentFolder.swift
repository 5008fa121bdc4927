import FoundationEssentials
import Glibc

/// The folder of a log: one file for each segment, named by its number, and the lock of whoever writes.
struct SegmentFolder: Sendable {
    private static let ending = ".spans"

    let path: String
    /// Lists a folder; the system's own except in tests.
    var names: @Sendable (String) throws -> [String] = {
        try FileManager.default.contentsOfDirectory(atPath: $0)
    }

    /// Segments with their sizes, the oldest first.
    func segments() throws(ArchiveFailure) -> [(number: UInt32, bytes: Int)] {
        guard let names = try? names(path) else {
            throw ArchiveFailure("the folder cannot be read")
        }
        return names.compactMap { name -> (number: UInt32, bytes: Int)? in
            guard name.hasSuffix(Self.ending), let number = UInt32(name.dropLast(Self.ending.count)) else {
                return nil
            }
            var information = stat()
            guard stat(file(number), &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
                return nil
            }
            return (number, Int(information.st_size))
        }.sorted { $0.number < $1.number }
    }

    func file(_ number: UInt32) -> String {
        let digits = String(number)
        return "\(path)/\(String(repeating: "0", count: 10 - digits.utf8.count))\(digits)\(Self.ending)"
    }

    /// Makes the folder and takes its lock, which ends with the process.
    func claim() throws(ArchiveFailure) -> Int32 {
        if mkdir(path, 0o700) != 0, errno != EEXIST { throw .system("the folder cannot be made") }
        let lock = open("\(path)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw .system("the folder cannot be written to") }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw ArchiveFailure("another process uses the folder")
        }
        return lock
    }

    /// A new file for a segment.
    func create(_ number: UInt32) throws(ArchiveFailure) -> Int32 {
        let descriptor = open(file(number), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("a segment cannot be made") }
        return descriptor
    }

    func remove(_ number: UInt32) { unlink(file(number)) }

    /// The whole of a segment.
    func contents(_ number: UInt32) throws(ArchiveFailure) -> Data {
        do {
            return try Data(contentsOf: URL(filePath: file(number)))
        } catch {
            throw ArchiveFailure("a segment cannot be read")
        }
    }
}

/// Why something on disk did not work, in words.
struct ArchiveFailure: Error, Sendable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }

    /// With what the system says of the last call.
    static func system(_ what: String, _ code: Int32 = errno) -> ArchiveFailure {
        ArchiveFailure("\(what): \(String(cString: strerror(code)))")
    }
}
