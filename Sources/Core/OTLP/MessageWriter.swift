import COTLP

/// Builds the C structs of outgoing messages in an arena.
struct MessageWriter {
    let arena: BumpArena

    /// One message with its defaults.
    func make<Message>(_ initialize: (UnsafeMutablePointer<Message>?) -> Void) -> UnsafeMutablePointer<
        Message
    > {
        makeSideBySide(1, initialize)
    }

    /// Several messages with their defaults.
    private func makeSideBySide<Message>(
        _ count: Int, _ initialize: (UnsafeMutablePointer<Message>?) -> Void
    ) -> UnsafeMutablePointer<Message> {
        let messages = arena.allocate(Message.self, count: count)
        initialize(messages)
        // A copy of the first is cheaper than another call of generated code.
        (messages + 1).initialize(repeating: messages.pointee, count: count - 1)
        arena.expectMessages(count, ofFields: Int(descriptor(of: messages).pointee.n_fields))
        return messages
    }

    /// The generated description of a message; an initialised message is where C keeps it.
    func descriptor<Message>(
        _ initialize: (UnsafeMutablePointer<Message>?) -> Void
    ) -> UnsafePointer<ProtobufCMessageDescriptor>? {
        descriptor(of: make(initialize))
    }

    private func descriptor<Message>(
        of message: UnsafeMutablePointer<Message>
    ) -> UnsafePointer<ProtobufCMessageDescriptor> {
        // Every generated struct begins with its `ProtobufCMessage`.
        UnsafeRawPointer(message).load(as: ProtobufCMessage.self).descriptor
    }

    typealias List<Message> = (Int, UnsafeMutablePointer<UnsafeMutablePointer<Message>?>?)

    /// A repeated field: the messages side by side, and the list of pointers to them that protobuf-c wants.
    func list<Value, Message>(
        _ values: [Value], _ initialize: (UnsafeMutablePointer<Message>?) -> Void,
        _ fill: (inout Message, Value) -> Void
    ) -> List<Message> {
        guard !values.isEmpty else { return (0, nil) }
        let messages = makeSideBySide(values.count, initialize)
        let pointers = arena.allocate(UnsafeMutablePointer<Message>?.self, count: values.count)
        for index in values.indices {
            let message = messages + index
            fill(&message.pointee, values[index])
            (pointers + index).initialize(to: message)
        }
        return (values.count, pointers)
    }

    func text(_ value: String) -> ProtobufCBinaryData {
        if let copied = value.utf8.withContiguousStorageIfAvailable({ data($0) }) { return copied }
        return data(Array(value.utf8))
    }

    func data(_ value: [UInt8]) -> ProtobufCBinaryData {
        value.withUnsafeBufferPointer { data($0) }
    }

    private func data(_ source: UnsafeBufferPointer<UInt8>) -> ProtobufCBinaryData {
        guard let start = source.baseAddress, !source.isEmpty else { return ProtobufCBinaryData() }
        arena.expectContent(source.count)
        let copy = arena.allocate(UInt8.self, count: source.count)
        copy.initialize(from: start, count: source.count)
        return ProtobufCBinaryData(len: source.count, data: copy)
    }

    func bigEndian(_ words: UInt64...) -> ProtobufCBinaryData {
        let count = words.count * 8
        arena.expectContent(count)
        let copy = arena.allocate(UInt8.self, count: count)
        for (index, word) in words.enumerated() {
            UnsafeMutableRawPointer(copy).storeBytes(
                of: word.bigEndian, toByteOffset: index * 8, as: UInt64.self)
        }
        return ProtobufCBinaryData(len: count, data: copy)
    }
}

extension MessageWriter {
    func fill(_ message: inout TodoOtlp__ResourceSpans, from value: ResourceSpans) {
        message.resource = resource(value.resource)
        (message.n_scope_spans, message.scope_spans) =
            list(value.scopeSpans, todo_otlp__scope_spans__init, fill)
        message.schema_url = text(value.schemaURL)
    }

    func fill(_ message: inout TodoOtlp__ScopeSpans, from value: ScopeSpans) {
        message.scope = scope(value.scope)
        (message.n_spans, message.spans) = list(value.spans, todo_otlp__span__init, fill)
        message.schema_url = text(value.schemaURL)
    }

