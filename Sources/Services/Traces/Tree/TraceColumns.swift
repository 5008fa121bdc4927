/// How wide each column of a drawn trace is; 0 for a column that is left out.
struct TraceColumns {
    let service: Int
    let name: Int
    let kind: Int
    let duration: Int
    let bar: Int

    private static let gap = 2
    private static let shortestBar = 16
    private static let longestBar = 60

    init(_ rows: [TraceRow], axis: TimeAxis, width: Int) {
        let longestService = rows.map(\.node.service.printable.count).max() ?? 0
        service = max(7, min(longestService, 14))
        let longestDuration = rows.map { milliseconds($0.node.durationNano).count }.max() ?? 0
        duration = max(8, longestDuration)
        let naturalName =
            rows.map { $0.branch.count + $0.node.name.printable.count + $0.suffix.count }.max() ?? 0
        let wantedName = max(24, naturalName)

        let kindWidth = width >= 60 ? max(4, min(11, rows.map(\.node.kind.count).max() ?? 0)) : 0
        kind = kindWidth
        let taken = service + Self.gap + (kindWidth > 0 ? kindWidth + Self.gap : 0) + Self.gap + duration
        let room = max(8, width - taken)
        let forBar = room - Self.gap - wantedName
        if forBar >= Self.shortestBar {
            (name, bar) = (wantedName, min(forBar, Self.longestBar))
        } else if room >= 24 + Self.gap + Self.shortestBar {
            (name, bar) = (room - Self.gap - Self.shortestBar, Self.shortestBar)
        } else {
            (name, bar) = (min(room, wantedName), 0)
        }
    }
}
