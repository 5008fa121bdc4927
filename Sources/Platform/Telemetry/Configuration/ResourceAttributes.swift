import OTLP

/// What a process says of itself.
///
/// The environment wins over what the program assumes or found out (name, version, place, container), but not over
/// what it knows for sure (process id, SDK).
struct ResourceAttributes {
    private var values: [String: AttributeValue]

    init(
        serviceName: String, serviceVersion: String, serviceInstanceID: String, deploymentEnvironment: String,
        processID: Int32, detected: [String: AttributeValue], environment reader: inout EnvironmentReader
    ) {
        values = detected
        values["service.name"] = .string(serviceName)
        values["service.namespace"] = .string("todo")
        values["service.version"] = .string(serviceVersion)
        values["service.instance.id"] = .string(serviceInstanceID)
        values["deployment.environment.name"] = .string(deploymentEnvironment)
        for (name, value) in reader.pairs("OTEL_RESOURCE_ATTRIBUTES") ?? [] { values[name] = .string(value) }
        if let name = reader.text("OTEL_SERVICE_NAME") { values["service.name"] = .string(name) }
        values["telemetry.sdk.name"] = .string("todo-telemetry")
        values["telemetry.sdk.language"] = .string("swift")
        values["telemetry.sdk.version"] = .string(TelemetryConfiguration.sdkVersion)
        values["process.pid"] = .int(Int64(processID))
    }

    subscript(_ name: String) -> String? {
        guard case .string(let text) = values[name] else { return nil }
        return text
    }

    var resource: Resource {
        Resource(attributes: values.sorted { $0.key < $1.key }.map { Attribute($0.key, $0.value) })
    }
}
