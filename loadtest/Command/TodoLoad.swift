import ArgumentParser

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// The program `todo-load`.
@main
struct TodoLoad: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "todo-load",
        abstract: "Loads a running platform as its users would, and judges its service objectives.",
        discussion: """
            Exit status: 0 when every objective and every check was met, 1 when one was missed, 2 when the run is \
            invalid: no platform, wrong options, or the generator itself was the bottleneck.
            """,
        subcommands: [
            RunCommand.self, CompareCommand.self, ReportCommand.self, AddressCommand.self, FaultsCommand.self,
            ModelCommand.self,
        ],
        defaultSubcommand: RunCommand.self)

    /// Wrong options are an invalid run, whatever number the parser's own convention has for them.
    static func main() async {
        // Whoever reads the output may be gone; the run and its report are not.
        signal(SIGPIPE, SIG_IGN)
        OpenFiles.raiseLimit()
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as LoadFailure {
            Console.error("todo-load: \(failure)")
            leave(2)
        } catch let code as ExitCode {
            leave(code.rawValue)
        } catch {
            guard exitCode(for: error) != .success else { exit(withError: error) }
            Console.error(fullMessage(for: error))
            leave(2)
        }
    }
}
