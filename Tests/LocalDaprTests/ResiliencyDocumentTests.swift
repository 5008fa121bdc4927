import Testing

@testable import LocalDapr

struct ResiliencyDocumentTests {
    private func document(_ spec: String) -> ResourceReader {
        Resources.documents(
            "apiVersion: dapr.io/v1alpha1\nkind: Resiliency\nmetadata: {name: r}\nspec: \(spec)\nscopes: [a]")
    }

    private func policies(_ spec: String, app: String = "a") -> AppPolicies {
        AppPolicies(document(spec).policies.resiliency, appID: app, components: ["pubsub", "other"])
    }

    @Test func `targets take policies by name, for the apps in the scopes`() {
        let spec = """
            {policies: {timeouts: {t: 5s}, retries: {r: {policy: exponential, maxInterval: 15s, maxRetries: 3}, \
            k: {matching: {httpStatusCodes: '429,500-503'}}}, circuitBreakers: {c: {trip: consecutiveFailures > 4}}}, \
            targets: {components: {pubsub: {inbound: {timeout: t, retry: r, circuitBreaker: c}, outbound: {retry: k}}}}}
            """
        let found = policies(spec)
        #expect(found.inbound("pubsub").timeout == .seconds(5))
        #expect(
            found.inbound("pubsub").retry
                == RetryRule(pacing: .exponential(maximum: .seconds(15)), retries: 3))
        #expect(found.inbound("pubsub").breaker != nil)
        #expect(
            found.outbound("pubsub").retry
                == RetryRule(
                    pacing: .constant(.seconds(5)), retries: nil, statusCodes: [429...429, 500...503]))
        #expect(found.inbound("other").retry == nil)
        #expect(policies(spec, app: "b").inbound("pubsub").retry == nil)
    }

    @Test func `policies with a default name hold where no target speaks`() {
        let spec = """
            {policies: {retries: {DefaultRetryPolicy: {maxRetries: 1}, \
            DefaultPubsubComponentInboundRetryPolicy: {maxRetries: 2}, none: {maxRetries: 0}}}, \
            targets: {components: {other: {inbound: {retry: none}}}}}
            """
        let found = policies(spec)
        #expect(found.inbound("pubsub").retry?.retries == 2)
        #expect(found.outbound("pubsub").retry?.retries == 1)
        #expect(found.inbound("other").retry?.retries == 0)
    }

    @Test(arguments: [
        ("{policies: {retries: {r: {policy: often}}}}", "spec.policies.retries.r.policy"),
        (
            "{policies: {retries: {r: {policy: exponential, duration: 1s}}}}",
            "retries.r.duration: has no meaning"
        ),
        ("{policies: {retries: {r: {matching: {httpStatusCodes: '5xx'}}}}}", "httpStatusCodes: must be like"),
        ("{policies: {timeouts: {t: long}}}", "spec.policies.timeouts.t: must be a duration"),
        ("{policies: {circuitBreakers: {c: {trip: 'requests > 1'}}}}", "trip: is not supported here"),
        ("{targets: {apps: {a: {retry: nobody}}}}", "spec.targets.apps.a.retry: names no policy"),
    ])
    func `mistakes are told by their field`(spec: String, problem: String) {
        let mistakes = document(spec).mistakes.map(\.description)
        #expect(mistakes.count == 1)
        #expect(mistakes.first?.contains(problem) == true)
    }

    @Test func `a breaker opens, lets one call look, and closes again`() {
        let clock = TestClock()
        let breaker = CircuitBreaker(BreakerRule(timeout: .seconds(10), failures: 2), now: { clock.now })
        for _ in 0..<2 {
            #expect(breaker.admits())
            breaker.note(succeeded: false)
        }
        #expect(!breaker.admits())
        clock.advance(by: .seconds(10))
        #expect(breaker.admits())
        #expect(!breaker.admits(), "one probe at a time")
        breaker.note(succeeded: false)
        #expect(breaker.state == .open)
        clock.advance(by: .seconds(10))
        #expect(breaker.admits())
        breaker.note(succeeded: true)
        #expect(breaker.state == .closed)
    }

    @Test func `successes between failures keep a breaker closed`() {
        let breaker = CircuitBreaker(BreakerRule(failures: 2))
        for _ in 0..<5 {
            #expect(breaker.admits())
            breaker.note(succeeded: false)
            breaker.note(succeeded: true)
        }
        #expect(breaker.state == .closed)
    }
}
