import HTTPTypes
import Hummingbird
import ServiceKit

/// The page: `/`, its own routes below `/app`, and its assets.
struct PageRoutes: Sendable {
    let tree: WebTree
    let policy: PagePolicy

    func add(to router: ServiceRouter) {
        guard let index = tree.index else { return }
        for path in ["/", "/app", "/app/**"] {
            router.on(.get, path, access: .anyone) { request, _ in
                index.response(to: request, cacheControl: WebTree.askAgain, headers: policy.page)
            }
        }
        for (name, asset) in tree.fixed {
            router.on(.get, "/\(name)", access: .anyone, isTraced: false) { request, _ in
                var headers = policy.page
                if name == "sw.js" { headers[.serviceWorkerAllowed] = "/" }
                return asset.response(to: request, cacheControl: WebTree.askAgain, headers: headers)
            }
        }
        router.on(.get, "/assets/{fingerprint}/**", access: .anyone, isTraced: false) { request, context in
            let version = context.parameters.get("fingerprint").map { [$0[...]] } ?? []
            return try tree.asset(
                at: version + context.parameters.getCatchAll(), for: request, headers: policy.page)
        }
    }
}
