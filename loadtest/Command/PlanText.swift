extension LoadPlan {
    /// What a run would do, in lines.
    var text: String {
        var lines = lanes.map { lane -> String in
            switch lane.model {
            case .closed(let users, let think):
                "closed model: \(users) users, think time \(think.mean.short) on average, \(lane.mix.text)"
            case .open(let arrivals, let inFlight):
                "open model: \(arrivals), at most \(inFlight) in flight, \(lane.mix.text)"
            }
        }
        lines.append(
            "\(warmUp.components.seconds) s of warm-up, then \(duration.components.seconds) s measured, seed \(seed)"
        )
        return lines.joined(separator: "\n")
    }
}
