import FoundationEssentials
import Yams

/// Finds the files of the sidecar and cuts them into documents.
///
/// A folder is either the tree of this repository, of which the local half is read, or plain files as `daprd
/// --resources-path` takes them.
struct ResourceFolder {
    let path: String

    /// The documents of all files in the order of their names.
    func documents() throws(LocalDaprError) -> (documents: [ResourceNode], mistakes: [ResourceMistake]) {
        var found: [ResourceNode] = []
        var mistakes: [ResourceMistake] = []
        for file in try files() {
            guard let data = try? Data(contentsOf: URL(filePath: file)),
                let text = String(validating: data, as: UTF8.self)
            else { throw .resourcesUnreadable(path: file) }
            switch Self.documents(in: text, file: file) {
            case .success(let documents): found += documents
            case .failure(let mistake): mistakes.append(mistake)
            }
        }
        return (found, mistakes)
    }

    /// Looks where files lie when nobody says: beside the program, else in the checkout it was built in.
    static func standard(executable: String) -> String? {
        var folder = URL(filePath: executable).deletingLastPathComponent()
        for _ in 0..<6 {
            let candidate = folder.appending(path: "dapr")
            if exists(candidate.appending(path: "components").path) { return candidate.path }
            folder = folder.deletingLastPathComponent()
        }
        return nil
    }

    private func files() throws(LocalDaprError) -> [String] {
        let root = URL(filePath: path)
        guard Self.exists(path) else { throw .resourcesUnreadable(path: path) }
        let components = root.appending(path: "components/local").path
        guard Self.exists(components) else { return try Self.yaml(in: path) }
        var files = try Self.yaml(in: components)
        let configuration = root.appending(path: "configuration/local.yaml").path
        if Self.exists(configuration) { files.append(configuration) }
        files += try Self.yaml(in: path)
        let subscriptions = root.appending(path: "subscriptions").path
        if Self.exists(subscriptions) { files += try Self.yaml(in: subscriptions) }
        return files
    }

    private static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    private static func yaml(in folder: String) throws(LocalDaprError) -> [String] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw .resourcesUnreadable(path: folder)
        }
        return names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.sorted().map { name in
            URL(filePath: folder).appending(path: name).path
        }
    }

    /// Several documents may stand in one file; empty ones count, but say nothing.
    static func documents(in text: String, file: String) -> Result<[ResourceNode], ResourceMistake> {
        do {
            // Stepped by hand: the sequence is a value, and only the one that met the error knows of it.
            var sequence = try compose_all(yaml: text)
            var nodes: [Node] = []
            while let node = sequence.next() { nodes.append(node) }
            if let error = sequence.error { throw error }
            let documents = nodes.enumerated().map { index, node in
                ResourceNode(file: file, document: index + 1, path: "", node: node)
            }
            return .success(documents.filter { !ResourceNode.isNull($0.node) })
        } catch {
            let count = text.split(separator: "\n").count { $0 == "---" }
            return .failure(
                ResourceMistake(
                    file: file, document: max(1, count), field: "", problem: line(of: error)))
        }
    }

    /// The line only: the parser's own words quote the text, which may hold a password.
    private static func line(of error: any Error) -> String {
        let mark: Mark? =
            switch error as? YamlError {
            case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark
            case .duplicatedKeysInMapping(_, let context): context.mark
            default: nil
            }
        return "is no YAML" + (mark.map { " (line \($0.line))" } ?? "")
    }
}
