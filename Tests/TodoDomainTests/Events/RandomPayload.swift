@testable import TodoDomain

/// Random numbers that are the same in every run (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Payloads that a schema allows, with whatever it leaves open chosen at random.
struct RandomPayload {
    var numbers: SeededNumbers

    init(seed: UInt64) {
        numbers = SeededNumbers(seed: seed)
    }

    mutating func object(_ schema: ObjectSchema) -> JSONTree {
        var members: [JSONTree.Member] = []
        let choice = schema.choices.randomElement(using: &numbers)
        let demanded = choice?.required ?? []
        let excluded = choice.map(schema.foreign) ?? []
        for member in schema.members where !excluded.contains(member.name) {
            guard member.isRequired || demanded.contains(member.name) || Bool.random(using: &numbers) else {
                continue
            }
            members.append(.init(member.name, value(member.value)))
        }
        return .object(members.shuffled(using: &numbers))
    }

    mutating func value(_ schema: ValueSchema) -> JSONTree {
        switch schema {
        case .text(let format, let length): .text(text(format, length))
        case .word(let words): .text(words.randomElement(using: &numbers) ?? "")
        case .openWord(let words):
            .text(Int.random(in: 0..<4, using: &numbers) == 0 ? word() : words[0])
        case .integer(let range): .number(String(Int64.random(in: range, using: &numbers)))
        case .boolean: .bool(.random(using: &numbers))
        case .list(let item, let count, let isSet): list(item, count, isSet: isSet)
        case .map(let value, let count): map(value, count)
        case .object(let schema): object(schema)
        }
    }

    private mutating func list(_ item: ValueSchema, _ count: ClosedRange<Int>, isSet: Bool) -> JSONTree {
        let wanted = Int.random(in: count.lowerBound...min(count.upperBound, 4), using: &numbers)
        var items: [JSONTree] = []
        while items.count < wanted {
            let next = value(item)
            if !isSet || !items.contains(next) { items.append(next) }
        }
        return .list(items)
    }

    private mutating func map(_ schema: ValueSchema, _ count: ClosedRange<Int>) -> JSONTree {
        let wanted = Int.random(in: count.lowerBound...min(count.upperBound, 4), using: &numbers)
        return .object((0..<wanted).map { .init("\(word())\($0)", value(schema)) })
    }

    private mutating func digits(_ count: Int, _ alphabet: String = "0123456789abcdef") -> String {
        let letters = Array(alphabet)
        return String((0..<count).map { _ in letters.randomElement(using: &numbers) ?? "0" })
    }

    private mutating func word() -> String {
        digits(1, "abcxyz") + digits(Int.random(in: 0...9, using: &numbers), "abcXYZ012_")
    }

    private mutating func text(_ format: TextFormat, _ length: ClosedRange<Int>) -> String {
        switch format {
        case .free:
            digits(
                Int.random(in: length.lowerBound...min(length.upperBound, 12), using: &numbers),
                "aé ß😀\"\\\n<>&/\u{7f}中")
        case .uuid: [8, 4, 4, 4, 12].map { digits($0) }.joined(separator: "-")
        case .instant:
            "\(date())T\(time()):\(twoDigits(below: 60))\(["", ".5", ".125", ".123456"].randomElement(using: &numbers) ?? "")Z"
        case .local: Bool.random(using: &numbers) ? date() : "\(date())T\(time())"
        case .timeOfDay: time()
        case .zone: ["UTC", "Europe/Amsterdam", "Etc/GMT+5"].randomElement(using: &numbers) ?? "UTC"
        case .duration: ["-P1D", "PT15M", "P2W", "-P1DT2H"].randomElement(using: &numbers) ?? "P1D"
        case .word: word()
        case .dottedWords: "\(word()).\(word())"
        case .digest: digits(64)
        case .traceparent: "00-\(digits(32))-\(digits(16))-01"
        }
    }

    private mutating func date() -> String {
        let year = Int.random(in: 1970...2199, using: &numbers)
        return "\(year)-\(twoDigits(below: 12, from: 1))-\(twoDigits(below: 28, from: 1))"
    }

    private mutating func time() -> String { "\(twoDigits(below: 24)):\(twoDigits(below: 60))" }

    private mutating func twoDigits(below limit: Int, from first: Int = 0) -> String {
        let number = Int.random(in: first..<limit, using: &numbers)
        return number < 10 ? "0\(number)" : String(number)
    }
}
