import Glibc

/// Where log lines go.
public struct LogOutput: Sendable {
    let write: @Sendable ([UInt8]) -> Void

    /// Standard error, which leaves standard output to what a command has to say.
    public static let standardError = LogOutput(descriptor: STDERR_FILENO)
    /// Standard output, where container platforms look first.
    public static let standardOutput = LogOutput(descriptor: STDOUT_FILENO)

    /// - Parameter write: whole lines; called from one thread at a time, never on the path of a log call.
    public init(_ write: @escaping @Sendable ([UInt8]) -> Void) {
        self.write = write
    }

    private init(descriptor: Int32) {
        self.init { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                if written > 0 {
                    rest = rest.dropFirst(written)
                } else if errno == EAGAIN {
                    var descriptors = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&descriptors, 1, 1000)
                } else if errno != EINTR {
                    // Nobody reads any more; there is no place left to complain to.
                    return
                }
            }
        }
    }
}
