import Crypto
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceKit
import TodoDomain

/// `/openapi.json` and `/docs`: the description of the API, for anybody.
struct DocumentationRoutes: Sendable {
    /// Something that does not change while the process runs.
    private struct Document: Sendable {
        let type: String
        let bytes: ByteBuffer
        let tag: String

        init(_ type: String, _ text: String) {
            self.type = type
            bytes = ByteBuffer(string: text)
            let digest = SHA256.hash(data: Data(text.utf8)).prefix(12)
            tag = "\"\(base64URLEncoded(Data(digest)))\""
        }

        /// The tags that a client has may be weak on their way through a cache.
        func isNamed(by header: String?) -> Bool {
            guard let header else { return false }
            return header.split(separator: ",").contains { part in
                let text = part.filter { $0 != " " }
                return text == "*" || (text.hasPrefix("W/") ? text.dropFirst(2) == tag : text == tag)
            }
        }
    }

    func add(to router: ServiceRouter) {
        serve("/openapi.json", Document("application/json", OpenAPIDocument.tree.pretty), router)
        serve("/docs", Document("text/html; charset=utf-8", DocumentationPage.html), router)
        serve("/docs/style.css", Document("text/css; charset=utf-8", DocumentationPage.style), router)
    }

    private func serve(_ path: String, _ document: Document, _ router: ServiceRouter) {
        router.on(.get, path, access: .anyone) { request, _ in
            var headers: HTTPFields = [
                .eTag: document.tag, .cacheControl: "public, max-age=300",
                .contentSecurityPolicy: Self.policy, .xContentTypeOptions: "nosniff",
            ]
            if document.isNamed(by: request.headers[.ifNoneMatch]) {
                return Response(status: .notModified, headers: headers)
            }
            headers[.contentType] = document.type
            return Response(
                status: .ok, headers: headers, body: ResponseBody(byteBuffer: document.bytes))
        }
    }

    /// The page needs its style sheet and nothing else, whatever may one day stand in a description.
    private static let policy =
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}
