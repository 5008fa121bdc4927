// Gzip: bodies of requests made small and made whole again, and the only module that knows zlib.
//
// Whole bodies only: what is compressed here (exports of telemetry) is in memory already and bounded. Inflating
// trusts nothing: the caller names the size it can bear, and a stream that would exceed it, is cut short or is no
// gzip at all is an error, never a crash and never a larger allocation.
import CZlib

/// Compresses and restores whole bodies in the gzip format (RFC 1952).
public enum Gzip {
    /// The body in gzip's format; nil only when there is no memory for it.
    ///
    /// - Parameter level: 1 is quick, 9 is small.
    public static func compress(_ bytes: [UInt8], level: Int32 = 1) -> [UInt8]? {
        // zlib counts input in 32 bits.
        guard bytes.count < UInt32.max / 2 else { return nil }
        return withStream { stream in
            guard czlib_start_gzip(stream, max(1, min(level, 9))) == Z_OK else { return nil }
            defer { deflateEnd(stream) }
            // With as much room as zlib may ever need, one call does all.
            let room = Int(deflateBound(stream, UInt(bytes.count)))
            return feeding(stream, bytes) {
                var status = Z_OK
                let result = output(of: stream, room: room) { status = deflate(stream, Z_FINISH) }
                return status == Z_STREAM_END ? result : nil
            }
        }
    }

    /// The body that was compressed.
    ///
    /// - Parameter limit: the most bytes that it may have.
    public static func decompress(_ bytes: [UInt8], limit: Int) throws(GzipError) -> [UInt8] {
        guard bytes.count < UInt32.max / 2 else { throw .tooLarge(limit: limit) }
        let result = withStream { stream -> Result<[UInt8], GzipError> in
            guard czlib_start_gunzip(stream) == Z_OK else { return .failure(.malformed) }
            defer { inflateEnd(stream) }
            return feeding(stream, bytes) { inflateAll(stream, limit: limit) }
        }
        return try result.get()
    }

    private typealias Stream = UnsafeMutablePointer<z_stream>

    private static let step = 64 * 1024

    private static func inflateAll(_ stream: Stream, limit: Int) -> Result<[UInt8], GzipError> {
        var result: [UInt8] = []
        while true {
            var status = Z_OK
            let piece = output(of: stream, room: step) { status = inflate(stream, Z_NO_FLUSH) }
            guard result.count + piece.count <= limit else { return .failure(.tooLarge(limit: limit)) }
            result += piece
            switch status {
            case Z_STREAM_END where stream.pointee.avail_in > 0:
                // A gzip stream may have several members, one after the other.
                guard inflateReset(stream) == Z_OK else { return .failure(.malformed) }
            case Z_STREAM_END: return .success(result)
            // Without progress the stream ended too early.
            case Z_OK where !piece.isEmpty || stream.pointee.avail_in > 0: continue
            default: return .failure(.malformed)
            }
        }
    }

    /// zlib keeps a pointer to the stream within it, so the stream must not move.
    private static func withStream<Value>(_ body: (Stream) -> Value) -> Value {
        let stream = Stream.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        defer { stream.deallocate() }
        return body(stream)
    }

    private static func feeding<Value>(_ stream: Stream, _ bytes: [UInt8], _ body: () -> Value) -> Value {
        bytes.withUnsafeBufferPointer { source in
            // zlib only reads here; its declaration is older than `const`.
            stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
            stream.pointee.avail_in = UInt32(source.count)
            return body()
        }
    }

    private static func output(of stream: Stream, room: Int, _ work: () -> Void) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            stream.pointee.next_out = buffer.baseAddress
            stream.pointee.avail_out = UInt32(buffer.count)
            work()
            count = buffer.count - Int(stream.pointee.avail_out)
        }
    }
}

/// Why a body could not be restored.
public enum GzipError: Error, Sendable, Hashable {
    /// Not gzip, damaged, or cut short.
    case malformed
    /// More bytes than the caller can bear.
    case tooLarge(limit: Int)
}

extension GzipError: CustomStringConvertible {
    /// What is wrong, without any of the bytes.
    public var description: String {
        switch self {
        case .malformed: "not a whole gzip stream"
        case .tooLarge(let limit): "more than \(limit) bytes when uncompressed"
        }
    }
}
