import Glibc

/// Where lines go that somebody waits for: unlike with `print`, each is written at once, also into a pipe.
enum StandardOutput {
    static func line(_ text: String) {
        let bytes = Array("\(text)\n".utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            // The reader left; nobody would read more.
            guard count > 0 else { exit(0) }
            written += count
        }
    }
}
