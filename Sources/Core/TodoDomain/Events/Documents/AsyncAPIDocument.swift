/// The catalogue as an AsyncAPI 3.0 document: topics as channels, roles as operations, events as messages.
///
/// Written for the platform as a whole; an operation's name begins with the app-id of the service that does it.
/// Nothing in it depends on when or where it is made, so that the committed file can be held against the code.
struct AsyncAPIDocument {
    let catalogue: EventCatalogue

    var tree: JSONTree {
        [
            "asyncapi": "3.0.0",
            "info": [
                "title": "Events of the todo platform", "version": "1.0.0",
                "description":
                    "CloudEvents that services exchange through Dapr pub/sub. Generated from the catalogue in code.",
                "license": [
                    "name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0",
                ],
            ],
            "defaultContentType": "application/cloudevents+json",
            "servers": [
                "sidecar": [
                    "host": "localhost:3500", "protocol": "http",
                    "description": "The service's own Dapr sidecar; the broker behind it is Dapr's affair.",
                ]
            ],
            "channels": .object(EventStream.all.flatMap { [channel($0), deadLetters($0)] }),
            "operations": .object(EventStream.all.flatMap(operations)),
            "components": [
                "messages": .object(catalogue.definitions.map(message)), "schemas": .object(schemas),
            ],
        ]
    }

    private func types(on stream: EventStream) -> [EventDefinition] {
        catalogue.definitions.filter { $0.topic == stream.topic }
    }

    private func channel(_ stream: EventStream) -> JSONTree.Member {
        .init(
            stream.topic,
            [
                "address": .text(stream.topic), "summary": .text(stream.summary),
                "description": .text(
                    "Order is kept by `partitionkey`: \(stream.key)."
                        + (stream.delivery.map { " Delivered \($0)." } ?? "")),
                "messages": messages(of: stream),
                "x-dead-letters": .text(Topic.deadLetter(of: stream.topic)),
            ])
    }

    private func deadLetters(_ stream: EventStream) -> JSONTree.Member {
        let topic = Topic.deadLetter(of: stream.topic)
        return .init(
            topic,
            [
                "address": .text(topic),
                "summary": .text("Events of \(stream.topic) that nobody could handle, unchanged."),
                "messages": messages(of: stream),
            ])
    }

    private func messages(of stream: EventStream) -> JSONTree {
        .object(
            types(on: stream).map { .init($0.type, reference("#/components/messages/\($0.type)")) })
    }

    private func operations(_ stream: EventStream) -> [JSONTree.Member] {
        let types = types(on: stream)
        var publishers: [String] = []
        for name in types.flatMap(\.publishers) where !publishers.contains(name) { publishers.append(name) }
        let sends = publishers.map { role in
            operation(
                role, "send", stream.topic, "\(role) publishes to \(stream.topic).",
                types.filter { $0.publishers.contains(role) })
        }
        let receives = stream.subscribers.map { role in
            operation(role, "receive", stream.topic, "\(role) subscribes to \(stream.topic).", types)
        }
        let dead = operation(
            "sidecar", "send", Topic.deadLetter(of: stream.topic),
            "The sidecar of a subscriber that could not handle an event puts it here.", types)
        return sends + receives + [dead]
    }

    private func operation(
        _ role: String, _ action: String, _ topic: String, _ summary: String, _ types: [EventDefinition]
    ) -> JSONTree.Member {
        .init(
            "\(role).\(action).\(topic)",
            [
                "action": .text(action), "channel": reference("#/channels/\(topic)"),
                "summary": .text(summary),
                "messages": .list(types.map { reference("#/channels/\(topic)/messages/\($0.type)") }),
                "tags": [["name": .text(role)]],
            ])
    }

    private func reference(_ pointer: String) -> JSONTree {
        ["$ref": .text(pointer)]
    }
}

extension AsyncAPIDocument {
    private func message(_ definition: EventDefinition) -> JSONTree.Member {
        let data =
            definition.schema == definition.payload.schema
            ? named(definition.schema) : definition.schema.jsonSchema(place: named)
        return .init(
            definition.type,
            [
                "name": .text(definition.type), "title": .text(definition.type),
                "summary": .text(
                    "Published when \(definition.occasion); `subject` is \(definition.subject)."),
                "contentType": "application/cloudevents+json",
                "headers": reference("#/components/schemas/DeliveryHeaders"),
                "payload": [
                    "allOf": [
                        named(EventEnvelope.schema),
                        [
                            "type": "object",
                            "properties": [
                                "type": ["const": .text(definition.type)],
                                "dataschema": ["const": .text(definition.schemaName)], "data": data,
                            ],
                            "required": ["type", "data"],
                        ],
                    ]
                ],
                "examples": [["name": "example", "payload": definition.exampleEvent]],
                "x-standing": .text(definition.standing.rawValue),
            ])
    }

    /// Every object that a message refers to, each once, in the order of its first use.
    private var schemas: [JSONTree.Member] {
        var objects = [EventEnvelope.schema]
        for definition in catalogue.definitions {
            for object in definition.payload.schema.allObjects where !objects.contains(object) {
                objects.append(object)
            }
        }
        return [.init("DeliveryHeaders", Self.deliveryHeaders)]
            + objects.map { .init($0.name, $0.jsonSchema(place: named)) }
    }

    private func named(_ schema: ObjectSchema) -> JSONTree {
        reference("#/components/schemas/\(schema.name)")
    }

    private static let deliveryHeaders: JSONTree = [
        "type": "object", "description": "Of the HTTP request by which the sidecar delivers.",
        "properties": [
            "traceparent": [
                "type": "string",
                "description":
                    "W3C context of the sidecar's span; obeyed only if it is of the trace that the envelope names.",
            ],
            "dapr-api-token": ["type": "string", "description": "How the app knows its sidecar."],
        ],
    ]
}
