import Dapr
import Tracing

/// The attributes that spans of messaging carry (OpenTelemetry semantic conventions, messaging and CloudEvents).
enum MessagingAttributes {
    /// An application behind Dapr cannot know the broker, so the system is Dapr itself.
    static let system = "dapr"

    // A span that nobody will see takes no attributes: each would be kept in a dictionary for nothing.

    static func set(on span: any Span, operation: String, type: String, topic: String) {
        guard span.isRecording else { return }
        span.attributes["messaging.system"] = system
        span.attributes["messaging.operation.name"] = operation
        span.attributes["messaging.operation.type"] = type
        span.attributes["messaging.destination.name"] = topic
    }

    /// The handling of an event by a consumer, with its link to where the event was made.
    static func describe(_ event: ReceivedEvent, by group: String, topic: String? = nil, on span: any Span) {
        let envelope = event.envelope
        let creation = event.creation.context()
        span.addLink(SpanLink(context: creation, attributes: ["todo.link.reason": "create"]))
        set(on: span, operation: "process", type: "process", topic: topic ?? event.topic)
        set(
            on: span, eventID: envelope.id, eventType: envelope.type, source: envelope.source,
            subject: envelope.subject)
        span.attributes["messaging.consumer.group.name"] = group
    }

    static func set(on span: any Span, eventID: String, eventType: String, source: String, subject: String?) {
        guard span.isRecording else { return }
        span.attributes["messaging.message.id"] = eventID
        span.attributes["cloudevents.event_id"] = eventID
        span.attributes["cloudevents.event_type"] = eventType
        span.attributes["cloudevents.event_source"] = source
        span.attributes["cloudevents.event_spec_version"] = "1.0"
        if let subject { span.attributes["cloudevents.event_subject"] = subject }
    }
}
