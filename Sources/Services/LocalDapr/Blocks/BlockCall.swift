/// A call of a building block other than pub/sub and invocation, read from method and raw path.
enum BlockCall: Equatable {
    case readState(store: String, key: String)
    case saveState(store: String)
    case deleteState(store: String, key: String)
    case readStates(store: String)
    case changeState(store: String)
    case queryState(store: String)
    case secret(store: String, name: String)
    case secrets(store: String)
    case invokeBinding(name: String)
    case scheduleJob(name: String)
    case readJob(name: String)
    case deleteJob(name: String)

    /// Nil for everything else, which then is looked at as another kind of call.
    init?(method: String, path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        let names = parts.compactMap { PercentCoding.decodePath($0) }
        guard names.count == parts.count, names.count >= 3 else { return nil }
        let isWrite = method == "POST" || method == "PUT"
        let rest = Array(names.dropFirst(2))
        switch (names[0], names[1]) {
        case ("v1.0", "state"): self.init(state: rest, method: method, isWrite: isWrite)
        case ("v1.0-alpha1", "state") where isWrite && rest.count == 2 && rest[1] == "query":
            self = .queryState(store: rest[0])
        case ("v1.0", "secrets") where method == "GET" && rest.count == 2:
            self = rest[1] == "bulk" ? .secrets(store: rest[0]) : .secret(store: rest[0], name: rest[1])
        case ("v1.0", "bindings") where isWrite && rest.count == 1: self = .invokeBinding(name: rest[0])
        case ("v1.0", "jobs") where rest.count == 1, ("v1.0-alpha1", "jobs") where rest.count == 1:
            self.init(job: rest[0], method: method)
        default: return nil
        }
    }

    private init?(state rest: [String], method: String, isWrite: Bool) {
        switch (method, rest.count) {
        case ("GET", 2): self = .readState(store: rest[0], key: rest[1])
        case ("DELETE", 2): self = .deleteState(store: rest[0], key: rest[1])
        case (_, 1) where isWrite: self = .saveState(store: rest[0])
        case (_, 2) where isWrite && rest[1] == "bulk": self = .readStates(store: rest[0])
        case (_, 2) where isWrite && rest[1] == "transaction": self = .changeState(store: rest[0])
        default: return nil
        }
    }

    private init?(job name: String, method: String) {
        switch method {
        case "POST": self = .scheduleJob(name: name)
        case "GET": self = .readJob(name: name)
        case "DELETE": self = .deleteJob(name: name)
        default: return nil
        }
    }

    /// The store a span is told of; nil for calls that concern no state.
    var stateStore: String? {
        switch self {
        case .readState(let store, _), .saveState(let store), .deleteState(let store, _),
            .readStates(let store), .changeState(let store), .queryState(let store):
            store
        default: nil
        }
    }
}
