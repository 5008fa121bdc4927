/// What people want to know once the platform stands. The password goes to the terminal of `todo up` and nowhere else.
struct Announcement: Sendable {
    let descriptor: PlatformDescriptor
    let folder: DataFolder
    let palette: Palette

    func print(_ console: Console, demoPassword: String?) {
        var text = "\n  \(palette.bold("The platform is ready."))\n\n"
        if let gateway = descriptor.address("gateway") {
            text += "  Page      \(gateway)/\n  API       \(gateway)/api/v1\n"
        }
        if let traces = descriptor.address(ToolNames.traces) { text += "  Traces    \(traces)/\n" }
        if let dapr = descriptor.dapr { text += "  Dapr      \(dapr)\n" }
        if let demoPassword {
            text += "  Sign in   \(PlatformSecrets.demoEmail)  password  \(demoPassword)\n"
        }
        // Only where PostgreSQL could not reach the data folder.
        let cluster = PrivatePostgres.elsewhere(folder)
        if FileAccess.exists(cluster) { text += "  Database  \(cluster)\n" }
        text += "  Logs      \(folder.logs)\n\n"
        text += "  See the newest request as a tree:  todo trace --data \(folder.path)\n"
        console.line(text)
    }
}
