import FoundationEssentials
import Testing

@testable import TodoDomain

struct OrderKeyTests {
    @Test func `between any two keys there is room for a third`() throws {
        var keys = [OrderKey.initial(for: UUID()), OrderKey.initial(for: UUID())].sorted()
        var seed: UInt64 = 42
        for _ in 0..<2000 {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let gap = Int(seed >> 33) % (keys.count + 1)
            let lower = gap > 0 ? keys[gap - 1] : nil
            let upper = gap < keys.count ? keys[gap] : nil
            let key = try #require(OrderKey.between(lower, upper))
            keys.insert(key, at: gap)
        }
        #expect(keys == keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        #expect(Set(keys).count == keys.count)
    }

    @Test func `the same spot takes hundreds of moves, and keys stay short`() throws {
        var upper = OrderKey.initial(for: UUID())
        for _ in 0..<500 { upper = try #require(OrderKey.between(nil, upper)) }
        #expect(upper.utf8.count < 200)
    }

    @Test func `equal or crossed neighbours leave no room`() {
        #expect(OrderKey.between("a", "a") == nil)
        #expect(OrderKey.between("b", "a") == nil)
        #expect(OrderKey.between("a", "a0") == nil)
    }

    @Test func `what is new stands last, and in the order in which it was asked for`() throws {
        let id = try #require(UUID(uuidString: "019a5c00-0000-7000-8000-000000000003"))
        let later = try #require(UUID(uuidString: "019a5c00-0001-7000-8000-000000000001"))
        let keys =
            [0, 1, 2, 10, 199].map { OrderKey.initial(for: id, place: $0) } + [OrderKey.initial(for: later)]
        #expect(keys == keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        #expect(OrderKey.last(after: keys[0], for: later) == OrderKey.initial(for: later))
        let beyond = try #require(OrderKey.last(after: "zz", for: later))
        #expect("zz".utf8.lexicographicallyPrecedes(beyond.utf8))
    }
}
