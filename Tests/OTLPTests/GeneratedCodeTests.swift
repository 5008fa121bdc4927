import FoundationEssentials
import Glibc
import Testing

/// The committed C code is what `protoc-c` makes of our schema today.
@Suite struct GeneratedCodeTests {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static let generator: String? = (getenv("PATH").map { String(cString: $0) } ?? "")
        .split(separator: ":").map { "\($0)/protoc-c" }
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    @Test(.enabled(if: generator != nil, "protoc-c (package protobuf-c-compiler) is not installed"))
    func `the committed code is up to date`() throws {
        let generator = try #require(Self.generator)
        let folder = FileManager.default.temporaryDirectory.appending(path: "otlp-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let schemas = Self.root.appending(path: "otel/proto").path
        let status = try run(
            generator, "--proto_path=\(schemas)", "--c_out=\(folder.path)", "\(schemas)/todo_otlp.proto")
        #expect(status == 0)
        let committed = Self.root.appending(path: "Sources/C/COTLP")
        for (fresh, kept) in [
            ("todo_otlp.pb-c.c", "todo_otlp.pb-c.c"), ("todo_otlp.pb-c.h", "include/todo_otlp.pb-c.h"),
        ] {
            let freshText = try String(contentsOf: folder.appending(path: fresh), encoding: .utf8)
            let keptText = try String(contentsOf: committed.appending(path: kept), encoding: .utf8)
            #expect(
                freshText == keptText,
                "\(kept) is not what otel/proto/todo_otlp.proto gives: see the command at its top")
        }
    }

    /// `posix_spawn` by hand: a whole process library for one short call would be too much.
    private func run(_ arguments: String...) throws -> Int32 {
        var pointers = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var child: pid_t = 0
        var environment: [UnsafeMutablePointer<CChar>?] = [nil]
        let failure = posix_spawn(&child, arguments[0], nil, nil, &pointers, &environment)
        guard failure == 0 else { return failure }
        var status: Int32 = 0
        while waitpid(child, &status, 0) == -1, errno == EINTR {}
        return status
    }
}
