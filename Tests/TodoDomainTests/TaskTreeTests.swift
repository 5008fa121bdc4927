import FoundationEssentials
import Testing

@testable import TodoDomain

struct TaskTreeTests {
    @Test func `a tree has five levels, no circles, and hangs on what is there`() {
        let ids = (0..<6).map { _ in UUID() }
        #expect(TaskTree.refusal(of: nil, height: 1, below: []) == .noSuchParent)
        #expect(TaskTree.refusal(of: ids[5], height: 1, below: Array(ids[0..<4])) == nil)
        #expect(TaskTree.refusal(of: ids[5], height: 2, below: Array(ids[0..<4])) == .tooDeep)
        #expect(TaskTree.refusal(of: ids[5], height: 1, below: Array(ids[0..<5])) == .tooDeep)
        #expect(TaskTree.refusal(of: ids[1], height: 1, below: [ids[2], ids[1], ids[0]]) == .circle)
    }

    @Test func `the height of a tree is its longest line, and a circle ends`() {
        let ids = (0..<4).map { _ in UUID() }
        #expect(TaskTree.height(of: ids[0], parents: [:]) == 1)
        #expect(TaskTree.height(of: ids[0], parents: [ids[1]: ids[0], ids[2]: ids[1], ids[3]: ids[0]]) == 3)
        #expect(TaskTree.height(of: ids[0], parents: [ids[1]: ids[0], ids[0]: ids[1]]) < 10)
    }
}
