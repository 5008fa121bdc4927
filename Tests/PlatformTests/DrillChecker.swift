/// What acknowledged writes must have left behind, held against what is there.
struct DrillChecker: Sendable {
    struct Findings: Sendable, Equatable {
        var tasksExpected = 0
        var tasksPresent = 0
        /// Tasks that nobody was told of: a repeated create that was done twice.
        var tasksUnknown = 0
        /// Version or state other than the last acknowledged write left it.
        var tasksWrong = 0
        var eventsExpected = 0
        var entries = 0
        var missing = 0
        /// Recorded more than once, by event id or by task and sequence.
        var twice = 0
        /// Entries that no acknowledged write explains, by sequence or by type.
        var unexplained = 0
        /// Tasks whose entries were recorded in another order than the task's own.
        var outOfOrder = 0

        var isClean: Bool {
            tasksPresent == tasksExpected && eventsExpected == entries
                && [tasksUnknown, tasksWrong, missing, twice, unexplained, outOfOrder].allSatisfy { $0 == 0 }
        }
    }

    static func check(
        _ tasks: [DrillTask], stored: [String: DrillDatabase.Row], entries: [DrillDatabase.Entry]
    ) -> Findings {
        var findings = Findings()
        let bySubject = Dictionary(grouping: entries, by: \.subject)
        findings.tasksExpected = tasks.count
        findings.entries = entries.count
        findings.twice = entries.count - Set(entries.map(\.eventID)).count
        for task in tasks {
            findings.eventsExpected += task.version
            findings.add(task, stored[task.id])
            findings.add(task, bySubject[task.id] ?? [])
        }
        let known = Set(tasks.map(\.id))
        findings.tasksUnknown = stored.keys.count { !known.contains($0) }
        findings.unexplained += entries.count { !known.contains($0.subject) }
        return findings
    }
}

extension DrillChecker.Findings {
    fileprivate mutating func add(_ task: DrillTask, _ row: DrillDatabase.Row?) {
        guard let row else { return }
        tasksPresent += 1
        let expected = DrillDatabase.Row(
            version: task.version, isCompleted: task.isCompleted, isDeleted: task.isDeleted)
        if row != expected { tasksWrong += 1 }
    }

    fileprivate mutating func add(_ task: DrillTask, _ entries: [DrillDatabase.Entry]) {
        let sequences = entries.map(\.sequence)
        let distinct = Set(sequences)
        missing += (1...task.version).count { !distinct.contains($0) }
        if distinct.count < sequences.count { twice += sequences.count - distinct.count }
        if sequences != sequences.sorted() { outOfOrder += 1 }
        unexplained += entries.count { entry in
            !(1...task.version).contains(entry.sequence) || task.events[entry.sequence - 1] != entry.type
        }
    }
}
