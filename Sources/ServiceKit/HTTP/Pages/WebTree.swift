import Crypto
import FoundationEssentials
public import HTTPTypes
public import Hummingbird

/// A page in memory, and the address of this version of it.
///
/// Every asset lies below `/assets/<fingerprint of the whole tree>/`, so that it may be kept for ever without asking:
/// the next version has other addresses. `index.html` and `sw.js` name that folder as `{{assets}}`, which is put in
/// here, and modules name each other by relative paths; so nothing has to be built.
///
/// What is asked for is looked up in a table and never on disk: a path that leads elsewhere is simply not there.
public struct WebTree: Sendable {
    /// Of all files, in hexadecimal.
    public let fingerprint: String
    /// The page itself, for every route of it.
    public let index: WebAsset?
    /// By path below the folder.
    public let assets: [String: WebAsset]
    /// Files that must not move: by name, in the root.
    public let fixed: [String: WebAsset]

    /// An address that holds its version never changes what it stands for.
    private static let forEver = "public, max-age=31536000, immutable"
    /// To be asked again each time, which costs a 304.
    public static let askAgain = "no-cache"

    private static let placeholder = "{{assets}}"

    /// - Parameters:
    ///   - fixedNames: of files that are served from the root as well: a worker's place limits what it may serve, and
    ///     some names are looked for there.
    ///   - placed: what is put into `index.html` and the like in the place of other words; it is no part of the
    ///     fingerprint.
    public init(files: [String: [UInt8]], fixedNames: [String], placed words: [String: String] = [:]) {
        var hash = SHA256()
        for (path, bytes) in files.sorted(by: { $0.key < $1.key }) {
            hash.update(data: Data("\(path)\n\(bytes.count)\n".utf8))
            hash.update(data: bytes)
        }
        let fingerprint = hash.finalize().prefix(8).hexadecimal
        func placed(_ path: String) -> WebAsset? {
            guard let bytes = files[path] else { return nil }
            guard ["index.html", "sw.js", "manifest.webmanifest"].contains(path),
                let text = String(validating: bytes, as: UTF8.self)
            else { return WebAsset(path: path, bytes: bytes) }
            var filled = text.replacing(Self.placeholder, with: "/assets/\(fingerprint)")
            for (word, replacement) in words { filled = filled.replacing(word, with: replacement) }
            return WebAsset(path: path, bytes: Array(filled.utf8))
        }
        self.fingerprint = fingerprint
        index = placed("index.html")
        assets = Dictionary(
            uniqueKeysWithValues: files.keys.compactMap { path in placed(path).map { (path, $0) } })
        fixed = Dictionary(
            uniqueKeysWithValues: fixedNames.compactMap { name in placed(name).map { (name, $0) } })
    }

    /// The answer to a request below `/assets`.
    ///
    /// - Parameter path: what follows it: the fingerprint of a version, and the asset's path below the folder.
    /// - Throws: 404 for what there is not.
    public func asset(
        at path: [Substring], for request: Request, headers: HTTPFields
    ) throws -> Response {
        guard let version = path.first, let asset = assets[path.dropFirst().joined(separator: "/")] else {
            throw Problem.notFound("there is no such asset")
        }
        // A page of another version that runs on while replicas are replaced gets what there is, but keeps none of it.
        return asset.response(
            to: request, cacheControl: version == fingerprint ? Self.forEver : "no-store", headers: headers)
    }
}

extension Sequence<UInt8> {
    /// Two digits a byte.
    var hexadecimal: String {
        map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}