    func fill(_ message: inout TodoOtlp__Span, from value: Span) {
        message.trace_id = bigEndian(value.traceID.high, value.traceID.low)
        message.span_id = bigEndian(value.spanID.value)
        message.trace_state = text(value.traceState)
        if let parent = value.parentSpanID { message.parent_span_id = bigEndian(parent.value) }
        message.name = text(value.name)
        message.kind = value.kind.rawValue
        message.start_time_unix_nano = value.startTimeUnixNano
        message.end_time_unix_nano = value.endTimeUnixNano
        (message.n_attributes, message.attributes) = attributes(value.attributes)
        message.dropped_attributes_count = value.droppedAttributesCount
        (message.n_events, message.events) = list(value.events, todo_otlp__event__init, fill)
        message.dropped_events_count = value.droppedEventsCount
        (message.n_links, message.links) = list(value.links, todo_otlp__link__init, fill)
        message.dropped_links_count = value.droppedLinksCount
        if value.status != .unset || !value.statusMessage.isEmpty {
            let status = make(todo_otlp__span_status__init)
            status.pointee.code = value.status.rawValue
            status.pointee.message = text(value.statusMessage)
            message.status = status
        }
        message.flags = value.flags
    }

    private func fill(_ message: inout TodoOtlp__Event, from value: SpanEvent) {
        message.time_unix_nano = value.timeUnixNano
        message.name = text(value.name)
        (message.n_attributes, message.attributes) = attributes(value.attributes)
        message.dropped_attributes_count = value.droppedAttributesCount
    }

    private func fill(_ message: inout TodoOtlp__Link, from value: Link) {
        message.trace_id = bigEndian(value.traceID.high, value.traceID.low)
        message.span_id = bigEndian(value.spanID.value)
        message.trace_state = text(value.traceState)
        (message.n_attributes, message.attributes) = attributes(value.attributes)
        message.dropped_attributes_count = value.droppedAttributesCount
        message.flags = value.flags
    }
}

extension MessageWriter {
    func resource(_ value: Resource) -> UnsafeMutablePointer<TodoOtlp__Resource> {
        let resource = make(todo_otlp__resource__init)
        (resource.pointee.n_attributes, resource.pointee.attributes) = attributes(value.attributes)
        return resource
    }

    func scope(_ value: InstrumentationScope) -> UnsafeMutablePointer<TodoOtlp__Scope> {
        let scope = make(todo_otlp__scope__init)
        scope.pointee.name = text(value.name)
        scope.pointee.version = text(value.version)
        (scope.pointee.n_attributes, scope.pointee.attributes) = attributes(value.attributes)
        return scope
    }

    func value(_ value: AttributeValue) -> UnsafeMutablePointer<TodoOtlp__AnyValue> {
        let message = make(todo_otlp__any_value__init)
        fill(&message.pointee, from: value)
        return message
    }

    func attributes(_ values: [Attribute]) -> List<TodoOtlp__KeyValue> {
        guard !values.isEmpty else { return (0, nil) }
        // Most of a batch is attributes: their values lie side by side as well.
        let contents = makeSideBySide(values.count, todo_otlp__any_value__init)
        let attributes = list(values, todo_otlp__key_value__init) { message, attribute in
            message.key = text(attribute.key)
        }
        for index in values.indices {
            fill(&contents[index], from: values[index].value)
            attributes.1?[index]?.pointee.value = contents + index
        }
        return attributes
    }

    private func fill(_ message: inout TodoOtlp__AnyValue, from value: AttributeValue) {
        switch value {
        case .string(let string):
            message.value_case = TODO_OTLP__ANY_VALUE__VALUE_STRING_VALUE
            message.string_value = text(string)
        case .bool(let bool):
            message.value_case = TODO_OTLP__ANY_VALUE__VALUE_BOOL_VALUE
            message.bool_value = bool ? 1 : 0
        case .int(let int):
            message.value_case = TODO_OTLP__ANY_VALUE__VALUE_INT_VALUE
            message.int_value = int
        case .double(let double):
            message.value_case = TODO_OTLP__ANY_VALUE__VALUE_DOUBLE_VALUE
            message.double_value = double
        case .bytes(let bytes):
            message.value_case = TODO_OTLP__ANY_VALUE__VALUE_BYTES_VALUE
            message.bytes_value = data(bytes)
        case .array(let values):
            let array = make(todo_otlp__array_value__init)
            (array.pointee.n_values, array.pointee.values) = list(values, todo_otlp__any_value__init, fill)
            message.value_case = TODO_OTLP__ANY_VALUE__VALUE_ARRAY_VALUE
            message.array_value = array
        case .map(let entries):
            let map = make(todo_otlp__key_value_list__init)
            (map.pointee.n_values, map.pointee.values) = attributes(entries)
            message.value_case = TODO_OTLP__ANY_VALUE__VALUE_MAP_VALUE
            message.map_value = map
        case .empty:
            break
        }
    }
}
