import Glibc

/// The proof that one supervisor alone works in a data folder: a file lock that the kernel gives up when its holder
/// dies, so that a crash never leaves a folder locked.
struct DataFolderLock: Sendable {
    private let descriptor: Int32
    /// A holder that was just killed keeps the lock until the kernel has put its memory away.
    private static let patience = Duration.seconds(1)

    static func take(_ folder: DataFolder) throws(SupervisorError) -> DataFolderLock {
        let deadline = ContinuousClock.now + patience
        while true {
            let descriptor = open(folder.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else {
                throw .dataFolderUnwritable(path: folder.path, reason: SystemFailure.text())
            }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                let pid = storedPid(descriptor)
                close(descriptor)
                guard ContinuousClock.now < deadline else {
                    throw .dataFolderInUse(path: folder.path, pid: pid)
                }
                usleep(20_000)
                continue
            }
            // The holder before us removes the file at its end; a lock on a removed file protects nothing.
            if isSameFile(descriptor, folder.lock) {
                ftruncate(descriptor, 0)
                FileAccess.write(Array("\(getpid())\n".utf8), to: descriptor)
                return DataFolderLock(descriptor: descriptor)
            }
            close(descriptor)
        }
    }

    /// The supervisor that holds the folder now.
    static func holder(of folder: DataFolder) -> Int32? {
        let descriptor = open(folder.lock, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return nil }
        return storedPid(descriptor)
    }

    func release() { close(descriptor) }

    private static func storedPid(_ descriptor: Int32) -> Int32 {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        return text.split(separator: "\n").first.flatMap { Int32($0) } ?? 0
    }

    private static func isSameFile(_ descriptor: Int32, _ path: String) -> Bool {
        var held = stat()
        var named = stat()
        guard fstat(descriptor, &held) == 0, stat(path, &named) == 0 else { return false }
        return held.st_ino == named.st_ino && held.st_dev == named.st_dev
    }
}
