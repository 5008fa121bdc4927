// A connection without HTTP in it: for clients that are slow, rude or gone.
import Dispatch
import Glibc

/// One TCP connection to the loopback address; the test writes its bytes itself.
public struct RawConnection: Sendable {
    /// Why there is no connection: the number of the system's error.
    public struct Refused: Error {
        public let code: Int32
    }

    private let descriptor: Int32

    /// Connects.
    public init(port: Int) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Refused(code: errno) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let failed = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) != 0
            }
        }
        guard !failed else {
            let code = errno
            Glibc.close(descriptor)
            throw Refused(code: code)
        }
        self.descriptor = descriptor
    }

    /// Sends bytes; false if the other side has gone.
    @discardableResult
    public func send(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.send(
                    descriptor, buffer.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Everything that comes until the other side closes, the text is complete, or a minute has passed.
    public func read(
        until isComplete: @escaping @Sendable (String) -> Bool = { _ in false }
    ) async -> String {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: readNow(isComplete)) }
        }
    }

    private func readNow(_ isComplete: (String) -> Bool) -> String {
        var received: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline, !isComplete(String(decoding: received, as: UTF8.self)) {
            var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&watched, 1, 1000) > 0 else { continue }
            let count = recv(descriptor, &piece, piece.count, 0)
            guard count > 0 else { break }
            received += piece[..<count]
        }
        return String(decoding: received, as: UTF8.self)
    }

    /// Closes it as a program does that is done.
    public func close() {
        Glibc.close(descriptor)
    }

    /// Closes it as a program does that crashed: the other side hears of it at once.
    public func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        Glibc.close(descriptor)
    }
}

/// Descriptors of the test process.
public enum Descriptors {
    /// Raises the limit as far as the system allows, and gives the new one.
    public static func raiseLimit() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_cur)
    }
}
