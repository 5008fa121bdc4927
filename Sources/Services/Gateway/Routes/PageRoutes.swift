import HTTPTypes
import Hummingbird
import ServiceKit

/// The page: `/`, its own routes below `/app`, and its assets.
struct PageRoutes: Sendable {
    /// An address that holds its version never changes what it stands for.
    private static let forEver = "public, max-age=31536000, immutable"
    /// To be asked again each time, which costs a 304.
    private static let askAgain = "no-cache"

    let tree: WebTree
    let policy: PagePolicy

    func add(to router: ServiceRouter) {
        guard let index = tree.index else { return }
        for path in ["/", "/app", "/app/**"] {
            router.on(.get, path, access: .anyone) { request, _ in
                index.response(to: request, cacheControl: Self.askAgain, headers: policy.page)
            }
        }
        for (name, asset) in tree.fixed {
            router.on(.get, "/\(name)", access: .anyone, isTraced: false) { request, _ in
                var headers = policy.page
                if name == "sw.js" { headers[.serviceWorkerAllowed] = "/" }
                return asset.response(to: request, cacheControl: Self.askAgain, headers: headers)
            }
        }
        router.on(.get, "/assets/{fingerprint}/**", access: .anyone, isTraced: false) { request, context in
            let path = context.parameters.getCatchAll().joined(separator: "/")
            guard let asset = tree.assets[path] else { throw Problem.notFound("there is no such asset") }
            // A page of another version that runs on while replicas are replaced gets what there is, but keeps none of it.
            let isOurs = context.parameters.get("fingerprint") == tree.fingerprint
            return asset.response(
                to: request, cacheControl: isOurs ? Self.forEver : "no-store", headers: policy.page)
        }
    }
}
