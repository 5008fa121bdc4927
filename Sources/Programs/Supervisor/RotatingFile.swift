import Glibc

/// A log file that is set aside as `.1` when it has grown to its limit, also while the platform runs.
struct RotatingFile: Sendable {
    static let usualLimit = 16 * 1024 * 1024

    let path: String
    let limit: Int
    private var descriptor: Int32 = -1
    private var size = 0

    init(path: String, limit: Int = usualLimit) {
        self.path = path
        self.limit = limit
    }

    /// A line that cannot be written (the disk is full) is lost; the next one tries again.
    mutating func append(_ bytes: [UInt8]) {
        if descriptor < 0 { open() }
        if size > 0, size + bytes.count > limit {
            close()
            rename(path, path + ".1")
            open()
        }
        guard descriptor >= 0 else { return }
        if FileAccess.write(bytes, to: descriptor) { size += bytes.count }
    }

    mutating func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    private mutating func open() {
        descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        var information = stat()
        size = descriptor >= 0 && fstat(descriptor, &information) == 0 ? Int(information.st_size) : 0
    }

    /// For a file that a child writes itself and will not open anew: what it holds is copied away, then it is emptied
    /// in place. Its writer appends, so it goes on at the new end. The few lines written in between are lost.
    static func trim(_ path: String, limit: Int = usualLimit) {
        var information = stat()
        guard stat(path, &information) == 0, Int(information.st_size) > limit else { return }
        let source = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        let target = Glibc.open(path + ".1", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        var buffer = [UInt8](repeating: 0, count: 262_144)
        while source >= 0, target >= 0 {
            let count = read(source, &buffer, buffer.count)
            guard count > 0, FileAccess.write(Array(buffer.prefix(count)), to: target) else { break }
        }
        for descriptor in [source, target] where descriptor >= 0 { Glibc.close(descriptor) }
        truncate(path, 0)
    }

    /// Keeps the files that children write themselves within the limit, until cancelled.
    static func keepTrimmed(_ paths: [String]) async {
        while !Task.isCancelled {
            for path in paths { trim(path) }
            try? await ContinuousClock().sleep(for: .seconds(10))
        }
    }
}
