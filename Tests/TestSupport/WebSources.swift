import Foundation

/// The files of a page in the source tree.
public struct WebSources: Sendable {
    /// Both pages of the platform.
    public static let all = ["Gateway", "Traces"].map(WebSources.init(of:))

    private let folder: URL

    /// The page of a service.
    public init(of service: String) {
        folder =
            URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/Services/\(service)/Web").standardized
    }

    /// Text of each file, by its path below the folder.
    public func files(ending suffix: String) throws -> [String: String] {
        guard let walk = FileManager.default.enumerator(atPath: folder.path) else { return [:] }
        var found: [String: String] = [:]
        for case let path as String in walk where path.hasSuffix(suffix) {
            guard walk.fileAttributes?[.type] as? FileAttributeType == .typeRegular else { continue }
            found[path] = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
        }
        return found
    }
}
