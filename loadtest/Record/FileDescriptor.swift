#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Reads and writes through open files; a signal in between is no failure.
enum FileDescriptor {
    /// As many bytes as there are at once: 0 at the end, -1 when it fails.
    static func read(_ file: Int32, _ buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
        while true {
            #if canImport(Glibc)
                let count = Glibc.read(file, buffer.baseAddress, buffer.count)
            #else
                let count = Musl.read(file, buffer.baseAddress, buffer.count)
            #endif
            if count >= 0 || errno != EINTR { return count }
        }
    }

    /// Writes everything; false when it cannot be, and `errno` says why.
    static func write(_ bytes: UnsafeRawBufferPointer, to file: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let slice = UnsafeRawBufferPointer(rebasing: rest)
            #if canImport(Glibc)
                let count = Glibc.write(file, slice.baseAddress, slice.count)
            #else
                let count = Musl.write(file, slice.baseAddress, slice.count)
            #endif
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
