import Testing

/// Imports go down, and what one module alone may touch is touched by it alone.
struct FloorTests {
    let tree: SourceTree
    let floors: Floors

    init() throws {
        tree = try SourceTree(["Sources", "loadtest"])
        floors = Floors(tree)
    }

    /// Pairs of (file, imported module) that a rule forbids.
    private func violations(_ isAllowed: (_ importer: String, _ imported: String) -> Bool) -> [String] {
        tree.files.flatMap { file -> [String] in
            guard let module = Floors.module(of: file.path) else { return [] }
            return file.imports.filter { !isAllowed(module, $0) }.map { "\(file.path) imports \($0)" }
        }
    }

    @Test func `the tree was found, floor by floor`() {
        #expect(tree.files.count > 100)
        #expect(Set(floors.floor.values) == [0, 1, 2, 3, 4, 5, 6])
    }

    @Test func `imports go down, never sideways and never up`() {
        let found = violations { importer, imported in
            guard let from = floors.floor[importer], let to = floors.floor[imported] else { return true }
            // The program is the one place that knows all services; it sits on the supervisor's floor.
            return importer == imported || to < from || (importer == "todo" && imported == "Supervisor")
        }
        #expect(found.isEmpty)
    }

    @Test func `each C library has one door`() {
        let doors = [
            "CPostgres": "Postgres", "CCurl": "CurlHTTP", "COTLP": "OTLP", "CZlib": "Gzip",
            "CMalloc": "Telemetry",
        ]
        let found = violations { importer, imported in
            guard let keeper = doors[imported] else { return true }
            return importer == keeper
        }
        #expect(found.isEmpty)
    }

    @Test func `only the frame bootstraps telemetry`() {
        #expect(
            violations { importer, imported in imported != "Telemetry" || importer == "ServiceKit" }.isEmpty)
        let bootstraps = tree.files.filter { file in
            !file.path.hasPrefix("Sources/ServiceKit/")
                && file.lines.contains { $0.contains("System.bootstrap(") }
        }
        #expect(bootstraps.map(\.path).isEmpty)
    }

    @Test func `the web framework stays above the frame`() {
        let found = violations { importer, imported in
            imported != "Hummingbird" || (floors.floor[importer] ?? 0) >= 4 && importer != "Supervisor"
        }
        #expect(found.isEmpty)
    }

    @Test func `full Foundation is linked nowhere`() {
        #expect(violations { _, imported in imported != "Foundation" }.isEmpty)
    }

    @Test func `a C symbol is named in one module only`() {
        let owners: [(prefixes: [String], module: String)] = [
            (["PQ"], "Postgres"), (["curl_", "CURL"], "CurlHTTP"), (["protobuf_c_"], "OTLP"),
            (["deflate", "inflate", "czlib_"], "Gzip"),
        ]
        var found: [String] = []
        for file in tree.files where !file.path.hasPrefix("Sources/C/") {
            for owner in owners where Floors.module(of: file.path) != owner.module {
                for line in file.lines where calls(owner.prefixes, in: line) {
                    found.append("\(file.path): \(line)")
                }
            }
        }
        #expect(found.isEmpty)
    }

    /// Whether a line of code calls a function that begins with a prefix; texts and comments do not count.
    private func calls(_ prefixes: [String], in line: Substring) -> Bool {
        let code = line.trimmingPrefix(while: \.isWhitespace)
        guard !code.hasPrefix("//"), !code.contains("\""), !code.contains("SELECT") else { return false }
        return code.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "(" })
            .contains { word in prefixes.contains { word.hasPrefix($0) && word.contains("(") } }
    }
}
