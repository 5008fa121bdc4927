import Foundation
import Testing

@testable import TodoDomain

/// Our check and the published JSON Schemas agree, as judged by somebody else: `jsonschema` for Python.
struct JSONSchemaAgreementTests {
    private static let judge = """
        import json, sys
        from jsonschema import Draft202012Validator as Validator
        folder, cases = sys.argv[1:]
        validators, wrong = {}, []
        for line in open(cases, encoding="utf-8"):
            case = json.loads(line)
            name = case["type"]
            if name not in validators:
                schema = json.load(open(f"{folder}/{name}.json", encoding="utf-8"))
                Validator.check_schema(schema)
                validators[name] = Validator(schema)
            if validators[name].is_valid(case["data"]) != case["valid"]:
                wrong.append(line.strip())
        print("\\n".join(wrong[:5]) if wrong else "agreed")
        """

    private static let hasJudge = run(["-c", "import jsonschema"]) != nil

    /// What Python prints; nil when it fails or is not there.
    private static func run(_ arguments: [String]) -> String? {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return process.terminationStatus == 0 ? text : nil
    }

    @Test(.enabled(if: hasJudge, "python3 with the package jsonschema is not installed"))
    func `the published schemas accept and refuse what we accept and refuse`() throws {
        var lines: [String] = []
        for definition in EventCatalogue.platform.definitions {
            var random = RandomPayload(seed: 23)
            for _ in 1...3 {
                let data = random.object(definition.schema)
                lines.append(line(definition, data, valid: true))
                for mutation in definition.schema.mutations(of: data) where mutation.tree.isShort {
                    lines.append(line(definition, mutation.tree, valid: false))
                }
            }
        }
        let file = FileManager.default.temporaryDirectory.appending(path: "payloads-\(UUID().uuidString)")
        try (lines.joined(separator: "\n") + "\n").write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let schemas = repositoryFolder("docs/schemas").path
        #expect(Self.run(["-c", Self.judge, schemas, file.path]) == "agreed\n")
        #expect(lines.count > 3000)
    }

    private func line(_ definition: EventDefinition, _ data: JSONTree, valid: Bool) -> String {
        let line: JSONTree = ["type": .text(definition.type), "data": data, "valid": .bool(valid)]
        return line.compact
    }
}

extension JSONTree {
    fileprivate var isShort: Bool { compact.utf8.count < 4000 }
}
