import FoundationEssentials

/// Finds the files of a page and reads them.
public struct WebFolder: Sendable {
    /// Where a page may lie.
    public struct Place: Sendable {
        let setting: ConfigurationKey
        let besideProgram: String
        let inSources: String

        /// - Parameters:
        ///   - setting: names the folder; nothing else counts then.
        ///   - besideProgram: a folder's name beside the program.
        ///   - inSources: its path in the checkout that the program was built in.
        public init(setting: ConfigurationKey, besideProgram: String, inSources: String) {
            self.setting = setting
            self.besideProgram = besideProgram
            self.inSources = inSources
        }
    }

    /// More than a page needs; a wrong folder, such as `/`, is noticed before it is read.
    private static let mostFiles = 1000
    private static let mostBytes = 32 * 1024 * 1024

    let path: String
    private let setting: ConfigurationKey

    /// Where the page lies: where the setting says, else beside the program, else in the checkout it was built in. Nil
    /// when it is nowhere, and nobody said where it should be.
    ///
    /// - Throws: `ConfigurationError` when the setting names a folder without a page.
    public static func find(
        _ place: Place, _ settings: Settings, executable: String = WebFolder.executable
    ) throws(ConfigurationError) -> WebFolder? {
        if let given = settings.given(place.setting) {
            guard isPage(URL(filePath: given)) else {
                throw .malformed(place.setting, wanted: "a folder that has an index.html")
            }
            return WebFolder(path: given, setting: place.setting)
        }
        var folder = URL(filePath: executable).deletingLastPathComponent()
        let beside = folder.appending(path: place.besideProgram)
        if isPage(beside) { return WebFolder(path: beside.path, setting: place.setting) }
        for _ in 0..<6 {
            let candidate = folder.appending(path: place.inSources)
            if isPage(candidate) { return WebFolder(path: candidate.path, setting: place.setting) }
            folder = folder.deletingLastPathComponent()
        }
        return nil
    }

    /// The file of this process.
    public static var executable: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "todo"
    }

    /// All files, by their path below the folder. Hidden ones are left out, and links are not followed.
    ///
    /// - Throws: `ConfigurationError` when one cannot be read, or there are more than a page can have.
    public func files() throws(ConfigurationError) -> [String: [UInt8]] {
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
        .malformed(setting, wanted: "a folder \(wanted)")
    }

    private static func isPage(_ folder: URL) -> Bool {
        FileManager.default.fileExists(atPath: folder.appending(path: "index.html").path)
    }
}
