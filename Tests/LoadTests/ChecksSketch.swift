import OTLP
import ServiceObjectives
import TraceAnalysis

@testable import todo_load

/// Runs and traces written down for tests of checks.
enum ChecksSketch {
    static let start: UInt64 = 1_790_000_000_000_000_000

    static func request(
        _ number: Int, _ operation: String = "create task", _ method: String = "POST",
        _ route: String = "/api/v1/tasks", at sent: Duration = .zero,
        for length: Duration = .milliseconds(10),
        waiting: Duration = .zero, status: Int? = 201, task: String? = nil, events: [String] = []
    ) -> SentRequest {
        SentRequest(
            number: number, operation: operation, scenario: "crud", phase: .measured, user: "u",
            method: method,
            route: route, planned: sent - waiting, sent: sent, end: sent + length, status: status,
            error: status == nil ? "timeout" : nil, isExpected: status != nil,
            traceID: TraceID(high: 7, low: UInt64(number)), spanID: SpanID(UInt64(number)), taskID: task,
            eventsExpected: events.map { ExpectedEvent(kind: $0, subject: task ?? "", version: 1) })
    }

    static func run(_ requests: [SentRequest], _ objectives: [ServiceObjective] = []) -> RunRecord {
        RunRecord(
            runID: "r", startUnixNano: start, measured: .zero ..< .seconds(10), requests: requests,
            objectives: ServiceObjectives(periodDays: 30, objectives: objectives), users: ["u"])
    }

    static func entry(_ id: Int, _ kind: String, of task: String, at milliseconds: Int) -> AuditTrail.Entry {
        let fraction = String(milliseconds + 1000).dropFirst()
        return AuditTrail.Entry(
            eventId: "e\(id)", type: kind, subject: task, time: "2026-09-21T14:13:20.\(fraction)Z")
    }

    static let slowTasks = ServiceObjective(
        name: "task-latency", service: "tasks", objective: 0.99, goodEvent: "quick",
        events: .durations(
            DurationSource(
                histogram: "http_server_request_duration_seconds",
                match:
                    "job='gateway', http_route=~'/api/v1/tasks(/.*)?', http_route!~'/api/v1/tasks/(search|bulk)'",
                goodWithinSeconds: 0.2)),
        expectedWhile: "up")

    static func span(
        _ id: UInt64, below parent: UInt64?, _ name: String, _ kind: SpanKind, of service: String,
        at times: ClosedRange<UInt64>, _ attributes: [String: String] = [:], links: [UInt64] = [],
        trace: TraceID = TraceID(high: 7, low: 1)
    ) -> TracedSpan {
        var span = Span(
            traceID: trace, spanID: SpanID(id), parentSpanID: parent.map(SpanID.init), name: name, kind: kind,
            startTimeUnixNano: start + times.lowerBound * 1_000_000,
            endTimeUnixNano: start + times.upperBound * 1_000_000)
        span.attributes = attributes.map { Attribute($0.key, .string($0.value)) }
        span.links = links.map { Link(traceID: trace, spanID: SpanID($0)) }
        return TracedSpan(span, service: service)
    }

    /// A created task, as far as its form is declared; the generator's own span has the id 1.
    static func created(slowWrite: UInt64 = 5) -> [TracedSpan] {
        let http = [
            "http.request.method": "POST", "http.route": "/api/v1/tasks", "http.response.status_code": "201",
        ]
        let message = [
            "messaging.message.id": "m1", "messaging.destination.name": "todo.events",
            "cloudevents.event_type": "todo.task.created.v1", "todo.outbox.wait_ms": "1",
            "messaging.consumer.group.name": "g",
        ]
        let sql = ["db.system.name": "postgresql"]
        let written = 10 + slowWrite
        var spans = [
            span(10, below: 1, "POST /api/v1/tasks", .server, of: "gateway", at: 0...written + 10, http),
            span(11, below: 10, "POST /api/v1/tasks", .server, of: "tasks", at: 5...written + 5, http),
            span(12, below: 11, "INSERT task", .client, of: "tasks", at: 10...written, sql),
            span(13, below: 11, "COMMIT", .client, of: "tasks", at: 10...written, sql),
        ]
        for (id, topic, consumers) in [
            (20, "todo.events", ["audit", "reminders"]), (40, "task.updates", ["gateway"]),
        ] as [(UInt64, String, [String])] {
            spans.append(span(id, below: 11, "create \(topic)", .producer, of: "tasks", at: 9...9, message))
            spans.append(
                span(
                    id + 1, below: id, "send \(topic)", .client, of: "tasks", at: 30...40, message,
                    links: [id]))
            for (place, consumer) in consumers.enumerated() {
                spans.append(
                    span(
                        id + 2 + UInt64(place), below: id, "process \(topic)", .consumer, of: consumer,
                        at: 45...50,
                        message, links: [id]))
            }
        }
        return spans
    }
}
