import Hummingbird
import NIOCore

/// A body on its way into memory, within the limits of the request and of the port.
struct IncomingBody: Sendable {
    struct TooLong: Error {}

    let pieces: RequestBody
    let limit: Int
    /// Nil where requests come from no port, as in tests.
    let load: ServerLoad?

    /// All of it.
    ///
    /// - Throws: `TooLong`, 408 when the time is over, 503 when the port has no room, or what broke it off.
    func whole(within time: Duration) async throws -> [UInt8] {
        try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
            group.addTask { try await collect() }
            group.addTask {
                try await Task.sleep(for: time)
                return nil
            }
            defer { group.cancelAll() }
            guard let bytes = try await group.next() ?? nil else {
                throw Problem(.requestTimeout, "the body did not come in time")
            }
            return bytes
        }
    }

    private func collect() async throws -> [UInt8] {
        var bytes: [UInt8] = []
        // Whole bodies are not counted any more: they are at work, and how many those may be is limited elsewhere.
        defer { load?.release(bytes.count) }
        for try await piece in pieces {
            guard bytes.count + piece.readableBytes <= limit else { throw TooLong() }
            try load?.reserve(piece.readableBytes)
            bytes.append(contentsOf: piece.readableBytesView)
        }
        return bytes
    }
}
