import Testing

@testable import LocalDapr

struct AccessControlTests {
    static let configuration = """
        apiVersion: dapr.io/v1alpha1
        kind: Configuration
        metadata: {name: c}
        spec:
          tracing: {samplingRate: "1"}
          accessControl:
            defaultAction: deny
            trustDomain: public
            policies:
              - {appId: open, defaultAction: allow, trustDomain: public, namespace: default}
              - appId: narrow
                defaultAction: deny
                operations:
                  - {name: /api/*/tasks, httpVerb: ["GET"], action: allow}
                  - {name: /deep/**, httpVerb: ["*"], action: allow}
        """

    private func access() throws -> AccessControl {
        try #require(Resources.documents(Self.configuration).policies.access)
    }

    @Test(arguments: [
        ("open", "DELETE", "/x", true), ("stranger", "GET", "/x", false),
        ("narrow", "GET", "/api/v1/tasks", true),
        ("narrow", "get", "/api/v1/tasks?x=/y", true), ("narrow", "POST", "/api/v1/tasks", false),
        ("narrow", "GET", "/api/v1/v2/tasks", false), ("narrow", "PUT", "/deep/a/b", true),
        ("narrow", "GET", "/deep", true), ("narrow", "GET", "/", false),
    ])
    func `the first operation that fits decides`(app: String, verb: String, target: String, allowed: Bool)
        throws
    {
        #expect(try access().allows(app, verb: verb, target: target) == allowed)
    }

    @Test func `a mistake is told`() {
        let reader = Resources.documents(
            Self.configuration.replacing("defaultAction: allow", with: "defaultAction: maybe"))
        #expect(
            reader.mistakes.map(\.description)
                == [
                    "test.yaml, document 1, spec.accessControl.policies[0].defaultAction: must be allow or deny"
                ])
    }
}
