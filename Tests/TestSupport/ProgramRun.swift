import Foundation
import Glibc

/// What became of a program that a test ran to its end, without blocking a thread meanwhile.
public struct ProgramRun: Sendable {
    /// Its exit status; 128 and the signal's number when a signal ended it.
    public let status: Int32
    /// What it wrote, errors included.
    public let output: String
    /// How long it took.
    public let duration: Duration

    /// Runs a program by its path in a folder.
    public static func of(_ arguments: [String], in folder: String = "/") async throws -> ProgramRun {
        let output = FileManager.default.temporaryDirectory.appending(path: "run-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: output) }
        let start = ContinuousClock.now
        let script = "cd \"$0\" && out=$1 && shift && exec \"$@\" >\"$out\" 2>&1"
        let child = try ChildProgram.spawn(
            ["/bin/sh", "-c", script, folder, output.path] + arguments, standardInput: nil)
        let status = await ended(child)
        let text = (try? Data(contentsOf: output)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return ProgramRun(status: status, output: text, duration: ContinuousClock.now - start)
    }

    private static func ended(_ child: pid_t) async -> Int32 {
        var status: Int32 = 0
        while waitpid(child, &status, WNOHANG) == 0 {
            if (try? await Task.sleep(for: .milliseconds(20))) == nil {
                _ = Glibc.kill(child, SIGKILL)
                _ = waitpid(child, &status, 0)
                break
            }
        }
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }
}
