#if LocalTools
    import ArgumentParser
    import Supervisor

    /// Works on the keys of a platform on this machine.
    struct KeysCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "keys", abstract: "Change the keys that tokens are signed with.",
            subcommands: [Rotate.self])

        struct Rotate: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                commandName: "rotate",
                abstract: "Give the gateway a new signing key, and start it anew with it.",
                discussion: """
                    Tokens of earlier keys are accepted until they have expired: keys that have not signed for ten \
                    minutes are left out when the gateway starts. While the gateway starts, connections to it are \
                    refused for a moment; no request that it has taken fails. Without a running platform the next \
                    start signs with the new key.
                    """)

            @OptionGroup var platform: PlatformFlags

            @Flag(
                help:
                    "Withdraw the earlier keys at once: everybody has to refresh. For a key that was stolen.")
            var withdrawOld = false

            func run() async throws {
                throw ExitCode(
                    await PlatformCommands.rotateKeys(dataFolder: platform.data, withdrawOld: withdrawOld))
            }
        }
    }
#endif
