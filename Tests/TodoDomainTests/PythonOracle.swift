import Foundation

/// Python as a second opinion: the environment of `scripts/install-python.sh`, else the system's own.
enum PythonOracle {
    private static let own = repositoryFolder(".build/python/bin/python").path

    /// Whether Python is there and has a module.
    static func has(_ module: String) -> Bool { output(["-c", "import \(module)"], input: nil) != nil }

    /// What a script prints; nil when it fails. The wait is on a thread of its own.
    static func run(_ script: String, arguments: [String] = [], input: String? = nil) async -> String? {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(returning: output(["-c", script] + arguments, input: input))
            }
        }
    }

    private static func output(_ arguments: [String], input: String?) -> String? {
        let process = Process()
        let output = Pipe()
        if FileManager.default.isExecutableFile(atPath: own) {
            process.executableURL = URL(filePath: own)
            process.arguments = arguments
        } else {
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = ["python3"] + arguments
        }
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        // A file and not a pipe: whoever writes into a pipe may have to wait for its reader.
        let file = FileManager.default.temporaryDirectory.appending(path: "oracle-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        if let input {
            guard (try? Data(input.utf8).write(to: file)) != nil else { return nil }
            process.standardInput = try? FileHandle(forReadingFrom: file)
        } else {
            process.standardInput = FileHandle.nullDevice
        }
        guard (try? process.run()) != nil else { return nil }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return process.terminationStatus == 0 ? text : nil
    }
}
