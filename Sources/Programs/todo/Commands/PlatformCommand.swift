#if LocalTools
    import ArgumentParser
    import FoundationEssentials
    import Glibc
    import Supervisor

    /// Starts the whole platform on this machine.
    struct UpCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "up", abstract: "Start the whole platform on this machine.",
            discussion:
                "Runs until Ctrl-C, or in the background with --detach. Nothing outside the data folder is changed."
        )

        @OptionGroup var platform: PlatformFlags

        @OptionGroup var sidecars: SidecarFlags

        @Flag(help: "Return when the platform is ready, and leave it running.")
        var detach = false

        func run() async throws {
            throw ExitCode(
                await PlatformCommands.up(platform.options(sidecars: sidecars.choice, detach: detach)))
        }
    }

    /// Stops a platform.
    struct DownCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "down", abstract: "Stop a platform that runs on this machine.")

        @OptionGroup var platform: PlatformFlags

        func run() async throws {
            throw ExitCode(await PlatformCommands.down(dataFolder: platform.data))
        }
    }

    /// Tells how a platform is.
    struct StatusCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "status", abstract: "Tell how a platform is: exit status 0 when everything is ready."
        )

        @OptionGroup var platform: PlatformFlags

        @Option(name: .customLong("wait"), help: "Wait up to this many seconds until everything is ready.")
        var waitSeconds: Int?

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            throw ExitCode(
                await PlatformCommands.status(dataFolder: platform.data, waitSeconds: waitSeconds, json: json)
            )
        }
    }

    extension PlatformFlags {
        func options(sidecars: SidecarChoice, detach: Bool) -> PlatformOptions {
            PlatformOptions(
                dataFolder: data, portBase: portBase, sidecars: sidecars, executablePath: Self.ownPath,
                inheritedEnvironment: ProcessInfo.processInfo.environment, detach: detach,
                isTerminal: isatty(STDOUT_FILENO) == 1)
        }

        /// The program to start children with: this one, wherever it was called from.
        private static var ownPath: String {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
                ?? CommandLine.arguments[0]
        }
    }
#endif
