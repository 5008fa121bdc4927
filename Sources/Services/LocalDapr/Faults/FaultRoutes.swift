import HTTPTypes
import Hummingbird
import NIOCore

/// The fault switch on the admin port: `PUT`, `GET` and `DELETE /faults`.
struct FaultRoutes: Sendable {
    let faults: FaultSwitch

    func add(to router: Router<BasicRequestContext>) {
        router.put("/faults") { request, _ -> Response in
            let body = try await request.body.collect(upTo: 4096)
            return put(Array(body.readableBytesView))
        }
        router.get("/faults") { _, _ -> Response in list(.ok) }
        router.delete("/faults") { request, _ -> Response in
            let app = request.uri.queryParameters["app"].map(String.init)
            if let app, !faults.knows(app) { return Self.refused(FaultMistake(text: "app is not known")) }
            faults.clear(app: app)
            return Response(status: .noContent)
        }
    }

    private func put(_ body: [UInt8]) -> Response {
        switch Fault.read(body) {
        case .failure(let mistake): return Self.refused(mistake)
        case .success(let (app, fault)):
            if let app, !faults.knows(app) { return Self.refused("app is not known") }
            faults.put(fault, app: app)
            return list(.ok)
        }
    }

    private func list(_ status: HTTPResponse.Status) -> Response {
        let entries = faults.entries.map { $0.fault.json(app: $0.app) }
        return .json(.object(["faults": .array(entries)]), status: status)
    }

    private static func refused(_ mistake: FaultMistake) -> Response {
        .json(.object(["error": .string(mistake.text)]), status: .badRequest)
    }
}
