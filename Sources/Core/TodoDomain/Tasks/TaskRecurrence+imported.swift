/// Where in its series a task stands, as a file says: the service alone writes it elsewhere, so here it is checked.
extension TaskRecurrence {
    /// Most times that a series leaves out.
    static let mostExcluded = 1000
    /// What positions and versions of a file may be: more than any series has, with room to count on.
    private static let importedNumbers: ClosedRange<Int64> = 1...1_000_000_000_000

    /// What is wrong with the place, the rule itself aside.
    public func mistakesOfPlace(at pointer: String = "/recurrence") -> [FieldError] {
        var found: [FieldError] = []
        for (name, number) in [("position", position), ("version", version)] {
            guard let number, !Self.importedNumbers.contains(number) else { continue }
            found.append(
                FieldError(
                    pointer: "\(pointer)/\(name)",
                    detail: "must be from 1 to \(Self.importedNumbers.upperBound)"))
        }
        for (name, local) in [("start", start), ("occurrenceKey", occurrenceKey)] {
            guard let local, LocalDateTime(local) == nil else { continue }
            found.append(FieldError(pointer: "\(pointer)/\(name)", detail: Self.noLocal))
        }
        return found + mistakesOfExcluded(at: "\(pointer)/excluded")
    }

    private func mistakesOfExcluded(at pointer: String) -> [FieldError] {
        guard let excluded else { return [] }
        guard excluded.count <= Self.mostExcluded else {
            return [FieldError(pointer: pointer, detail: "must have at most \(Self.mostExcluded) times")]
        }
        var seen: Set<LocalDateTime> = []
        for (index, text) in excluded.enumerated() {
            guard let local = LocalDateTime(text) else {
                return [FieldError(pointer: "\(pointer)/\(index)", detail: Self.noLocal)]
            }
            guard seen.insert(local).inserted else {
                return [FieldError(pointer: "\(pointer)/\(index)", detail: "is there twice")]
            }
        }
        return []
    }

    private static let noLocal = "must be a date such as 2026-12-01, or a time such as 2026-12-01T09:00"

    /// The same for an instance that is due then. One that was given a time where its series has dates, or a date where
    /// it has times, cannot be placed by them: the series goes on from its own due time.
    public func placed(for due: DueTime?) -> TaskRecurrence {
        let hasTime = due?.moment?.hasTime
        let times = [start, occurrenceKey].compactMap { $0.flatMap(LocalDateTime.init) }
        guard times.contains(where: { $0.hasTime != hasTime }) else { return self }
        var recurrence = self
        (recurrence.start, recurrence.occurrenceKey, recurrence.excluded) = (nil, nil, nil)
        return recurrence
    }
}
