import OTLP

/// Who does what: a kind of span.
struct Operation: Sendable, Hashable {
    let service: String
    let name: String
    let kind: SpanKind

    /// Estimated memory, with what the table adds.
    var bytes: Int { 160 + service.utf8.count + name.utf8.count }
}

/// Each operation once, however many spans it has; forgotten with its last span, so that names that never come again
/// do not gather.
struct OperationTable: Sendable {
    private struct Entry: Sendable {
        var operation: Operation
        var spans: Int
    }

    private var entries: [Entry] = []
    private var numbers: [Operation: UInt32] = [:]
    private var free: [UInt32] = []
    /// Estimated memory.
    private(set) var bytes = 0

    /// The number of an operation that has one span more now.
    mutating func add(_ operation: Operation) -> UInt32 {
        if let number = numbers[operation] {
            entries[Int(number)].spans += 1
            return number
        }
        let entry = Entry(operation: operation, spans: 1)
        let number = free.popLast() ?? UInt32(entries.count)
        if Int(number) == entries.count { entries.append(entry) } else { entries[Int(number)] = entry }
        numbers[operation] = number
        bytes += operation.bytes
        return number
    }

    /// One span less.
    mutating func remove(_ number: UInt32) {
        entries[Int(number)].spans -= 1
        guard entries[Int(number)].spans == 0 else { return }
        numbers[entries[Int(number)].operation] = nil
        bytes -= entries[Int(number)].operation.bytes
        entries[Int(number)].operation = Operation(service: "", name: "", kind: .unspecified)
        free.append(number)
    }

    subscript(number: UInt32) -> Operation { entries[Int(number)].operation }

    /// Those that have spans.
    var all: Dictionary<Operation, UInt32>.Keys { numbers.keys }

    /// Which numbers stand for operations of a kind.
    func marks(where isWanted: (Operation) -> Bool) -> [Bool] {
        entries.map { $0.spans > 0 && isWanted($0.operation) }
    }
}
