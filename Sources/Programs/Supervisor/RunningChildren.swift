/// The children in the order of their start; they are stopped in the reverse order.
actor RunningChildren {
    private let board: PlatformBoard
    private var children: [ChildSupervisor] = []
    private var isStopping = false
    private var isHurried = false

    init(board: PlatformBoard) { self.board = board }

    /// Starts one more and returns when it is ready.
    func start(_ specification: ChildSpecification) async throws(SupervisorError) {
        guard !isStopping else { throw .stopRequested }
        let child = ChildSupervisor(specification, board: board)
        children.append(child)
        try await child.start()
    }

    /// Each child has its own time to end; all together have this long, then no more time is taken.
    func stopAll(within limit: Duration = .seconds(60)) async {
        isStopping = true
        let bound = Task {
            do { try await ContinuousClock().sleep(for: limit) } catch { return }
            await hurry()
        }
        defer { bound.cancel() }
        for child in children { await child.tellIfFirst() }
        for child in children.reversed() {
            if isHurried { await child.hurryWhenStopping() }
            await child.stop()
        }
    }

    /// Those that are ending end at once; so does everyone after them.
    func hurry() async {
        isHurried = true
        for child in children { await child.hurry() }
    }
}
