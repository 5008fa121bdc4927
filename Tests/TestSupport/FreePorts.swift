import Glibc
import Synchronization

/// Ports that nobody listens on, below the range that the kernel hands out itself.
public enum FreePorts {
    /// No block was free.
    public struct Exhausted: Error {}

    private static let given = Mutex<Set<Int>>([])

    /// The first port of a block that is free as a whole and was not given out before.
    public static func block(of count: Int) throws -> Int {
        for _ in 0..<200 {
            let base = 12_000 + Int.random(in: 0..<(19_000 / count)) * count
            guard given.withLock({ $0.insert(base).inserted }) else { continue }
            if (base..<base + count).allSatisfy(isFree) { return base }
        }
        throw Exhausted()
    }

    /// One free port.
    public static func one() throws -> Int {
        try block(of: 10)
    }

    private static func isFree(_ port: Int) -> Bool {
        guard let listener = try? BusyPort(port: port) else { return false }
        listener.close()
        return true
    }
}

/// A port that is taken, for as long as it is not closed.
public struct BusyPort: Sendable {
    /// The port cannot be bound.
    public struct Refused: Error {}

    private let descriptor: Int32

    /// Listens on a port of the loopback address.
    public init(port: Int) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Refused() }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard bound == 0, listen(descriptor, 1) == 0 else {
            Glibc.close(descriptor)
            throw Refused()
        }
        self.descriptor = descriptor
    }

    /// Gives the port back.
    public func close() {
        Glibc.close(descriptor)
    }
}
