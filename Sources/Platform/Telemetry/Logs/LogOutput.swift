import Glibc

/// Where log lines go.
public struct LogOutput: Sendable {
    /// Takes whole lines; answers how many of them are lost, because nobody reads any more.
    let write: @Sendable ([UInt8]) -> Int
    private let descriptor: Int32?

    /// Standard error, which leaves standard output to what a command has to say.
    public static let standardError = LogOutput(descriptor: STDERR_FILENO)
    /// Standard output, where container platforms look first.
    public static let standardOutput = LogOutput(descriptor: STDOUT_FILENO)

    /// - Parameter write: whole lines; called from one thread at a time, never on the path of a log call.
    public init(_ write: @escaping @Sendable ([UInt8]) -> Void) {
        self.write = { bytes in
            write(bytes)
            return 0
        }
        descriptor = nil
    }

    /// An open file, pipe or terminal, which stays the caller's to close.
    public init(descriptor: Int32) {
        self.descriptor = descriptor
        write = { bytes in
            bytes.withUnsafeBytes { bytes in
                let rest = Self.withoutBrokenPipeSignal { Self.written(bytes[...], to: descriptor) }
                return rest.count { $0 == UInt8(ascii: "\n") }
            }
        }
    }

    /// Whether a person is looking.
    var isTerminal: Bool { descriptor.map { isatty($0) == 1 } ?? false }

    /// Answers what could not be written.
    private static func written(
        _ bytes: UnsafeRawBufferPointer.SubSequence, to descriptor: Int32
    ) -> UnsafeRawBufferPointer.SubSequence {
        var rest = bytes
        while let start = UnsafeRawBufferPointer(rebasing: rest).baseAddress, !rest.isEmpty {
            let written = Glibc.write(descriptor, start, rest.count)
            if written > 0 {
                rest = rest.dropFirst(written)
            } else if errno == EAGAIN {
                var descriptors = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&descriptors, 1, 1000)
            } else if errno != EINTR {
                // Nobody reads any more, or the disk is full; there is no place left to complain to.
                return rest
            }
        }
        return rest
    }

    /// A reader that went away must not end the process: `SIGPIPE` of this thread's write is held back and taken.
    private static func withoutBrokenPipeSignal<Result>(_ body: () -> Result) -> Result {
        var pipe = sigset_t()
        var before = sigset_t()
        sigemptyset(&pipe)
        sigaddset(&pipe, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &pipe, &before)
        defer {
            var now = timespec(tv_sec: 0, tv_nsec: 0)
            if sigismember(&before, SIGPIPE) == 0 { while sigtimedwait(&pipe, nil, &now) == SIGPIPE {} }
            pthread_sigmask(SIG_SETMASK, &before, nil)
        }
        return body()
    }
}

/// For the handler of a fatal signal: system calls only.
extension LogOutput {
    /// Writes what a reader takes at once, and gives up on one that does not read.
    func rescue(_ bytes: UnsafeRawBufferPointer) {
        guard let descriptor else { return }
        var place = 0
        while place < bytes.count {
            var descriptors = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard poll(&descriptors, 1, 100) == 1, let start = bytes.baseAddress else { return }
            // A pipe that says it is ready has room for 4096 bytes.
            let written = Glibc.write(descriptor, start + place, min(4096, bytes.count - place))
            guard written > 0 else { return }
            place += written
        }
    }

    func waitMillisecond() {
        var pause = timespec(tv_sec: 0, tv_nsec: 1_000_000)
        nanosleep(&pause, nil)
    }
}
