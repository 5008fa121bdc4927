import Crypto
import FoundationEssentials

/// The page in memory, and the address of this version of it.
///
/// Every asset lies below `/assets/<fingerprint of the whole tree>/`, so that it may be kept for ever without asking:
/// the next version has other addresses. `index.html` and `sw.js` name that folder as `{{assets}}`, which is put in
/// here, and modules name each other by relative paths; so nothing has to be built.
///
/// What is asked for is looked up in a table and never on disk: a path that leads elsewhere is simply not there.
struct WebTree: Sendable {
    /// Of all files, in hexadecimal.
    let fingerprint: String
    /// The page itself, for every route of it.
    let index: WebAsset?
    /// By path below the folder.
    let assets: [String: WebAsset]
    /// Files that must not move: by name, in the root.
    let fixed: [String: WebAsset]

    private static let placeholder = "{{assets}}"
    private static let inspectorPlace = "{{inspector}}"
    /// Served from the root as well: a worker's place limits what it may serve, and some names are looked for there.
    static let fixedNames = ["favicon.svg", "sw.js", "manifest.webmanifest", "robots.txt"]

    /// - Parameter inspector: where people look at traces, put into `index.html`; it is no part of the fingerprint.
    init(files: [String: [UInt8]], inspector: TraceInspector? = nil) {
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
            let filled = text.replacing(Self.placeholder, with: "/assets/\(fingerprint)")
                .replacing(Self.inspectorPlace, with: inspector?.attributeValue ?? "")
            return WebAsset(path: path, bytes: Array(filled.utf8))
        }
        self.fingerprint = fingerprint
        index = placed("index.html")
        assets = Dictionary(
            uniqueKeysWithValues: files.keys.compactMap { path in placed(path).map { (path, $0) } })
        fixed = Dictionary(
            uniqueKeysWithValues: Self.fixedNames.compactMap { name in placed(name).map { (name, $0) } })
    }
}
