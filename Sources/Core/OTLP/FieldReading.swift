import COTLP

// What all messages are made of, from unpacked C structs to plain values.

extension TraceID {
    /// Nil unless it names a trace.
    init?(_ data: ProtobufCBinaryData) {
        self.init(bytes: UnsafeBufferPointer(start: data.data, count: data.len))
        guard isValid else { return nil }
    }
}

extension SpanID {
    /// Nil unless it names a span.
    init?(_ data: ProtobufCBinaryData) {
        self.init(bytes: UnsafeBufferPointer(start: data.data, count: data.len))
        guard isValid else { return nil }
    }
}

extension Resource {
    init(_ message: UnsafeMutablePointer<TodoOtlp__Resource>?) {
        self.init(
            attributes: OTLP.attributes(message?.pointee.attributes, message?.pointee.n_attributes ?? 0))
    }
}

extension InstrumentationScope {
    init(_ message: UnsafeMutablePointer<TodoOtlp__Scope>?) {
        let scope = message?.pointee
        self.init(
            name: scope.map { string($0.name) } ?? "", version: scope.map { string($0.version) } ?? "",
            attributes: OTLP.attributes(scope?.attributes, scope?.n_attributes ?? 0))
    }
}

func attributes(
    _ list: UnsafeMutablePointer<UnsafeMutablePointer<TodoOtlp__KeyValue>?>?, _ count: Int
) -> [Attribute] {
    elements(list, count).map { Attribute(string($0.pointee.key), value($0.pointee.value)) }
}

func value(_ message: UnsafeMutablePointer<TodoOtlp__AnyValue>?) -> AttributeValue {
    guard let message = message?.pointee else { return .empty }
    switch message.value_case {
    case TODO_OTLP__ANY_VALUE__VALUE_STRING_VALUE: return .string(string(message.string_value))
    case TODO_OTLP__ANY_VALUE__VALUE_BOOL_VALUE: return .bool(message.bool_value != 0)
    case TODO_OTLP__ANY_VALUE__VALUE_INT_VALUE: return .int(message.int_value)
    case TODO_OTLP__ANY_VALUE__VALUE_DOUBLE_VALUE: return .double(message.double_value)
    case TODO_OTLP__ANY_VALUE__VALUE_BYTES_VALUE:
        return .bytes(
            Array(UnsafeBufferPointer(start: message.bytes_value.data, count: message.bytes_value.len)))
    case TODO_OTLP__ANY_VALUE__VALUE_ARRAY_VALUE:
        guard let array = message.array_value?.pointee else { return .array([]) }
        return .array(elements(array.values, array.n_values).map { value($0) })
    case TODO_OTLP__ANY_VALUE__VALUE_MAP_VALUE:
        guard let map = message.map_value?.pointee else { return .map([]) }
        return .map(attributes(map.values, map.n_values))
    default: return .empty
    }
}

/// The messages of a repeated field.
///
/// A closure, not the key path `\.self`: that would be built anew on each call, which was most of decoding.
func elements<Message>(
    _ list: UnsafeMutablePointer<UnsafeMutablePointer<Message>?>?, _ count: Int
) -> [UnsafeMutablePointer<Message>] {
    UnsafeBufferPointer(start: list, count: list == nil ? 0 : count).compactMap { $0 }
}

/// Text as it was sent; invalid UTF-8 is repaired rather than refused.
func string(_ data: ProtobufCBinaryData) -> String {
    String(
        decoding: UnsafeBufferPointer(start: data.data, count: data.data == nil ? 0 : data.len), as: UTF8.self
    )
}
