import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Files that are read and written as a whole.
enum WholeFile {
    /// The content; nil when there is no such file.
    static func read(_ path: String) throws(LoadFailure) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw .file(path: path, reason: reason())
        }
        defer { close(file) }
        var content: [UInt8] = []
        while true {
            let piece = [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
                count = max(0, Self.readSome(file, buffer))
            }
            guard !piece.isEmpty else { return content }
            content += piece
        }
    }

    private static func readSome(_ file: Int32, _ buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
        #if canImport(Glibc)
            Glibc.read(file, buffer.baseAddress, buffer.count)
        #else
            Musl.read(file, buffer.baseAddress, buffer.count)
        #endif
    }

    /// Replaces the content in one step: readers see the old file or the new one.
    static func write(_ content: [UInt8], to path: String, mode: mode_t = 0o644) throws(LoadFailure) {
        let draft = "\(path).\(getpid())"
        let file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard file >= 0 else { throw .file(path: path, reason: reason()) }
        let isWritten = writeAll(content, to: file)
        let failure = reason()
        close(file)
        guard isWritten, rename(draft, path) == 0 else {
            unlink(draft)
            throw .file(path: path, reason: failure)
        }
    }

    /// Makes a folder and those above it.
    static func makeFolder(_ path: String) throws(LoadFailure) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw .file(path: path, reason: "the folder cannot be made")
        }
    }

    private static func writeAll(_ content: [UInt8], to file: Int32) -> Bool {
        content.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let slice = UnsafeRawBufferPointer(rebasing: rest)
                #if canImport(Glibc)
                    let count = Glibc.write(file, slice.baseAddress, slice.count)
                #else
                    let count = Musl.write(file, slice.baseAddress, slice.count)
                #endif
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
