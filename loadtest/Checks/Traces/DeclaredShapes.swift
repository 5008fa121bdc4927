import OTLP
import TraceAnalysis

/// The form that the trace of each operation must have.
///
/// What is declared is the way of a write through gateway, service, outbox and every consumer, with the links that tie
/// an effect to its cause. What is left open: a sidecar's own spans, which differ between the stand-in and Dapr;
/// statements beside the decisive ones; repeated attempts, since delivery is at least once.
enum DeclaredShapes {
    /// The form for a method and a route; nil for operations that have none declared.
    static func shape(_ method: String, _ route: String, events: [String]) -> SpanShape? {
        guard let service = service(of: route) else { return nil }
        let operation = NamePattern("\(method) \(route)")
        let isWrite = !events.isEmpty
        return SpanShape(
            operation, .server, of: "gateway", below: .anywhere,
            with: ["http.request.method", "http.route", "http.response.status_code"],
            [
                SpanShape(
                    operation, .server, of: service, count: 1...3, below: .anywhere, with: ["http.route"],
                    isWrite ? written(by: service, Set(events.compactMap(topic))) : [])
            ])
    }

    /// Who answers behind the gateway.
    private static func service(of route: String) -> String? {
        let known = [
            ("/api/v1/chat", "assistant"), ("/api/v1/audit", "audit"), ("/api/v1/tasks", "tasks"),
            ("/api/v1/lists", "tasks"), ("/api/v1/changes", "tasks"),
        ]
        return known.first { route == $0.0 || route.hasPrefix("\($0.0)/") }?.1
    }

    /// The topic that an event of a type goes to.
    static func topic(of type: String) -> String? {
        let noun = type.split(separator: ".").dropFirst().first
        switch noun {
        case "task", "list", "template": return "todo.events"
        case "reminder": return "reminder.events"
        case "series", "recurrence": return "recurring.events"
        default: return nil
        }
    }

    private static func written(by service: String, _ topics: Set<String>) -> [SpanShape] {
        [SpanShape("COMMIT", .client, of: service, count: 1...9, below: .anywhere, with: ["db.system.name"])]
            + topics.sorted().map { made($0, by: service, consumers: consumers[$0] ?? ["audit"]) }
            + [made("task.updates", by: service, consumers: ["gateway"])]
    }

    private static let consumers = [
        "todo.events": ["audit", "reminders"], "reminder.events": ["audit", "reminders"],
        "recurring.events": ["audit", "recurring"],
    ]

    /// The making of an event, its sending, and every consumer's part.
    private static func made(_ topic: String, by service: String, consumers: [String]) -> SpanShape {
        SpanShape(
            NamePattern("create \(topic)"), .producer, of: service, label: topic, count: 1...20,
            below: .anywhere,
            undoneBy: "ROLLBACK",
            with: ["messaging.message.id", "messaging.destination.name", "cloudevents.event_type"],
            [
                SpanShape(
                    NamePattern("send \(topic)"), .client, of: service, count: 1...9,
                    with: ["messaging.message.id", "todo.outbox.wait_ms"], links: [topic])
            ]
                + consumers.map { consumer in
                    SpanShape(
                        NamePattern("process \(topic)"), .consumer, of: consumer, count: 1...9,
                        below: .anywhere,
                        with: ["messaging.message.id", "messaging.consumer.group.name"], links: [topic])
                })
    }
}
