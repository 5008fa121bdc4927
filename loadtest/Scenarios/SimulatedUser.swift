import Synchronization

/// A user of the run: a session, and a desk with what he works on.
final class SimulatedUser: Sendable {
    let id: String
    let number: Int
    let session: UserSession?
    let desk: Mutex<Desk>

    /// - Parameter session: Nil in tests that send nothing.
    init(id: String, number: Int, session: UserSession?, seed: UInt64) {
        self.id = id
        self.number = number
        self.session = session
        desk = Mutex(Desk(seed: seed, number: number))
    }

    /// Decides what to do next; the choice follows from the seed and from what was answered before.
    func nextStep(_ mix: ScenarioMix, now: Duration) -> Step {
        desk.withLock { desk in
            let scenario = mix.choose(&desk.random)
            return scenario.nextStep(&desk, now: now)
        }
    }

    func settle(_ step: Step, _ outcome: StepOutcome, now: Duration) -> Learned {
        desk.withLock { step.learn(outcome, &$0, now) }
    }
}
