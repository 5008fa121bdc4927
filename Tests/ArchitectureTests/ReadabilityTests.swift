import Testing

/// What keeps the tree readable: lengths, names, and what may not stand in it.
struct ReadabilityTests {
    let tree: SourceTree

    init() throws {
        tree = try SourceTree()
    }

    @Test func `no file is longer than one concept needs`() {
        let long = tree.files.filter { $0.lines.count > ($0.path.hasPrefix("Tests/") ? 600 : 400) }
        #expect(long.map { "\($0.path): \($0.lines.count)" }.isEmpty)
    }

    @Test func `no name says that its bearer has no concept`() {
        let forbidden = ["Manager", "Helper", "Util", "Base", "Common", "Misc", "Impl"]
        let named = tree.files.flatMap { file -> [String] in
            let declared = file.lines.compactMap(declaredName)
            return (declared + [String(file.name.dropLast(6))])
                .filter { name in forbidden.contains { words(of: name).contains($0) } }
                .map { "\(file.path): \($0)" }
        }
        #expect(named.isEmpty)
    }

    @Test func `nothing outside can reach a trap`() {
        let traps = ["fatalError(", "try!", "as!", "nonisolated(unsafe)", "unowned(unsafe)", "Task.detached"]
        let found = tree.files.filter { !$0.path.hasPrefix("Tests/") }.flatMap { file in
            file.lines.filter { line in
                !line.trimmingPrefix(while: \.isWhitespace).hasPrefix("//")
                    && traps.contains { line.contains($0) }
            }.map { "\(file.path): \($0)" }
        }
        #expect(found.isEmpty)
    }

    @Test func `unchecked sendability is rare, explained, and below the frame`() {
        let places = tree.files.filter { $0.path.hasPrefix("Sources/") }.flatMap { file in
            file.lines.filter { $0.contains("@unchecked Sendable") && !$0.contains("//") }.map { _ in
                file.path
            }
        }
        #expect(places.count <= 12)
        for path in places {
            let allowed = ["Core/Postgres", "Core/CurlHTTP", "Core/OTLP", "Platform/Telemetry"]
            #expect(allowed.contains { path.contains($0) }, "\(path)")
        }
    }

    @Test func `no line waits to be written`() {
        let words = ["TODO:", "FIXME"]
        let found = tree.files.filter { !$0.path.hasPrefix("Tests/ArchitectureTests/") }.flatMap { file in
            file.lines.filter { line in words.contains { line.contains($0) } }.map { "\(file.path): \($0)" }
        }
        #expect(found.isEmpty)
    }

    private func declaredName(_ line: Substring) -> String? {
        let words = line.split(separator: " ")
        guard
            let keyword = words.firstIndex(where: {
                ["struct", "class", "enum", "actor", "protocol"].contains($0)
            }),
            words.indices.contains(keyword + 1)
        else { return nil }
        return String(words[keyword + 1].prefix { $0.isLetter || $0.isNumber })
    }

    /// `TaskManagerImpl` is Task, Manager, Impl.
    private func words(of name: String) -> [String] {
        var words: [String] = []
        for character in name {
            if character.isUppercase || words.isEmpty { words.append("") }
            words[words.count - 1].append(character)
        }
        return words
    }
}
