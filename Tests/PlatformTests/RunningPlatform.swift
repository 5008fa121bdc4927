import CurlHTTP
import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

/// A whole platform, started as a person would start it: `todo up --detach`.
final class RunningPlatform: Sendable {
    let data: URL
    let portBase: Int
    let http = HTTPClient()

    /// The program under test, built beside the tests; another one (TODO_TEST_PROGRAM) where a release is measured.
    static var program: String {
        get throws {
            if let chosen = ProcessInfo.processInfo.environment["TODO_TEST_PROGRAM"] { return chosen }
            let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            let candidates = [folder, SourceRoot.url.appendingPathComponent(".build/debug")]
            let found = candidates.map { $0.appendingPathComponent("todo").path }
                .first { FileManager.default.isExecutableFile(atPath: $0) }
            return try #require(found, "the program is not built: swift build --build-tests")
        }
    }

    /// What tests set: a cheap password hash, because debug builds compute it slowly, webhooks to themselves, and a rate
    /// of requests that no test reaches.
    static let environment = [
        "TODO_SCRYPT_COST": "8", "TODO_API_RATE": "1000000", "NO_COLOR": "1",
        "TODO_NOTIFICATIONS_PRIVATE_ADDRESSES": "true",
        "TODO_TRACE_INSPECTOR": "https://traces.example/trace/{traceId}",
    ]

    /// Starts a platform of its own.
    init(environment: [String: String] = [:], arguments: [String] = []) async throws {
        data = FileManager.default.temporaryDirectory.appendingPathComponent(
            "todo-platform-\(UUID().uuidString)")
        portBase = try FreePorts.block(of: 100)
        let result = try await runCommand(
            Self.program,
            ["up", "--detach", "--data", data.path, "--port-base", String(portBase)] + arguments,
            environment: Self.environment.merging(environment) { $1 })
        guard result.status == 0 else {
            Issue.record("todo up ended with \(result.status): \(result.output)\n\(result.errors)")
            throw PlatformFailure.notStarted
        }
    }

    /// Runs a `todo` command.
    func todo(_ arguments: String...) async throws -> CommandResult {
        try await runCommand(Self.program, arguments, environment: Self.environment)
    }

    /// Stops it and removes what it left in its folder.
    func stop() async throws {
        _ = try await todo("down", "--data", data.path)
        await http.close()
        try? FileManager.default.removeItem(at: data)
    }

    /// One platform for all suites that only use it; started by the first, stopped when the process ends.
    static let shared = SharedPlatform()
}

/// Starts the shared platform once.
actor SharedPlatform {
    private var start: Task<RunningPlatform, any Error>?

    func running() async throws -> RunningPlatform {
        if let start { return try await start.value }
        let task = Task { try await RunningPlatform(arguments: RealDapr.arguments) }
        start = task
        let platform = try await task.value
        StopAtExit.register(program: try RunningPlatform.program, data: platform.data.path)
        return platform
    }
}

enum PlatformFailure: Error {
    case notStarted
}

/// Stops the shared platform when the test process ends, whichever test was the last.
private enum StopAtExit {
    private static let platforms = Mutex<[(program: String, data: String)]>([])

    static func register(program: String, data: String) {
        let isFirst = platforms.withLock { platforms in
            platforms.append((program, data))
            return platforms.count == 1
        }
        if isFirst { atexit { StopAtExit.stopAll() } }
    }

    private static func stopAll() {
        for platform in platforms.withLock({ $0 }) {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: platform.program)
            process.arguments = ["down", "--data", platform.data]
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            guard (try? process.run()) != nil else { continue }
            process.waitUntilExit()
            try? FileManager.default.removeItem(atPath: platform.data)
        }
    }
}

/// Where the sources lie.
enum SourceRoot {
    static let url = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}
