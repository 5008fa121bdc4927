import FoundationEssentials
import ServiceKit

/// Finds the files of the page and reads them.
struct WebFolder: Sendable {
    /// More than a page needs; a wrong folder, such as `/`, is noticed before it is read.
    private static let mostFiles = 1000
    private static let mostBytes = 32 * 1024 * 1024

    let path: String

    /// Where the page lies: where the setting says, else beside the program, else in the checkout it was built in. Nil
    /// when it is nowhere, and nobody said where it should be.
    ///
    /// - Throws: `ConfigurationError` when the setting names a folder without a page.
    static func find(_ settings: Settings, executable: String) throws(ConfigurationError) -> WebFolder? {
        if let given = settings.given(GatewaySettings.webRoot) {
            guard isPage(URL(filePath: given)) else {
                throw .malformed(GatewaySettings.webRoot, wanted: "a folder that has an index.html")
            }
            return WebFolder(path: given)
        }
        var folder = URL(filePath: executable).deletingLastPathComponent()
        let beside = folder.appending(path: "web")
        if isPage(beside) { return WebFolder(path: beside.path) }
        for _ in 0..<6 {
            let candidate = folder.appending(path: "Sources/Services/Gateway/Web")
            if isPage(candidate) { return WebFolder(path: candidate.path) }
            folder = folder.deletingLastPathComponent()
        }
        return nil
    }

    /// The file of this process.
    static var executable: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "todo"
    }

    /// All files, by their path below the folder. Hidden ones are left out, and links are not followed.
    ///
    /// - Throws: `ConfigurationError` when one cannot be read, or there are more than a page can have.
    func files() throws(ConfigurationError) -> [String: [UInt8]] {
        var found: [String: [UInt8]] = [:]
        var bytes = 0
        var folders = [""]
        while let folder = folders.popLast() {
            guard let names = try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)") else {
                throw unusable("whose folders can be read")
            }
            for name in names where !name.hasPrefix(".") {
                let relative = folder.isEmpty ? name : "\(folder)/\(name)"
                switch kind(of: relative) {
                case .typeDirectory: folders.append(relative)
                case .typeRegular:
                    guard let data = try? Data(contentsOf: URL(filePath: "\(path)/\(relative)")) else {
                        throw unusable("whose files can be read")
                    }
                    found[relative] = Array(data)
                    bytes += data.count
                default: continue
                }
                guard found.count <= Self.mostFiles, bytes <= Self.mostBytes else {
                    throw unusable("of at most \(Self.mostFiles) files and \(Self.mostBytes) bytes")
                }
            }
        }
        return found
    }

    private func kind(of relative: String) -> FileAttributeType? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: "\(path)/\(relative)")
        return attributes?[.type] as? FileAttributeType
    }

    private func unusable(_ wanted: String) -> ConfigurationError {
        .malformed(GatewaySettings.webRoot, wanted: "a folder \(wanted)")
    }

    private static func isPage(_ folder: URL) -> Bool {
        FileManager.default.fileExists(atPath: folder.appending(path: "index.html").path)
    }
}
