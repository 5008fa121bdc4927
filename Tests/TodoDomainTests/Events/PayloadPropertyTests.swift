import Foundation
import Testing

@testable import TodoDomain

/// What holds for any payload, not only for the examples; the seeds make every run the same.
struct PayloadPropertyTests {
    private static let rounds: UInt64 = 12

    @Test(arguments: EventCatalogue.platform.definitions)
    func `whatever the schema allows, the type reads and writes validly`(
        _ definition: EventDefinition
    ) throws {
        for seed in 1...Self.rounds {
            var random = RandomPayload(seed: seed)
            let data = random.object(definition.schema)
            #expect(definition.verdict(on: data) == .valid, "\(data.compact)")
            let written = try definition.readAndWrite(data)
            #expect(definition.verdict(on: written) == .valid, "\(written.compact)")
            // Fractions of seconds are rounded; everything else comes back.
            #expect(written.withoutInstants == data.sorted.withoutInstants)
        }
    }

    @Test(arguments: EventCatalogue.platform.definitions)
    func `one broken rule is found, and at its place`(_ definition: EventDefinition) {
        var random = RandomPayload(seed: 7)
        for _ in 1...3 {
            let data = random.object(definition.schema)
            for mutation in definition.schema.mutations(of: data) {
                let violation = definition.schema.violation(in: mutation.tree)
                #expect(violation?.pointer == mutation.pointer, "\(mutation.what) \(mutation.tree.compact)")
            }
        }
    }

    @Test func `bytes that were damaged on the way are never more than a violation`() throws {
        var random = RandomPayload(seed: 11)
        let definition = try #require(EventCatalogue.platform[EventType.taskUpdated])
        let bytes = Array(definition.example.compact.utf8)
        var refused = 0
        for _ in 1...3000 {
            var damaged = bytes
            let place = Int.random(in: 0..<bytes.count, using: &random.numbers)
            switch Int.random(in: 0..<3, using: &random.numbers) {
            case 0: damaged[place] = UInt8.random(in: 0...255, using: &random.numbers)
            case 1: damaged.remove(at: place)
            default: damaged.removeLast(place)
            }
            let verdict = EventCatalogue.platform.verdict(onType: definition.type, data: damaged)
            #expect(verdict != .unknownType)
            if verdict != .valid { refused += 1 }
            // What the check lets through, the type reads: nothing is left to chance behind it.
            if verdict == .valid {
                #expect(throws: Never.self) { _ = try definition.read(try JSONTree(damaged)) }
            }
        }
        #expect(refused > 1000)
    }
}

extension JSONTree {
    fileprivate var withoutInstants: JSONTree {
        switch self {
        case .text(let text): TextFormat.instant.accepts(text) ? "instant" : self
        case .list(let items): .list(items.map(\.withoutInstants))
        case .object(let members): .object(members.map { Member($0.name, $0.value.withoutInstants) })
        default: self
        }
    }
}
