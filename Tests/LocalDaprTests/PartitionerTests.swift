import Testing

@testable import LocalDapr

struct PartitionerTests {
    @Test func `a key always means the same partition`() {
        let partitioner = Partitioner()
        // FNV-1a of "a" is e40c292c, of "foobar" bf9cf968.
        #expect(partitioner.partition(forKey: "a", of: 8) == 0x2c % 8)
        #expect(partitioner.partition(forKey: "foobar", of: 8) == 0x68 % 8)
        #expect(partitioner.partition(forKey: "", of: 1) == 0)
    }

    @Test func `keys spread over all partitions`() {
        let partitioner = Partitioner()
        let used = Set((0..<200).map { partitioner.partition(forKey: "task-\($0)", of: 8) })
        #expect(used == Set(0..<8))
    }

    @Test func `without a key chance decides`() {
        #expect(Partitioner { $0 - 1 }.partition(forKey: nil, of: 8) == 7)
    }
}
