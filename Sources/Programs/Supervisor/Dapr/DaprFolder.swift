import FoundationEssentials

/// The folder of files that sidecars are told what to do by: the tree `dapr/`, or plain YAML files.
struct DaprFolder: Sendable {
    let path: String

    /// The same rule as the stand-in's: where the caller says, else beside the program, else in its checkout.
    static func find(
        _ environment: [String: String], executable: String
    ) throws(SupervisorError) -> DaprFolder {
        if let chosen = environment["TODO_SIDECAR_RESOURCES"], !chosen.isEmpty {
            return DaprFolder(path: chosen)
        }
        var folder = URL(filePath: executable).deletingLastPathComponent()
        for _ in 0..<6 {
            let candidate = folder.appending(path: "dapr").path
            if FileAccess.exists(candidate + "/components") { return DaprFolder(path: candidate) }
            folder = folder.deletingLastPathComponent()
        }
        throw .daprFilesMissing(path: nil)
    }

    /// Of the tree the half for one machine is read, with the configuration for sidecars without certificates.
    func files() throws(SupervisorError) -> [DaprFile] {
        guard FileAccess.exists(path) else { throw .daprFilesMissing(path: path) }
        let components = path + "/components/local"
        guard FileAccess.exists(components) else { return try read(yaml(in: path)) }
        var found = try yaml(in: components) + [path + "/configuration/daprd.yaml"] + yaml(in: path)
        if FileAccess.exists(path + "/subscriptions") { found += try yaml(in: path + "/subscriptions") }
        return try read(found)
    }

    private func yaml(in folder: String) throws(SupervisorError) -> [String] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw .daprFilesMissing(path: folder)
        }
        return names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.sorted().map {
            "\(folder)/\($0)"
        }
    }

    private func read(_ paths: [String]) throws(SupervisorError) -> [DaprFile] {
        var files: [DaprFile] = []
        for path in paths {
            guard let bytes = FileAccess.read(path), let text = String(validating: bytes, as: UTF8.self)
            else {
                throw .daprFilesMissing(path: path)
            }
            files.append(DaprFile(path: path, text: text))
        }
        return files
    }
}

/// One file with one or more YAML documents.
struct DaprFile: Sendable, Equatable {
    let path: String
    let text: String
}
