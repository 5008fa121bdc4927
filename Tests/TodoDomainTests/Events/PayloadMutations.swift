@testable import TodoDomain

/// A payload with one thing wrong, and the place that must be named for it.
struct PayloadMutation {
    var tree: JSONTree
    var pointer: String
    var what: String
}

extension ObjectSchema {
    /// Every way to break exactly one rule in a payload that breaks none.
    func mutations(of tree: JSONTree) -> [PayloadMutation] {
        guard case .object(let found) = tree else { return [] }
        var mutations = [JSONTree.null, 1, "x", [], false].map {
            PayloadMutation(tree: $0, pointer: "", what: "no object")
        }
        for member in members {
            guard let index = found.firstIndex(where: { $0.name == member.name }) else { continue }
            if member.isRequired {
                var fewer = found
                fewer.remove(at: index)
                mutations.append(.init(tree: .object(fewer), pointer: "/\(member.name)", what: "missing"))
            }
            mutations += member.value.mutations(of: found[index].value).map { mutation in
                var changed = found
                changed[index].value = mutation.tree
                return PayloadMutation(
                    tree: .object(changed), pointer: "/\(member.name)\(mutation.pointer)", what: mutation.what
                )
            }
        }
        return mutations
    }
}

extension ValueSchema {
    fileprivate func mutations(of tree: JSONTree) -> [PayloadMutation] {
        func here(_ trees: [JSONTree], _ what: String) -> [PayloadMutation] {
            trees.map { PayloadMutation(tree: $0, pointer: "", what: what) }
        }
        switch (self, tree) {
        case (.text(let format, let length), _):
            var wrong: [JSONTree] =
                format == .free ? ["a\0"] : ["?", .text(String(repeating: "\n", count: 36))]
            if length.lowerBound > 0 { wrong.append("") }
            if length.upperBound < 20_000 {
                wrong.append(.text(String(repeating: "a", count: length.upperBound + 1)))
            }
            return here(wrong, "text") + here([.null, 1, true, [], [:]], "kind")
        case (.word, _): return here(["Never A Word", "", .null, 1, []], "word")
        case (.openWord, _): return here(["Never A Word", "", .null, 1, []], "open word")
        case (.integer(let range), _):
            let beyond = range.upperBound < Int64.max ? [JSONTree.number(String(range.upperBound + 1))] : []
            return here(beyond + [.number(String(range.lowerBound - 1))], "range")
                + here([.number("1.5"), .null, "1", true, []], "kind")
        case (.boolean, _): return here([.null, 1, "true", []], "kind")
        case (.list(let item, let count, let isSet), .list(let items)):
            return here([.null, 1, "x", [:]], "kind")
                + listMutations(items, item: item, count: count, isSet: isSet)
        case (.map(let value, let count), .object(let members)):
            var mutations = here([.null, 1, "x", []], "kind")
            mutations += here([.object(members + [.init("Not A Word", "x")])], "name")
            let many = (0...count.upperBound).map { JSONTree.Member("name\($0)", "x") }
            mutations += here([.object(many)], "count")
            for (index, member) in members.enumerated() {
                mutations += value.mutations(of: member.value).map { mutation in
                    var changed = members
                    changed[index].value = mutation.tree
                    return PayloadMutation(
                        tree: .object(changed), pointer: "/\(member.name)\(mutation.pointer)",
                        what: mutation.what)
                }
            }
            return mutations
        case (.object(let schema), _): return schema.mutations(of: tree)
        default: return []
        }
    }

    private func listMutations(
        _ items: [JSONTree], item: ValueSchema, count: ClosedRange<Int>, isSet: Bool
    ) -> [PayloadMutation] {
        var mutations: [PayloadMutation] = []
        if count.lowerBound > 0 { mutations.append(.init(tree: [], pointer: "", what: "count")) }
        if let first = items.first {
            if isSet { mutations.append(.init(tree: .list(items + [first]), pointer: "", what: "repeated")) }
            let many = JSONTree.list(Array(repeating: first, count: count.upperBound + 1))
            mutations.append(.init(tree: many, pointer: "", what: "count"))
            mutations += item.mutations(of: first).map { mutation in
                PayloadMutation(
                    tree: .list([mutation.tree] + items.dropFirst()), pointer: "/0\(mutation.pointer)",
                    what: mutation.what)
            }
        }
        return mutations
    }
}
