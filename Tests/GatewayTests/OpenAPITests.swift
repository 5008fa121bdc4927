import Crypto
import CurlHTTP
import Dapr
import EventFlow
import Foundation
import HTTPTypes
import Logging
import Postgres
import Testing
import TodoDomain

@testable import Gateway
@testable import ServiceKit

/// The description of the API is that of its routes, and the committed copy is the description.
struct OpenAPITests {
    @Test func `every route of the gateway is described, and every described route is there`() async throws {
        let table = RouteTable()
        let access = AccessGuard(verifier: nil, appToken: nil)
        let router = ServiceRouter(
            access: access, table: table,
            middleware: ObservabilityMiddleware(
                logger: Logger(label: "test"), table: table, requestLimit: 1,
                incoming: IncomingTrace.Reader(
                    deliveries: [], access: access, eventLimit: DaprRoutes.eventLimit, edge: nil)))
        // Nothing of it is called: no connection is opened.
        let database = PostgresClient(try PostgresConfiguration(url: "postgres://nobody@127.0.0.1:1/none"))
        let outbox = Outbox(schema: Gateway.schema, source: "gateway")
        let signer = try await TokenSigner(
            issuer: "gateway", key: base64URLEncoded(Curve25519.Signing.PrivateKey().rawRepresentation),
            setting: GatewaySettings.signingKey)
        let sessions = SessionOperations(
            database: database, outbox: outbox, signer: signer,
            revoked: RevokedSessions(tokenLifetime: .seconds(300)))
        let http = HTTPClient()
        let dapr = DaprClient(DaprConfiguration(port: 1, apiToken: nil, pubsubName: "pubsub"), http: http)
        GatewayRoutes(
            accounts: AccountOperations(
                database: database, outbox: outbox, sessions: sessions,
                hasher: PasswordHasher(costExponent: 8),
                limits: SignInLimits(
                    .init(), ledger: RateStore().ledger, logger: Logger(label: "test")),
                logger: Logger(label: "test")),
            sessions: sessions,
            settings: SettingsOperations(
                database: database, outbox: outbox, zones: ZoneFiles(folder: "/usr/share/zoneinfo")),
            cookie: RefreshCookie(isSecure: true, maximumAge: .seconds(1)), keySet: signer.keySet,
            dapr: dapr, addresses: try ClientAddress(Settings(environment: [:])), bodyLimit: 1,
            importLimit: 1,
            streams: StreamRoutes(live: LiveUpdates(), dapr: dapr, logger: Logger(label: "test"))
        ).add(to: router)
        PageTelemetryRoutes(
            telemetry: PageTelemetry(
                spans: ReportedSpans(tracer: nil), logger: Logger(label: "test")),
            addresses: try ClientAddress(Settings(environment: [:])), budget: RequestBudget(perMinute: 1)
        ).add(to: router)
        let described = Set(APIReference.operations.map { "\($0.method.rawValue) \($0.path)" })
        #expect(described == table.routes)
        #expect(APIReference.operations.count == described.count)
        #expect(Set(APIReference.operations.map(\.id)).count == described.count)
        await database.close()
        await http.close()
    }

    @Test func `what is passed on is described with the scope that it needs`() {
        for route in ForwardedRoutes.table {
            let operation = APIReference.operations.first {
                $0.path == route.path && $0.method == route.method
            }
            #expect(operation?.scope == route.scope, "\(route.method) \(route.path)")
            #expect(operation?.isForwarded == true, "\(route.method) \(route.path)")
        }
    }

    @Test func `every reference within the document leads somewhere`() {
        let names = Set(APIReference.schemas.map(\.0))
        #expect(names.count == APIReference.schemas.count)
        let text = OpenAPIDocument.tree.compact
        for match in text.matches(of: /"#\/components\/schemas\/([A-Za-z]+)"/) {
            #expect(names.contains(String(match.output.1)), "\(match.output.1)")
        }
        let tags = Set(APIReference.tags.map(\.name))
        #expect(APIReference.operations.allSatisfy { tags.contains($0.tag) && !$0.answers.isEmpty })
    }

    @Test func `the committed document is the one that the gateway answers`() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("docs/openapi.json")
        let committed = try String(contentsOf: file, encoding: .utf8)
        #expect(committed == Gateway.openAPI, "todo openapi --write docs")
    }

    @Test func `the page loads nothing but its own style sheet and runs nothing`() {
        let page = DocumentationPage.html
        #expect(!page.contains("<script") && !page.contains("style=") && !page.contains("http://"))
        #expect(!page.contains("https://"))
        #expect(page.matches(of: /<details\b/).count == APIReference.operations.count)
        for match in page.matches(of: /href="#([A-Za-z-]+)"/) {
            #expect(page.contains("id=\"\(match.output.1)\""), "\(match.output.1)")
        }
    }
}
