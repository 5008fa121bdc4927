// The platform on one machine: `todo up`, `todo down`, `todo status`.
//
// What: one supervising process starts a private PostgreSQL, makes databases and logins, runs the migrations, then
// starts traces, sidecar and the roles, each a child process of the same executable. Everything starts in the order
// of readiness and stops in the reverse order.
//
// Why processes: crash isolation, real signals, one metrics page per process; the shape is that of production.
// Why posix_spawn and not swift-subprocess: its child lives inside one structured call that owns the streams. A
// supervised child outlives calls, is restarted, needs its process id recorded at once, its own process group, and
// one end of a pipe that only the supervisor holds. posix_spawn gives exactly this in one file (ChildProcess.swift).
//
// How nobody is left behind: a role reads its standard input, a pipe whose other end only the supervisor holds. When
// the supervisor dies, however hard, the pipe ends and the role stops. PostgreSQL does not read its input: the kernel
// sends it the signal of its fast shutdown (PR_SET_PDEATHSIG by `setpriv`). That signal comes when the *thread* that
// spawned ends, so one thread that never ends spawns everything (SpawningThread). Without `setpriv` a survivor is
// recognised by its `postmaster.pid` and by platform.json, and stopped by the next `todo up` or `todo down`.
//
// What others may know: `<data>/platform.json` (PlatformDescriptor) names ports, process ids and states. Secrets are
// in `<data>/secrets.json` (mode 0600) and reach the children by environment or file, never by argument or log.
// Decisions are pure values (ChildStateMachine, PortLayout, ChildEnvironment, LogLine); actors only carry them out.

/// The commands that start, stop and describe a platform on this machine. Each answers the exit status.
public enum PlatformCommands {
    /// Starts the platform and, unless detached, keeps it running until a signal asks for the end.
    public static func up(_ options: PlatformOptions) async -> Int32 {
        let console = Console.standard
        if options.detach && !options.isDetachedChild {
            return await DetachedLaunch(options: options, console: console).run()
        }
        return await PlatformRun(options: options, console: console).run()
    }

    /// Stops the platform of a data folder and everything it may have left behind.
    public static func down(dataFolder: String) async -> Int32 {
        await StopCommand(folder: DataFolder(dataFolder), console: .standard).run()
    }

    /// Gives the gateway of a data folder a new signing key; earlier ones stay accepted unless they are withdrawn.
    public static func rotateKeys(dataFolder: String, withdrawOld: Bool) async -> Int32 {
        await RotateKeysCommand(folder: DataFolder(dataFolder), console: .standard)
            .run(withdrawOld: withdrawOld)
    }

    /// Tells what runs in a data folder; 0 only if every role and tool is ready.
    public static func status(dataFolder: String, waitSeconds: Int?, json: Bool) async -> Int32 {
        let command = StatusCommand(folder: DataFolder(dataFolder), console: .standard)
        return await command.run(waitSeconds: waitSeconds, json: json)
    }
}
