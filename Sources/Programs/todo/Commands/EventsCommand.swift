import ArgumentParser

/// What can be asked about events.
struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Look into the events between services.",
        subcommands: [EventSchemaCommand.self])
}
