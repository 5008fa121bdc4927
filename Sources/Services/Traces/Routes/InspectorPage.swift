import HTTPTypes
public import Hummingbird
import NIOCore
public import ServiceKit

/// The page of the inspector: `index.html` for each of its addresses, and its assets.
public struct InspectorPage: Sendable {
    static let folderSetting = ConfigurationKey(
        "TODO_INSPECTOR_ROOT", .string,
        "folder of the inspector's page; where it is not set, inspector beside the program is looked for")

    private static let place = WebFolder.Place(
        setting: folderSetting, besideProgram: "inspector", inSources: "Sources/Services/Traces/Web")
    private static let fixedNames = ["favicon.svg", "robots.txt"]
    private static let addresses = ["/", "/trace/{id}", "/flow/{id}", "/compare/{ids}", "/live"]

    private let tree: WebTree

    public init(files: [String: [UInt8]]) {
        tree = WebTree(files: files, fixedNames: Self.fixedNames)
    }

    /// The page that lies where the settings say, or beside the program; nil where there is none.
    public static func find(_ settings: Settings) throws(ConfigurationError) -> InspectorPage? {
        guard let folder = try WebFolder.find(place, settings) else { return nil }
        return InspectorPage(files: try folder.files())
    }

    /// Names this version.
    public var fingerprint: String { tree.fingerprint }

    /// Declares its addresses.
    public func add(to router: some RouterMethods) {
        guard let index = tree.index else { return }
        for address in Self.addresses {
            router.get(RouterPath(address)) { request, _ in
                index.response(to: request, cacheControl: WebTree.askAgain, headers: Self.headers)
            }
        }
        for (name, asset) in tree.fixed {
            router.get("/\(name)") { request, _ in
                asset.response(to: request, cacheControl: WebTree.askAgain, headers: Self.headers)
            }
        }
        router.get("/assets/**") { request, context in
            try asset(context.parameters.getCatchAll(), request)
        }
    }

    /// With the version in its address, which may be kept for ever, or without, to be asked for again each time.
    private func asset(_ path: [Substring], _ request: Request) throws -> Response {
        guard let unversioned = tree.assets[path.joined(separator: "/")] else {
            return try tree.asset(at: path, for: request, headers: Self.headers)
        }
        return unversioned.response(to: request, cacheControl: WebTree.askAgain, headers: Self.headers)
    }

    /// Scripts, styles and connections of our own only, and nothing inline.
    static let headers: HTTPFields = {
        var fields = HTTPFields()
        fields[.contentSecurityPolicy] =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
            + "font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        fields[.xContentTypeOptions] = "nosniff"
        for (name, value) in [
            ("Referrer-Policy", "no-referrer"), ("X-Frame-Options", "DENY"),
            ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
        ] {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        fields[.crossOriginResourcePolicy] = "same-origin"
        return fields
    }()
}

/// What answers that are no page say: nothing of them is ever shown as a document. Their text may hold what strangers
/// wrote.
struct DataHeaders<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request, context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        if response.headers[.contentSecurityPolicy] == nil {
            response.headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
            response.headers[.xContentTypeOptions] = "nosniff"
        }
        return response
    }
}
