/// How a signal's receiver is reached: `OTEL_EXPORTER_OTLP_*`.
extension EnvironmentReader {
    /// What is exported; each may have a receiver of its own.
    enum Signal: String {
        case traces = "TRACES"
        case logs = "LOGS"

        /// Below the endpoint that is for all signals.
        var path: String { "v1/\(rawValue.lowercased())" }

        func variable(_ setting: String) -> String { "OTEL_EXPORTER_OTLP_\(rawValue)_\(setting)" }

        /// The signal's variable goes before the one for all signals.
        func variables(_ setting: String) -> [String] {
            [variable(setting), "OTEL_EXPORTER_OTLP_\(setting)"]
        }
    }

    mutating func exporter(_ signal: Signal) -> OTLPExporterConfiguration {
        var exporter = OTLPExporterConfiguration()
        exporter.endpoint = "http://localhost:4318/\(signal.path)"
        if let url = endpoint(signal.variable("ENDPOINT")) {
            exporter.endpoint = url.hasPath ? url.text : url.text + "/"
        } else if let url = endpoint("OTEL_EXPORTER_OTLP_ENDPOINT") {
            exporter.endpoint = url.text + (url.text.hasSuffix("/") ? "" : "/") + signal.path
        }
        exporter.headers =
            headers(signal.variable("HEADERS")) ?? headers("OTEL_EXPORTER_OTLP_HEADERS") ?? []
        exporter.timeout =
            milliseconds(signal.variable("TIMEOUT")) ?? milliseconds("OTEL_EXPORTER_OTLP_TIMEOUT")
            ?? exporter.timeout
        exporter.compression = compression(signal) ?? .none
        exporter.certificateFile = file("CERTIFICATE", signal)
        exporter.clientCertificateFile = file("CLIENT_CERTIFICATE", signal)
        exporter.clientKeyFile = file("CLIENT_KEY", signal)
        if exporter.clientKeyFile != nil, exporter.clientCertificateFile == nil {
            warn("OTEL_EXPORTER_OTLP_CLIENT_KEY: has no effect without a client certificate")
        }
        expectProtocol(signal)
        return exporter
    }

    private mutating func compression(_ signal: Signal) -> OTLPExporterConfiguration.Compression? {
        for key in signal.variables("COMPRESSION") {
            guard let name = text(key) else { continue }
            switch name.lowercased() {
            case "gzip": return .gzip
            case "none": return OTLPExporterConfiguration.Compression.none
            default: warn("\(key): “\(shown(name))” is neither gzip nor none")
            }
        }
        return nil
    }

    /// A path as it is; that the file is missing shows when the first connection is made.
    private mutating func file(_ setting: String, _ signal: Signal) -> String? {
        for key in signal.variables(setting) {
            guard let path = text(key) else { continue }
            if path.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) { return path }
            warn("\(key): not the path of a file")
        }
        return nil
    }

    private mutating func endpoint(_ key: String) -> (text: String, hasPath: Bool)? {
        guard let text = text(key) else { return nil }
        let lowercase = text.lowercased()
        let scheme = ["http://", "https://"].first { lowercase.hasPrefix($0) }
        let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        guard let scheme, isPlain, let first = text.dropFirst(scheme.count).first, first != "/", first != ":"
        else {
            // Not shown: a URL may hold a user's name and password.
            warn("\(key): not an http or https URL, the default is used")
            return nil
        }
        return (text, text.dropFirst(scheme.count).contains("/"))
    }

    private mutating func headers(_ key: String) -> [(name: String, value: String)]? {
        guard let pairs = pairs(key, isSecret: true) else { return nil }
        let isSafe: (String) -> Bool = { $0.utf8.allSatisfy { $0 == 0x09 || $0 >= 0x20 && $0 != 0x7F } }
        guard pairs.allSatisfy({ isSafe($0.name) && isSafe($0.value) }) else {
            warn("\(key): a name or value holds control characters, the headers are left out")
            return nil
        }
        return pairs
    }

    private mutating func expectProtocol(_ signal: Signal) {
        for key in signal.variables("PROTOCOL") {
            if let value = text(key), value.lowercased() != "http/protobuf" {
                warn("\(key): “\(shown(value))” is not supported, http/protobuf is used")
            }
        }
    }
}
