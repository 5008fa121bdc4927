#if LocalTools
    import ArgumentParser
    import Supervisor

    /// What stands between the services of the platform that is started.
    struct SidecarFlags: ParsableArguments {
        enum Kind: String, ExpressibleByArgument, CaseIterable {
            case standIn = "stand-in"
            case daprd
        }

        @Option(help: "What stands between the services: our stand-in for Dapr, or real daprd and scheduler.")
        var dapr = Kind.standIn

        @Option(help: "The broker of real sidecars: \(BrokerAddress.forms).")
        var broker: String?

        func validate() throws {
            switch (dapr, broker) {
            case (.standIn, nil):
                break
            case (.standIn, _):
                throw ValidationError("--broker is for --dapr daprd: the stand-in is its own broker")
            case (.daprd, nil):
                throw ValidationError("--dapr daprd needs --broker: \(BrokerAddress.forms)")
            case (.daprd, let text?):
                guard BrokerAddress(text) == nil else { break }
                // Not what was given: it may hold a password.
                throw ValidationError(
                    "--broker must be \(BrokerAddress.forms), without user or password "
                        + "(of Redis: set TODO_REDIS_PASSWORD)")
            }
        }

        var choice: SidecarChoice {
            guard dapr == .daprd, let broker = broker.flatMap({ BrokerAddress($0) }) else { return .standIn }
            return .daprd(broker)
        }
    }
#endif
