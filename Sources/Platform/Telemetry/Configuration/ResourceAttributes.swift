import OTLP

/// What a process says of itself.
///
/// The environment wins over what the program assumes (name, version, place), but not over what it knows for
/// sure (process id, SDK).
struct ResourceAttributes {
    private var values: [String: AttributeValue]

    init(
        serviceName: String, serviceVersion: String, serviceInstanceID: String, deploymentEnvironment: String,
        processID: Int32, environment reader: inout EnvironmentReader
    ) {
        values = [
            "service.name": .string(serviceName),
            "service.namespace": .string("todo"),
            "service.version": .string(serviceVersion),
            "service.instance.id": .string(serviceInstanceID),
            "deployment.environment.name": .string(deploymentEnvironment),
        ]
        for (name, value) in reader.pairs("OTEL_RESOURCE_ATTRIBUTES") ?? [] { values[name] = .string(value) }
        if let name = reader.text("OTEL_SERVICE_NAME") { values["service.name"] = .string(name) }
        values["telemetry.sdk.name"] = .string("todo-telemetry")
        values["telemetry.sdk.language"] = .string("swift")
        values["telemetry.sdk.version"] = .string(TelemetryConfiguration.sdkVersion)
        values["process.pid"] = .int(Int64(processID))
        values["process.runtime.name"] = .string("swift")
        values["host.arch"] = .string(hostArchitecture)
        values["os.type"] = .string("linux")
    }

    subscript(_ name: String) -> String? {
        guard case .string(let text) = values[name] else { return nil }
        return text
    }

    var resource: Resource {
        Resource(attributes: values.sorted { $0.key < $1.key }.map { Attribute($0.key, $0.value) })
    }
}

#if arch(arm64)
    private let hostArchitecture = "arm64"
#else
    private let hostArchitecture = "amd64"
#endif
