/// Requests that must be refused, each in the right way; that they are is a success.
struct Abuse: Scenario {
    static let name = "abuse"
    static let summary = "sends what must be refused: no token, a forged one, nonsense, other people's tasks"

    func nextStep(_ desk: inout Desk, now: Duration) -> Step {
        switch Int.random(in: 0..<5, using: &desk.random) {
        case 0:
            var step = Step("no token", in: Self.name, "GET", "/api/v1/tasks", expecting: [401])
            step.credentials = .none
            return step
        case 1:
            var step = Step("forged token", in: Self.name, "GET", "/api/v1/tasks", expecting: [401])
            step.credentials = .forged
            return step
        case 2:
            return Step(
                "broken JSON", in: Self.name, "POST", "/api/v1/tasks", json: #"{"title": "#, expecting: [400])
        case 3:
            let title = String(repeating: "x", count: 501)
            return Step(
                "title too long", in: Self.name, "POST", "/api/v1/tasks", json: #"{"title":"\#(title)"}"#,
                expecting: [422])
        default:
            let id =
                "01999999-9999-7999-8999-\(String(desk.random.next() & 0xFFFF_FFFF_FFFF | 1 << 47, radix: 16))"
            return Step(
                "unknown task", in: Self.name, "GET", TaskSteps.one, path: "/api/v1/tasks/\(id)",
                expecting: [404])
        }
    }
}
