import COTLP

extension MessageWriter {
    /// Packs once, into memory that is surely large enough, and takes what was written.
    ///
    /// To measure first, as protobuf-c wants it, costs more than packing itself.
    func packed<Message>(
        _ message: UnsafeMutablePointer<Message>,
        _ pack: (UnsafePointer<Message>?, UnsafeMutablePointer<UInt8>?) -> Int
    ) -> [UInt8] {
        let buffer = arena.allocate(UInt8.self, count: arena.packedBound)
        let count = pack(message, buffer)
        return Array(UnsafeBufferPointer(start: buffer, count: count))
    }
}

/// A generated function that unpacks a message.
typealias Unpack<Message> = (
    UnsafeMutablePointer<ProtobufCAllocator>?, Int, UnsafePointer<UInt8>?
) -> UnsafeMutablePointer<Message>?

/// Checks the bytes, unpacks them within bounds of memory and gives the message to the reader.
func unpacking<Message, Value>(
    _ bytes: [UInt8], _ initialize: (UnsafeMutablePointer<Message>?) -> Void, _ unpack: Unpack<Message>,
    _ read: (Message) -> Value
) throws(OTLPError) -> Value {
    // Small messages may grow much (a two-byte span is a 200-byte struct), large ones hardly do.
    let budget = 4 * 1024 * 1024 + 16 * bytes.count
    return try BumpArena.withArena(budget: budget) { arena throws(OTLPError) in
        let descriptor = MessageWriter(arena: arena).descriptor(initialize)
        guard let descriptor else { throw .expandsTooMuch }
        let outcome = bytes.withUnsafeBufferPointer { buffer -> Result<Value, OTLPError> in
            do throws(OTLPError) {
                try WireShape.check(UnsafeRawBufferPointer(buffer), against: descriptor)
            } catch {
                return .failure(error)
            }
            let message = arena.withAllocator { unpack($0, buffer.count, buffer.baseAddress) }
            guard let message else { return .failure(arena.isExhausted ? .expandsTooMuch : .malformed) }
            return .success(read(message.pointee))
        }
        return try outcome.get()
    }
}
