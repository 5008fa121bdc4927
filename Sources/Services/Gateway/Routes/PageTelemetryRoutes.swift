import EventFlow
import HTTPTypes
import Hummingbird
import ServiceKit

/// `POST /api/v1/telemetry` and `/api/v1/csp-report`: open to everybody, so both are short and rare.
struct PageTelemetryRoutes: Sendable {
    private static let bodyLimit = 64 * 1024

    let telemetry: PageTelemetry
    let addresses: ClientAddress
    let budget: RequestBudget

    func add(to router: ServiceRouter) {
        router.on(.post, "/api/v1/telemetry", access: .guest, isTraced: false) { request, context in
            try limit(request, context)
            let report = try await request.json(PageReport.self, upTo: Self.bodyLimit)
            telemetry.take(report, isTrusted: context.caller != nil)
            return Response(status: .noContent)
        }
        router.on(.post, PagePolicy.reportPath, access: .anyone, isTraced: false) { request, context in
            try limit(request, context)
            let directives = try Self.directives(in: try await request.bytes(upTo: Self.bodyLimit))
            telemetry.violated(directives)
            return Response(status: .noContent)
        }
    }

    /// By user where there is one: many people may share an address.
    private func limit(_ request: Request, _ context: ServiceRequestContext) throws {
        let name =
            context.caller.map { "user \($0.userID)" }
            ?? "address \(addresses.address(of: request, peer: context.peer))"
        guard budget.spend(name) else {
            throw Problem(.tooManyRequests, "too many reports: send fewer", headers: [.retryAfter: "10"])
        }
    }

    /// Both forms that browsers send: one report under `csp-report`, or a list of the Reporting API.
    static func directives(in body: [UInt8]) throws -> [String] {
        if let old = try? WireJSON.decode(Old.self, from: body) {
            return [old.report.effective ?? old.report.violated ?? ""]
        }
        if let list = try? WireJSON.decode([New].self, from: body) {
            return list.filter { $0.type == "csp-violation" }.map { $0.body?.effectiveDirective ?? "" }
        }
        throw Problem(.badRequest, "the body is no report of a policy")
    }

    private struct Old: Decodable {
        struct Report: Decodable {
            let effective: String?
            let violated: String?

            enum CodingKeys: String, CodingKey {
                case effective = "effective-directive"
                case violated = "violated-directive"
            }
        }

        let report: Report

        enum CodingKeys: String, CodingKey {
            case report = "csp-report"
        }
    }

    private struct New: Decodable {
        struct Body: Decodable {
            let effectiveDirective: String?
        }

        let type: String
        let body: Body?
    }
}
