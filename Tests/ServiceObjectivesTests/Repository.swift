import Foundation
import ServiceObjectives
import Testing

/// The repository's files, which these tests hold together.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func path(_ path: String) -> String { root.appending(path: path).path }

    static func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: root.appending(path: path)), as: UTF8.self)
    }

    /// Names of files below a folder with an ending, sorted.
    static func names(in folder: String, ending: String) -> [String] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: path(folder))) ?? []
        return all.filter { $0.hasSuffix(ending) }.sorted()
    }

    static func objectives() throws -> ServiceObjectives {
        try ServiceObjectives(json: try Data(contentsOf: root.appending(path: "loadtest/slo.json")))
    }
}

/// Programs of Debian's packages, which `make test` installs.
enum Tools {
    static let promtool = "/usr/bin/promtool"
    static let prometheus = "/usr/bin/prometheus"
    static let amtool = "/usr/bin/amtool"
    static let alertmanager = "/usr/bin/prometheus-alertmanager"
    /// An environment with the packages of scripts/install-python.sh.
    static let python = Repository.path(".build/python/bin/python3")

    static func has(_ path: String) -> Bool { access(path, X_OK) == 0 }
}

/// A folder that is gone when the test is.
struct TemporaryFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "slo-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    func path(_ name: String) -> String { url.appending(path: name).path }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: url.appending(path: name))
    }

    func remove() { try? FileManager.default.removeItem(at: url) }
}
