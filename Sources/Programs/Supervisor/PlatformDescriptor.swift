import FoundationEssentials

/// What `<data>/platform.json` says: where a running platform listens and which processes it consists of.
public struct PlatformDescriptor: Codable, Sendable, Equatable {
    /// How far the platform as a whole is.
    public enum Phase: String, Codable, Sendable {
        /// Children are being started.
        case starting
        /// Everything was ready once.
        case ready
        /// The end was asked for.
        case stopping
    }

    /// How far the platform is.
    public var phase: Phase
    /// The ports, all of them derived from the base.
    public var ports: PortLayout
    /// The process that supervises the others.
    public var supervisor: ProcessIdentity
    /// Version and broker of real Dapr; nil with the stand-in.
    public var dapr: String?
    /// The children and the steps of starting, in the order of starting.
    public var processes: [ProcessRecord]

    /// The first port of the block; nil with the default ports.
    public var portBase: Int? { ports.base }

    /// An address such as `address("gateway", "http")`.
    public func address(_ process: String, _ kind: String = "http") -> String? {
        processes.first { $0.name == process }?.addresses[kind]
    }

    /// Reads the descriptor of a data folder; nil when no platform runs there.
    public static func load(dataFolder: String) throws -> PlatformDescriptor? {
        try load(DataFolder(dataFolder))
    }

    static func load(_ folder: DataFolder) throws -> PlatformDescriptor? {
        guard let bytes = FileAccess.read(folder.descriptor) else { return nil }
        do {
            return try JSONDecoder().decode(PlatformDescriptor.self, from: Data(bytes))
        } catch {
            throw SupervisorError.damagedFile(path: folder.descriptor)
        }
    }

    func save(to folder: DataFolder) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try FileAccess.replace(folder.descriptor, with: [UInt8](encoder.encode(self)), mode: 0o644)
    }
}

/// One child process, or one step of starting, as it stands.
public struct ProcessRecord: Codable, Sendable, Equatable {
    /// What kind of work it is.
    public enum Kind: String, Codable, Sendable {
        /// A service of the platform.
        case role
        /// A process that the roles need on a developer's machine.
        case tool
        /// Work done once while starting; no process remains.
        case step
    }

    /// The life of a child as others see it.
    public enum State: String, Codable, Sendable {
        /// Its turn has not come.
        case waiting
        /// Started, not ready yet.
        case starting
        /// Ready for work.
        case ready
        /// Ended unasked; starts again after a pause.
        case restarting
        /// Ends again and again; starts again after a longer pause.
        case crashLooping = "crash-looping"
        /// Asked to end.
        case stopping
        /// Ended.
        case stopped
        /// Given up.
        case failed
    }

    /// The role or tool.
    public var name: String
    /// Role, tool or step.
    public var kind: Kind
    /// Where it stands.
    public var state: State
    /// The running process, if one runs.
    public var process: ProcessIdentity?
    /// Where it listens, by purpose.
    public var addresses: [String: String]
    /// How long it took to become ready the first time.
    public var startMilliseconds: Int?
    /// How often it had to be started again.
    public var restarts: Int
    /// What it said last, while it ends again and again.
    public var lastLines: [String]?

    var adminPort: Int? { addresses["admin"]?.split(separator: ":").last.flatMap { Int($0) } }

    init(name: String, kind: Kind, addresses: [String: String] = [:]) {
        self.name = name
        self.kind = kind
        state = .waiting
        self.addresses = addresses
        restarts = 0
    }
}
