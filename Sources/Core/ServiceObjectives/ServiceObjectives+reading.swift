public import FoundationEssentials

extension ServiceObjectives {
    /// Reads a file's content and checks that it makes sense.
    public init(json: Data) throws(ServiceObjectivesError) {
        let document: ObjectivesDocument
        do {
            document = try JSONDecoder().decode(ObjectivesDocument.self, from: json)
        } catch let error as DecodingError {
            throw .unreadable(Self.place(of: error))
        } catch {
            throw .unreadable("it is no JSON")
        }
        guard document.version == 1 else { throw .unknownVersion(document.version) }
        var objectives: [ServiceObjective] = []
        for entry in document.objectives { objectives.append(try entry.parsed()) }
        self.init(periodDays: document.periodDays, objectives: objectives)
        try check()
    }

    private static func place(of error: DecodingError) -> String {
        let (context, what) =
            switch error {
            case .keyNotFound(let key, let context): (context, "\(key.stringValue) is missing")
            case .typeMismatch(_, let context): (context, "another type is expected")
            case .valueNotFound(_, let context): (context, "a value is expected")
            case .dataCorrupted(let context): (context, "it is no JSON")
            @unknown default: (DecodingError.Context(codingPath: [], debugDescription: ""), "it is no JSON")
            }
        let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
        return path.isEmpty ? what : "\(path.joined(separator: ".")): \(what)"
    }

    private func check() throws(ServiceObjectivesError) {
        guard periodDays == 30 else {
            throw .unreadable("periodDays must be 30: the burn rates are made for it")
        }
        guard !objectives.isEmpty else { throw .unreadable("there are no objectives") }
        var seen: Set<String> = []
        for objective in objectives {
            try objective.check()
            guard seen.insert(objective.name).inserted else {
                throw .invalid(objective: objective.name, reason: "the name occurs twice")
            }
        }
    }
}

extension ServiceObjective {
    /// Names become labels and file names; expressions are checked by promtool, not here.
    func check() throws(ServiceObjectivesError) {
        for text in [name, service] where !text.isPlainName {
            throw .invalid(
                objective: name, reason: "names are lower-case words joined by hyphens, unlike \(text)")
        }
        guard objective > 0, objective < 1 else {
            throw .invalid(objective: name, reason: "the objective must be between 0 and 1, exclusively")
        }
        guard errorBudget >= 0.000_01 else {
            throw .invalid(objective: name, reason: "a budget under 0.001 % cannot be measured")
        }
        guard !expectedWhile.isEmpty else {
            throw .invalid(objective: name, reason: "expectedWhile is empty")
        }
        for line in [goodEvent, expectedWhile] where line.contains(where: \.isNewline) {
            throw .invalid(objective: name, reason: "texts are of one line")
        }
        switch events {
        case .counters(let total, let bad):
            guard !total.isEmpty, !bad.isEmpty else {
                throw .invalid(objective: name, reason: "total and bad each need a counter")
            }
        case .durations(let source):
            guard source.goodWithinSeconds > 0, source.goodWithinSeconds.isFinite else {
                throw .invalid(objective: name, reason: "goodWithinSeconds must be more than 0")
            }
        }
    }
}

extension String {
    fileprivate var isPlainName: Bool {
        !isEmpty && !hasPrefix("-") && !hasSuffix("-")
            && utf8.allSatisfy {
                ($0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z"))
                    || ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")) || $0 == UInt8(ascii: "-")
            }
    }
}

/// The file as it lies there.
private struct ObjectivesDocument: Decodable {
    let version: Int
    let periodDays: Int
    let objectives: [Entry]

    struct Entry: Decodable {
        let name: String
        let service: String
        let objective: Double
        let goodEvent: String
        let events: Events
        let expectedWhile: String

        func parsed() throws(ServiceObjectivesError) -> ServiceObjective {
            ServiceObjective(
                name: name, service: service, objective: objective, goodEvent: goodEvent,
                events: try events.source(of: name), expectedWhile: expectedWhile)
        }
    }

    struct Events: Decodable {
        let total: [CounterSelector]?
        let bad: [CounterSelector]?
        let histogram: String?
        let match: String?
        let goodWithinSeconds: Double?
        let alsoBad: [CounterSelector]?
        let neverMeasured: [CounterSelector]?

        func source(of name: String) throws(ServiceObjectivesError) -> EventSource {
            if let total, let bad, histogram == nil { return .counters(total: total, bad: bad) }
            guard let histogram, let match, let goodWithinSeconds, total == nil, bad == nil else {
                throw .invalid(
                    objective: name,
                    reason: "events need total and bad, or histogram, match and goodWithinSeconds")
            }
            return .durations(
                DurationSource(
                    histogram: histogram, match: match, goodWithinSeconds: goodWithinSeconds,
                    alsoBad: alsoBad ?? [], neverMeasured: neverMeasured ?? []))
        }
    }
}
