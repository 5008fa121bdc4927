#if LocalTools
    import Yams

    /// One document for sidecars, and what a start changes in it.
    struct DaprDocument {
        let file: String
        let number: Int
        var node: Node

        func kind() throws(SupervisorError) -> String { try word("kind", node["kind"]) }

        func fitted(to target: DaprFiles.Target) throws(SupervisorError) -> DaprDocument {
            var fitted = self
            switch try kind() {
            case "Component":
                let type = try word("spec.type", node["spec"]?["type"])
                if type.hasPrefix("pubsub.") { try fitted.connect(to: target, from: type) }
            case "Configuration":
                try fitted.export(to: target.otlpPort)
                fitted.node["spec"]?["nameResolution"] = Self.nameService(target.names)
            default:
                break
            }
            return fitted
        }

        func text() throws(SupervisorError) -> String {
            do {
                return try Yams.serialize(node: node, width: -1, allowUnicode: true)
            } catch {
                throw mistake("it cannot be written again")
            }
        }

        /// `component-pubsub.yaml`
        func fileName() throws(SupervisorError) -> String {
            let name = try word("metadata.name", node["metadata"]?["name"])
            let whole = try kind().lowercased() + "-" + name
            guard whole.utf8.allSatisfy({ Self.nameBytes.contains($0) }) else {
                throw mistake("metadata.name may hold small letters, digits, - and . only")
            }
            return whole + ".yaml"
        }

        func mistake(_ problem: String) -> SupervisorError {
            .daprFileMistake(file: file, problem: "document \(number): \(problem)")
        }

        private static let nameBytes = Set("abcdefghijklmnopqrstuvwxyz0123456789-.".utf8)

        private func word(_ field: String, _ value: Node?) throws(SupervisorError) -> String {
            guard let text = value?.scalar?.string, !text.isEmpty else {
                throw mistake("\(field) is missing")
            }
            return text
        }

        /// Spans go where those of the services go. A rate of 0 would cut every trace in two.
        private mutating func export(to port: Int) throws(SupervisorError) {
            guard node["spec"]?.mapping != nil else { throw mistake("spec is missing") }
            var tracing = node["spec"]?["tracing"] ?? Node([(Node, Node)]())
            guard tracing.mapping != nil else { throw mistake("spec.tracing is no mapping") }
            if tracing["samplingRate"] == nil { tracing["samplingRate"] = Self.quoted("1") }
            guard let rate = Double(tracing["samplingRate"]?.scalar?.string ?? ""), rate > 0 else {
                throw mistake("spec.tracing.samplingRate must be above 0")
            }
            tracing["otel"] = Node([
                (Node("endpointAddress"), Self.quoted("127.0.0.1:\(port)")),
                (Node("isSecure"), Node("false")), (Node("protocol"), Node("http")),
            ])
            node["spec"]?["tracing"] = tracing
        }

        private static func nameService(_ path: String) -> Node {
            let settings = Node([(Node("connectionString"), quoted(path))])
            return Node([
                (Node("component"), quoted("sqlite")), (Node("version"), quoted("v1")),
                (Node("configuration"), settings),
            ])
        }

        static func quoted(_ text: String) -> Node { Node(text, .implicit, .doubleQuoted) }
    }

    // MARK: - Brokers

    extension DaprDocument {
        /// What the sidecar itself reads of a broker's component, whatever broker it is.
        private static let everyBroker: Set<String> = [
            "allowedTopics", "protectedTopics", "publishingScopes", "subscriptionScopes",
        ]

        /// Exchanges the broker and keeps who may do what. Settings that only another broker knows are left out.
        fileprivate mutating func connect(to target: DaprFiles.Target, from type: String)
            throws(SupervisorError)
        {
            let entries = try metadata()
            var kept = entries.filter { Self.everyBroker.contains(Self.name($0)) }
            let consumer = entries.filter { Self.name($0) == "consumerID" }
            let broker: String
            switch target.broker {
            case .inMemory:
                broker = "pubsub.in-memory"
            case .redis:
                broker = "pubsub.redis"
                var own = [Self.entry("redisHost", fromEnvironment: BrokerAddress.redisKey)]
                if target.hasRedisPassword {
                    own.append(
                        Self.entry("redisPassword", fromEnvironment: BrokerAddress.redisPasswordKey))
                }
                // Ten workers, the default, would lose the order of a key's events.
                own.append(Self.entry("concurrency", "1"))
                kept = own + consumer + kept
            case .kafka:
                broker = "pubsub.kafka"
                let brokers = [Self.entry("brokers", fromEnvironment: BrokerAddress.kafkaKey)]
                kept = brokers + entries.filter { type != broker || Self.name($0) != "brokers" }
            }
            node["spec"]?["type"] = Node(broker)
            node["spec"]?["version"] = Node("v1")
            node["spec"]?["metadata"] = Node(kept)
        }

        private func metadata() throws(SupervisorError) -> [Node] {
            guard let metadata = node["spec"]?["metadata"] else { return [] }
            guard let entries = metadata.sequence, entries.allSatisfy({ !Self.name($0).isEmpty }) else {
                throw mistake("spec.metadata is no list of names and values")
            }
            return Array(entries)
        }

        private static func name(_ entry: Node) -> String { entry["name"]?.scalar?.string ?? "" }

        private static func entry(_ name: String, _ value: String) -> Node {
            Node([(Node("name"), Node(name)), (Node("value"), quoted(value))])
        }

        private static func entry(_ name: String, fromEnvironment key: String) -> Node {
            Node([(Node("name"), Node(name)), (Node("envRef"), Node(key))])
        }
    }
#endif
