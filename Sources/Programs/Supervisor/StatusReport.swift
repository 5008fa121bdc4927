import FoundationEssentials

/// The answer of `todo status`, as JSON for programs and as a table for people.
struct StatusReport: Sendable, Equatable, Encodable {
    struct Line: Sendable, Equatable, Encodable {
        let role: String
        let state: String
        let pid: Int32?
        let addresses: [String: String]
        /// The last words of one that ends again and again; for people, not part of the JSON.
        let lastLines: [String]

        /// What answers is ready, whatever was recorded; what was recorded as ready and is silent is not.
        init(_ record: ProcessRecord, isAlive: Bool, answers: Bool) {
            role = record.name
            addresses = record.addresses
            lastLines = record.lastLines ?? []
            pid = isAlive ? record.process?.pid : nil
            switch record.state {
            case .ready where answers: state = "ready"
            case .ready: state = isAlive ? "unready" : "stopped"
            case .waiting, .restarting, .crashLooping, .stopped, .failed: state = record.state.rawValue
            case .starting, .stopping: state = isAlive ? record.state.rawValue : "stopped"
            }
        }

        enum CodingKeys: String, CodingKey {
            case role
            case state
            case pid
            case addresses
        }

        /// The key `pid` is always there, null for a process that does not run.
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(role, forKey: .role)
            try container.encode(state, forKey: .state)
            try container.encode(pid, forKey: .pid)
            try container.encode(addresses, forKey: .addresses)
        }
    }

    let roles: [Line]

    var isReady: Bool { !roles.isEmpty && roles.allSatisfy { $0.state == "ready" } }

    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? #"{"roles":[]}"#
    }

    var table: String {
        let head = ["ROLE", "STATE", "PID", "ADDRESSES"]
        let rows = roles.map { line in
            let addresses = line.addresses.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            return [
                line.role, line.state, line.pid.map(String.init) ?? "-", addresses.joined(separator: "  "),
            ]
        }
        let widths = (0..<3).map { column in ([head] + rows).map { $0[column].count }.max() ?? 0 }
        return ([head] + rows).map { row in
            let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            return (cells + [row[3]]).joined(separator: "  ") + "\n"
        }.joined() + lastWords
    }

    private var lastWords: String {
        roles.filter { !$0.lastLines.isEmpty }.map { line in
            "\n\(line.role) ended again and again; its last lines:\n"
                + line.lastLines.map { "    \($0)\n" }.joined()
        }.joined()
    }
}
