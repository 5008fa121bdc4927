public import EventFlow

// By hand, members in order of their names: a tree of five thousand spans has a hundred thousand values, and a general
// encoder takes a microsecond and more for each.

extension TraceTree: JSONWritable {
    public func write(to json: inout JSONOutput) {
        json.object { json in
            json.member("roots", roots)
            json.member("traceId", traceId)
        }
    }
}

extension TraceTree.Node: JSONWritable {
    public func write(to json: inout JSONOutput) {
        json.object { json in
            json.name("attributes")
            json.append(attributes)
            json.member("children", children)
            json.name("durationNano")
            json.appendUnsigned(durationNano)
            json.member("events", events)
            json.member("kind", kind)
            json.member("links", links)
            json.member("name", name)
            json.member("parentSpanId", parentSpanId)
            json.member("scope", scope)
            json.member("service", service)
            json.member("spanId", spanId)
            json.name("startUnixNano")
            json.appendUnsigned(startUnixNano)
            json.member("status", status)
            json.member("statusMessage", statusMessage)
        }
    }
}

extension TraceTree.Event: JSONWritable {
    public func write(to json: inout JSONOutput) {
        json.object { json in
            json.name("attributes")
            json.append(attributes)
            json.member("name", name)
            json.name("timeUnixNano")
            json.appendUnsigned(timeUnixNano)
        }
    }
}

extension TraceTree.Link: JSONWritable {
    public func write(to json: inout JSONOutput) {
        json.object { json in
            json.name("attributes")
            json.append(attributes)
            json.member("spanId", spanId)
            json.member("traceId", traceId)
        }
    }
}

extension TraceValue: JSONWritable {
    public func write(to json: inout JSONOutput) {
        switch self {
        case .null: json.appendNull()
        case .bool(let bool): json.appendJSON(bool ? "true" : "false")
        case .int(let int): json.append(int)
        case .double(let double): double.isFinite ? json.appendJSON("\(double)") : json.appendNull()
        case .string(let text): json.append(text)
        case .array(let values): json.array(values)
        case .object(let members): json.append(members)
        }
    }
}

extension JSONOutput {
    fileprivate mutating func append(_ members: [String: TraceValue]) {
        object { json in
            for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                json.foreignName(name)
                value.write(to: &json)
            }
        }
    }
}
