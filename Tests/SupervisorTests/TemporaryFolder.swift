import Glibc
import Testing

@testable import Supervisor

/// A data folder that is gone when the test ends, and ports nobody uses.
struct TemporaryFolder: ~Copyable {
    let folder: DataFolder

    init() throws {
        let name = RandomBytes.make(6).map { String($0, radix: 16) }.joined()
        folder = DataFolder("/tmp/supervisor-test-\(name)")
        try folder.prepare()
    }

    deinit { FolderRemoval.remove(folder.path) }

    /// A free port below the ephemeral ones.
    static func freePort() -> Int {
        while true {
            let port = Int.random(in: 12_000..<31_000)
            if LoopbackPort.isFree(port) { return port }
        }
    }

    /// Writes an executable shell script into the folder.
    func script(_ text: String) throws -> String {
        let path = folder.path + "/script-\(Int.random(in: 0..<1_000_000))"
        try FileAccess.replace(path, with: Array(("#!/bin/sh\n" + text).utf8), mode: 0o700)
        return path
    }
}

extension Console {
    /// Swallows everything.
    static let silent = Console(write: { _ in }, writeError: { _ in })
}

/// Asks again and again until something is so; what never comes true fails the test, with its place, and ends it.
func eventually(
    within limit: Duration = .seconds(30), sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while !(await condition()) {
        try #require(
            ContinuousClock.now < deadline, "this did not come true", sourceLocation: sourceLocation)
        try await Task.sleep(for: .milliseconds(1))
    }
}
