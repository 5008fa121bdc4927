/// What a user knows of his own things: what one step leaves, another takes up.
///
/// A step takes what it works on from the desk and puts it back when it is answered, so that two requests of one user
/// at the same time never work on the same task, and versions can be told in advance. What was not answered is lost
/// from sight: nobody knows how it stands.
struct Desk: Sendable {
    struct KnownTask: Sendable, Equatable {
        var id: String
        var version: Int64
        var title: String
    }

    /// A task that comes again, and was completed.
    struct AwaitedNext: Sendable, Equatable {
        var completedID: String
        var completed: Duration
    }

    /// A task that appeared without this user's doing.
    struct Appeared: Sendable, Equatable {
        var id: String
        var version: Int64
        var arrived: Duration
    }

    /// About as many tasks as a user has open.
    static let wanted = 12
    static let most = 40

    var random: SeededNumbers
    var open: [KnownTask] = []
    var completed: [KnownTask] = []
    var recurring: [KnownTask] = []
    var awaited: [AwaitedNext] = []
    var appeared: [Appeared] = []
    /// When next instances arrived that were read before the completion was answered, by the completed task.
    private var early: [String: Duration] = [:]
    /// Made by the last bulk requests.
    var bulk: [KnownTask] = []
    var conversation: String?
    /// A conversation takes one message at a time.
    var isTalking = false
    var written = 0
    /// How long the next instance of a task that comes again took to appear.
    var followUps: [Duration] = []

    init(seed: UInt64, number: Int) {
        random = SeededNumbers(seed: seed, part: 1 << 48 | UInt64(number))
    }

    /// A task that comes again was completed: its next instance is awaited, unless it is known already.
    mutating func awaitNext(of completedID: String, completed: Duration) {
        if let arrived = early.removeValue(forKey: completedID) {
            followUps.append(max(.zero, arrived - completed))
        } else {
            awaited.append(AwaitedNext(completedID: completedID, completed: completed))
        }
    }

    /// A task said whose next instance it is. The completion's answer may still be on its way.
    mutating func met(_ new: Appeared, nextOf previousID: String) {
        if let place = awaited.firstIndex(where: { $0.completedID == previousID }) {
            followUps.append(max(.zero, new.arrived - awaited.remove(at: place).completed))
        } else {
            early[previousID] = new.arrived
        }
    }

    mutating func takeOpen() -> KnownTask? { Self.take(&open, &random) }
    mutating func takeCompleted() -> KnownTask? { Self.take(&completed, &random) }

    private static func take(_ tasks: inout [KnownTask], _ random: inout SeededNumbers) -> KnownTask? {
        guard !tasks.isEmpty else { return nil }
        let place = Int.random(in: 0..<tasks.count, using: &random)
        tasks.swapAt(place, tasks.count - 1)
        return tasks.removeLast()
    }

    mutating func put(_ task: KnownTask) {
        open.append(task)
        if open.count > Self.most { open.removeFirst() }
    }

    mutating func putCompleted(_ task: KnownTask) {
        completed.append(task)
        if completed.count > Self.most { completed.removeFirst() }
    }
}
