/// Looks for words, most of them from titles that the user gave before.
struct Searching: Scenario {
    static let name = "search"
    static let summary = "searches for words of own tasks"

    func nextStep(_ desk: inout Desk, now: Duration) -> Step {
        let known = desk.open.randomElement(using: &desk.random).map { $0.title.split(separator: " ") } ?? []
        let words = known.count >= 3 ? [String(known[0]), String(known[2])] : []
        let chosen =
            words.randomElement(using: &desk.random) ?? Words.things.randomElement(using: &desk.random)
        return Step(
            "search tasks", in: Self.name, "GET", "/api/v1/tasks/search",
            path: "/api/v1/tasks/search?q=\(chosen ?? "plants")&limit=20", expecting: [200])
    }
}
