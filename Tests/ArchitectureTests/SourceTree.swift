import Foundation

/// The repository as text, for checks that look at the sources themselves.
struct SourceTree {
    /// One source file.
    struct File {
        /// Relative to the repository's root, such as `Sources/Core/OTLP/Messages.swift`.
        let path: String
        let lines: [Substring]

        var name: String { String(path.split(separator: "/").last ?? "") }

        /// The modules the file imports.
        var imports: [String] {
            lines.compactMap { line in
                var words = line.split(separator: " ")[...]
                while let first = words.first, first.hasPrefix("@") || ["public", "internal"].contains(first)
                {
                    words = words.dropFirst()
                }
                guard words.first == "import", let module = words.dropFirst().last else { return nil }
                return String(module.split(separator: ".").first ?? module)
            }
        }
    }

    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    let files: [File]

    /// Reads every file with one of the endings below the folders.
    init(_ folders: [String] = ["Sources", "Tests", "loadtest"], endings: [String] = ["swift"]) throws {
        var found: [File] = []
        for folder in folders {
            let start = Self.root.appendingPathComponent(folder)
            guard let walker = FileManager.default.enumerator(at: start, includingPropertiesForKeys: nil)
            else {
                continue
            }
            for case let url as URL in walker where endings.contains(url.pathExtension) {
                let text = try String(contentsOf: url, encoding: .utf8)
                let path = String(url.path.dropFirst(Self.root.path.count + 1))
                found.append(
                    File(path: path, lines: text.split(separator: "\n", omittingEmptySubsequences: false)))
            }
        }
        files = found.sorted { $0.path < $1.path }
    }
}

/// Where a module lives: its floor decides what it may import.
struct Floors {
    /// Module name to floor, read off the folder tree.
    let floor: [String: Int]

    init(_ tree: SourceTree) {
        var floor: [String: Int] = [:]
        for file in tree.files {
            let parts = file.path.split(separator: "/").map(String.init)
            guard parts.first == "Sources", parts.count > 2 else { continue }
            switch parts[1] {
            case "C": floor[parts[2]] = 0
            case "Core": floor[parts[2]] = 1
            case "Platform": floor[parts[2]] = 2
            case "EventFlow": floor["EventFlow"] = 3
            case "ServiceKit": floor["ServiceKit"] = 4
            case "Services": floor[parts[2]] = 5
            case "Programs": floor[parts[2]] = 6
            default: break
            }
        }
        floor["todo_load"] = 6
        for door in ["CPostgres", "CCurl", "COTLP", "CZlib"] { floor[door] = 0 }
        self.floor = floor
    }

    /// The module that a source file belongs to.
    static func module(of path: String) -> String? {
        let parts = path.split(separator: "/").map(String.init)
        if parts.first == "loadtest" { return "todo_load" }
        guard parts.first == "Sources", parts.count > 2 else { return nil }
        return ["EventFlow", "ServiceKit"].contains(parts[1]) ? parts[1] : parts[2]
    }
}
