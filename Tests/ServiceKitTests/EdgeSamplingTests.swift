import Crypto
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import OTLP
import Telemetry
import Testing
import Tracing

@testable import ServiceKit

struct EdgeSamplingTests {
    private let trace = "0af7651916cd43dd8448eb211c80319c"

    private func request(token: String? = nil) -> Request {
        var head = HTTPRequest(method: .get, scheme: "http", authority: "x", path: "/api/v1/tasks")
        if let token { head.headerFields[.authorization] = "Bearer \(token)" }
        return Request(head: head, body: RequestBody(buffer: ByteBuffer()))
    }

    private func context(flags: String) -> InstrumentationContext {
        var context = InstrumentationContext.topLevel
        context.spanContext = SpanContext(traceparent: "00-\(trace)-00f067aa0ba902b7-\(flags)")
        return context
    }

    private func signedIn() async throws -> (TokenVerifier, String) {
        let key = ConfigurationKey("TODO_SIGNING_KEY", secret: true, "test")
        let seed = base64URLEncoded(Curve25519.Signing.PrivateKey().rawRepresentation)
        let signer = try await TokenSigner(issuer: "gateway", key: seed, setting: key)
        let keys = TrustedKeys(fetch: nil)
        await keys.add(signer.keySet, issuer: "gateway")
        let token = try await signer.sign(subject: UUID(), scopes: [], lifetime: .seconds(60), id: UUID())
        return (TokenVerifier(keys: keys), token)
    }

    @Test func `a stranger's flag is replaced by our own sampler, the ids stay`() async {
        for (flags, sampler, expected) in [
            ("01", Sampler.parentBased(root: .alwaysOff), false), ("00", .parentBased(root: .alwaysOn), true),
        ] {
            let edge = EdgeSampling(sampler: sampler, verifier: nil)
            let judged = await edge.judged(context(flags: flags), of: request()).spanContext
            #expect(judged?.isSampled == expected)
            #expect(judged?.traceID.hex == trace)
            #expect(judged?.spanID.hex == "00f067aa0ba902b7")
        }
    }

    @Test func `a signed-in caller is obeyed while the budget lasts, and again when it has filled up`()
        async throws
    {
        let (verifier, token) = try await signedIn()
        let start = ContinuousClock.now
        let clock = MovableInstant(start)
        let edge = EdgeSampling(
            sampler: .parentBased(root: .alwaysOff), verifier: verifier, perSecond: 2, now: { clock.now })
        func isSampled(_ token: String?) async -> Bool? {
            await edge.judged(context(flags: "01"), of: request(token: token)).spanContext?.isSampled
        }
        #expect(await isSampled("nonsense") == false)
        #expect(await isSampled(token) == true)
        #expect(await isSampled(token) == true)
        #expect(await isSampled(token) == false)
        clock.now = start + .seconds(1)
        #expect(await isSampled(token) == true)
    }

    @Test func `without a foreign context there is nothing to judge`() async {
        let edge = EdgeSampling(sampler: .alwaysOff, verifier: nil)
        #expect(await edge.judged(.topLevel, of: request()).spanContext == nil)
    }
}
