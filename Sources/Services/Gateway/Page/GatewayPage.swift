import ServiceKit

// Where the page's files lie, and what is put into them: the rest of serving files is the frame's.

extension WebFolder.Place {
    static let gateway = WebFolder.Place(
        setting: GatewaySettings.webRoot, besideProgram: "web", inSources: "Sources/Services/Gateway/Web")
}

extension WebTree {
    private static let inspectorPlace = "{{inspector}}"
    private static let fixedNames = ["favicon.svg", "sw.js", "manifest.webmanifest", "robots.txt"]

    /// - Parameter inspector: where people look at traces.
    init(files: [String: [UInt8]], inspector: TraceInspector? = nil) {
        self.init(
            files: files, fixedNames: Self.fixedNames,
            placed: [Self.inspectorPlace: inspector?.attributeValue ?? ""])
    }
}
