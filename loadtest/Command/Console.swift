#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Standard output and error as the program uses them.
enum Console {
    static let isTerminal = isatty(2) == 1

    static func write(_ text: String) { put(text, to: 1) }
    static func error(_ text: String) { put(text.hasSuffix("\n") ? text : text + "\n", to: 2) }

    /// A line that takes the place of the one before it, on a terminal.
    static func overwrite(_ text: String) { put("\r\u{1B}[K\(text)", to: 2) }

    private static func put(_ text: String, to file: Int32) {
        var text = text
        // Whoever reads it may be gone; the run goes on, and SIGPIPE is ignored for it.
        _ = text.withUTF8 { FileDescriptor.write(UnsafeRawBufferPointer($0), to: file) }
    }
}

/// Ends the program with a status.
func leave(_ status: Int32) -> Never {
    exit(status)
}
