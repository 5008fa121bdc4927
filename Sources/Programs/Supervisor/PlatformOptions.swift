import Glibc

/// What `todo up` was asked to do.
public struct PlatformOptions: Sendable {
    /// The folder that holds everything of this platform; its name is the platform's name for other commands.
    public var dataFolder: String
    /// First port of a block of 100, or nil for the default ports.
    public var portBase: Int?
    /// What stands between the services.
    public var sidecars: SidecarChoice
    /// The executable that every child runs, normally this very one.
    public var executablePath: String
    /// The environment of the caller; it reaches the roles.
    public var inheritedEnvironment: [String: String]
    /// Start in the background and return when everything is ready.
    public var detach: Bool
    /// Standard output is a terminal: progress is redrawn in place.
    public var isTerminal: Bool
    /// Use ANSI colours.
    public var color: Bool

    /// Options with the defaults of the command line; terminal and colours are found out unless told.
    public init(
        dataFolder: String = ".todo",
        portBase: Int? = nil,
        sidecars: SidecarChoice = .standIn,
        executablePath: String,
        inheritedEnvironment: [String: String],
        detach: Bool = false,
        isTerminal: Bool? = nil,
        color: Bool? = nil
    ) {
        self.dataFolder = dataFolder
        self.portBase = portBase
        self.sidecars = sidecars
        self.executablePath = executablePath
        self.inheritedEnvironment = inheritedEnvironment
        self.detach = detach
        self.isTerminal = isTerminal ?? (isatty(STDOUT_FILENO) == 1)
        self.color = color ?? (self.isTerminal && inheritedEnvironment["NO_COLOR"] == nil)
    }

    /// The hidden mark by which the background process knows itself.
    static let detachedKey = "TODO_DETACHED"

    var isDetachedChild: Bool { inheritedEnvironment[Self.detachedKey] == "1" }
}
