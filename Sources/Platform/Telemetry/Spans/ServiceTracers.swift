import OTLP
public import Tracing

extension TelemetrySystem {
    /// A tracer that speaks for another service from within this process, as a sidecar does for its app: the
    /// process's resource with another `service.name`. Its spans leave through the same queue.
    public func tracer(service: String, scope: String) -> any Tracer {
        var attributes = configuration.resource.attributes.filter { $0.key != "service.name" }
        attributes.insert(Attribute("service.name", .string(service)), at: 0)
        return tracer.tracer(
            resource: Resource(attributes: attributes),
            scope: InstrumentationScope(name: scope, version: configuration.serviceVersion))
    }
}
