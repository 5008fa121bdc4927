import HTTPTypes
import TodoDomain

extension APIReference {
    /// What pages tell of themselves.
    static let pages: [APIOperation] = [
        APIOperation(.post, "/api/v1/telemetry", "tellTelemetry", in: "Pages", "Tell what a page measured")
            .explained(
                "Spans are those of the service `page`: whoever begins a trace with a `traceparent` delivers the span that "
                    + "it names here, and the trace has a root. What does not fit is left out and counted, without a "
                    + "refusal. At most 64 KiB, and 100 of each kind."
            )
            .welcomesGuests().sends(S.ref("PageReport")).answers(204, nil, "taken").refusing(429),
        APIOperation(
            .post, PagePolicy.reportPath, "tellViolation", in: "Pages", "Tell what the page's policy forbade"
        )
        .explained("What browsers send by themselves, in both forms that there are; counted by directive.")
        .sends(S.ref("PolicyReport"), as: ["application/csp-report", "application/reports+json"])
        .answers(204, nil, "taken").refusing(429),
    ]

    private static let number: JSONTree = ["type": "number"]

    static let pageSchemas: [(String, JSONTree)] = [
        (
            "PageReport",
            S.object(
                "What a page measured.",
                [
                    S.optional("spans", S.nullable(S.list(of: S.ref("PageSpan")))),
                    S.optional("vitals", S.nullable(S.list(of: S.ref("PageVital")))),
                    S.optional("errors", S.nullable(S.list(of: S.ref("PageError")))),
                ])
        ),
        (
            "PageSpan",
            S.object(
                "One act of a person.",
                [
                    S.required("traceId", S.text(pattern: "^[0-9a-f]{32}$")),
                    S.required("spanId", S.text(pattern: "^[0-9a-f]{16}$")),
                    S.optional("parentSpanId", S.nullable(S.text(pattern: "^[0-9a-f]{16}$"))),
                    S.required("name", S.text(), "a thing and an act, such as task.create"),
                    S.required("start", number, "milliseconds of Unix time, within the last hour"),
                    S.required("duration", number, "milliseconds, at most ten minutes"),
                    S.optional("status", S.nullable(S.text()), "`error` when it failed"),
                    S.optional(
                        "attributes",
                        S.nullable([
                            "type": "object",
                            "additionalProperties": ["type": ["boolean", "number", "string"]],
                        ])),
                ])
        ),
        (
            "PageVital",
            S.object(
                "How a page feels, as browsers measure it.",
                [
                    S.required("name", S.text(), "LCP, INP, TTFB, FCP or CLS"),
                    S.required("value", number, "milliseconds; a number for CLS"),
                ])
        ),
        (
            "PageError",
            S.object(
                "A script that failed; never with its message.",
                [
                    S.required("type", S.text()), S.required("asset", S.text()),
                    S.optional("line", S.nullable(S.integer(0...1_000_000))),
                ])
        ),
        (
            "PolicyReport",
            [
                "anyOf": [
                    S.object(
                        "As `report-uri` sends it.",
                        [
                            S.required(
                                "csp-report",
                                S.object(
                                    "What was forbidden.",
                                    [
                                        S.optional("effective-directive", S.nullable(S.text())),
                                        S.optional("violated-directive", S.nullable(S.text())),
                                    ]))
                        ]),
                    S.list(
                        of: S.object(
                            "As the Reporting API sends it.",
                            [
                                S.required("type", S.text()),
                                S.optional(
                                    "body",
                                    S.nullable(
                                        S.object(
                                            "What was forbidden.",
                                            [S.optional("effectiveDirective", S.nullable(S.text()))]))),
                            ])),
                ]
            ]
        ),
    ]
}
