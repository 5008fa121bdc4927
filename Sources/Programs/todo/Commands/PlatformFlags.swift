import ArgumentParser

/// Which platform a command is about.
struct PlatformFlags: ParsableArguments {
    @Option(help: "The folder that holds the platform's data, and names it.")
    var data = ".todo"

    @Option(help: "Move all ports into one block of 100, beginning here.")
    var portBase: Int?

    func validate() throws {
        if let portBase, !(1024...65400).contains(portBase) {
            throw ValidationError("--port-base must be from 1024 to 65400")
        }
        if data.isEmpty { throw ValidationError("--data must name a folder") }
    }
}
