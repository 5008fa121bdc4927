import COTLP

/// Walks a message's wire form before protobuf-c does.
///
/// protobuf-c unpacks nested messages by recursion without a limit, so a few kilobytes of nested arrays
/// would overflow the stack. This walk follows the generated descriptors, stops at
/// `TraceCodec.maximumDepth`, and turns away broken lengths on the way. It allocates nothing.
struct WireShape {
    private var bytes: UnsafeRawBufferPointer.SubSequence

    /// Throws unless `bytes` can be handed to protobuf-c as a message with `descriptor`.
    static func check(
        _ bytes: UnsafeRawBufferPointer, against descriptor: UnsafePointer<ProtobufCMessageDescriptor>
    ) throws(OTLPError) {
        try check(bytes[...], against: descriptor, depth: 1)
    }

    private static func check(
        _ bytes: UnsafeRawBufferPointer.SubSequence,
        against descriptor: UnsafePointer<ProtobufCMessageDescriptor>,
        depth: Int
    ) throws(OTLPError) {
        guard depth <= TraceCodec.maximumDepth else { throw .nestedTooDeep }
        var shape = WireShape(bytes: bytes)
        while !shape.bytes.isEmpty {
            let tag = try shape.varint()
            switch tag & 7 {
            case 0: _ = try shape.varint()
            case 1: try shape.skip(8)
            case 5: try shape.skip(4)
            case 2:
                let content = try shape.lengthDelimited()
                if let nested = nestedMessage(number: tag >> 3, of: descriptor) {
                    try check(content, against: nested, depth: depth + 1)
                }
            default: throw .malformed  // groups have been out of use since proto2
            }
        }
    }

    private static func nestedMessage(
        number: UInt64, of descriptor: UnsafePointer<ProtobufCMessageDescriptor>
    ) -> UnsafePointer<ProtobufCMessageDescriptor>? {
        guard number < 1 << 29,
            let field = protobuf_c_message_descriptor_get_field(descriptor, UInt32(number)),
            field.pointee.type == PROTOBUF_C_TYPE_MESSAGE
        else { return nil }
        return field.pointee.descriptor?.assumingMemoryBound(to: ProtobufCMessageDescriptor.self)
    }

    private mutating func varint() throws(OTLPError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: 0, to: 70, by: 7) {
            guard let byte = bytes.popFirst() else { throw .malformed }
            value |= UInt64(byte & 0x7F) << UInt64(shift)
            if byte < 0x80 { return value }
        }
        throw .malformed
    }

    private mutating func skip(_ count: Int) throws(OTLPError) {
        guard bytes.count >= count else { throw .malformed }
        bytes = bytes.dropFirst(count)
    }

    private mutating func lengthDelimited() throws(OTLPError) -> UnsafeRawBufferPointer.SubSequence {
        let length = try varint()
        guard length <= UInt64(bytes.count) else { throw .malformed }
        let content = bytes.prefix(Int(length))
        bytes = bytes.dropFirst(Int(length))
        return content
    }
}
