/// What a run is to do, decided before it begins.
struct LoadPlan: Sendable {
    /// Requests with a rhythm of their own; the lanes of a run go on at the same time.
    struct Lane: Sendable {
        enum Model: Sendable, Equatable {
            /// So many users, each waiting for the answer and thinking before the next request.
            case closed(users: Int, think: ThinkTime)
            /// Requests come when they are due, at most so many at a time.
            case open(Arrivals, inFlight: Int)
        }

        var name: String
        var model: Model
        var mix: ScenarioMix
    }

    var lanes: [Lane]
    var users: Int
    var warmUp: Duration
    var duration: Duration
    /// How long answers and events are waited for when nothing more is sent.
    var drain: Duration
    var seed: UInt64
    /// Requests a second of a user of the closed model, however quick the answers are: the platform's own limit.
    var mostPerUser = 50.0

    /// From the first request to the last planned one.
    var length: Duration { warmUp + duration }
    var measured: Range<Duration> { warmUp..<(warmUp + duration) }

    func phase(of planned: Duration) -> SentRequest.Phase {
        planned < warmUp ? .warmUp : .measured
    }

    /// What a generator on the same machine may ask for: enough for a laptop's platform, too little to be a weapon.
    enum Bound {
        static let users = 500
        static let perSecond = 2000.0
        static let length = Duration.seconds(3600)
        /// Every write is kept until the checks are done.
        static let requests = 1_000_000.0
    }

    /// Requests a second at the most.
    var peakPerSecond: Double {
        lanes.reduce(0) { sum, lane in
            switch lane.model {
            case .closed(let users, let think):
                sum + Double(users) * min(mostPerUser, 1 / max(1e-6, think.mean.inSeconds))
            case .open(let arrivals, _): sum + arrivals.peak
            }
        }
    }

    /// Files that are open besides the connections of users and requests: reports, checks, spans, whoever reads metrics.
    static let filesBesides = 100

    /// Files and connections that are open at the most: each user has a stream, each request under way a connection.
    var openFiles: Int {
        lanes.reduce(users + Self.filesBesides) { sum, lane in
            switch lane.model {
            case .closed(let users, _): sum + users
            case .open(_, let inFlight): sum + inFlight
            }
        }
    }

    /// Refuses what is beyond the bounds, or cannot be.
    ///
    /// - Parameter limit: How many files and connections may be open.
    func check(openFiles limit: Int = OpenFiles.limit) throws(LoadFailure) {
        func refuse(_ reason: String) -> LoadFailure { .misuse(reason) }
        guard (1...Bound.users).contains(users) else {
            throw refuse("users must be from 1 to \(Bound.users)")
        }
        guard duration >= .seconds(1) else { throw refuse("the duration must be at least 1 s") }
        guard length <= Bound.length else {
            throw refuse("warm-up and duration together must be at most \(Bound.length.components.seconds) s")
        }
        guard warmUp >= .zero, drain >= .zero, drain <= .seconds(120) else {
            throw refuse("warm-up must not be negative, and draining takes at most 120 s")
        }
        guard !lanes.isEmpty else { throw refuse("nothing to do: no users in the closed model, and no rate") }
        guard peakPerSecond <= Bound.perSecond else {
            throw refuse(
                "this would be up to \(peakPerSecond.text(0)) requests a second; at most \(Int(Bound.perSecond)) are allowed"
            )
        }
        guard peakPerSecond * length.inSeconds <= Bound.requests else {
            throw refuse("this would be over a million requests: choose a shorter duration or a lower rate")
        }
        for lane in lanes {
            switch lane.model {
            case .open(let arrivals, let inFlight):
                guard (1...1000).contains(inFlight) else {
                    throw refuse("requests in flight must be from 1 to 1000")
                }
                guard arrivals.peak > 0 else { throw refuse("a rate must be more than 0") }
            case .closed(_, let think):
                guard think.mean <= Bound.length else {
                    throw refuse("users must think no longer than \(Bound.length.components.seconds) s")
                }
            }
        }
        // The last check: what is beyond the bounds is no matter of files.
        guard openFiles <= limit else {
            throw refuse(
                "this may need \(openFiles) open files, and the limit is \(limit) (ulimit -Hn): raise it, or choose "
                    + "fewer users or a smaller --in-flight")
        }
    }
}
