import EventFlow
import FoundationEssentials
import HTTPTypes
import Postgres
import ServiceKit
import TodoDomain

/// What an undo did to the names that tasks tell as their lists.
struct ListNames {
    /// What became of a list.
    enum Change {
        case renamed(from: String, to: String)
        case gone(String)
    }

    private(set) var renamed: [(from: String, to: String)] = []
    private(set) var gone: Set<String> = []

    mutating func take(_ change: Change?) {
        switch change {
        case .renamed(let from, let to): renamed.append((from, to))
        case .gone(let name): gone.insert(name)
        case nil: break
        }
    }
}

extension Write {
    /// Takes back what a write did to a list.
    ///
    /// - Parameter own: tasks that the same write made or changed; they go back with it.
    mutating func revertList(
        _ entry: LoggedChange, tasks own: Set<UUID>, _ isForced: Bool
    ) async throws -> ListNames.Change? {
        let image = try WireJSON.decode(ImageDiff<TaskList>.self, from: Array(entry.diff.utf8))
        let held = try await lists.lock(entry.id)
        if !isForced, (held?.version ?? entry.version) != entry.version {
            throw Self.undoRefusal("a list was changed since")
        }
        guard var list = image.before else {
            guard let held else { return nil }
            guard try await !tasks.isAny(in: held.name, except: own, of: user) else {
                throw Self.undoRefusal("a list has got tasks since")
            }
            try lists.delete(held.id)
            try await wrote(Optional<TaskList>.none, from: held)
            return .gone(held.name)
        }
        (list.version, list.updatedAt) = (max(held?.version ?? 0, entry.version) + 1, now)
        if let other = try await lists.find(named: list.name), other.id != list.id {
            throw Self.undoRefusal("another list has the name now")
        }
        if held == nil { _ = try await lists.insert(list) } else { try lists.update(list) }
        try await wrote(list, from: held)
        guard let held, held.name != list.name else { return nil }
        return .renamed(from: held.name, to: list.name)
    }

    /// What came into a list since it was renamed has its old name again with the rest.
    mutating func follow(_ names: ListNames) async throws -> [TodoTask] {
        var moved: [UUID] = []
        for name in names.renamed {
            let found = try await lockAll(.inList(name.from))
            try await rewrite(found) { $0.list = name.to }
            moved += found.map(\.id)
        }
        return moved.isEmpty ? [] : try await tasks.lock(moved, of: user)
    }

    /// Takes back what a write did to a template.
    mutating func revertTemplate(_ entry: LoggedChange, _ isForced: Bool) async throws {
        let image = try WireJSON.decode(ImageDiff<TaskTemplate>.self, from: Array(entry.diff.utf8))
        let held = try await templates.lock(entry.id)
        if !isForced, (held?.version ?? entry.version) != entry.version {
            throw Self.undoRefusal("a template was changed since")
        }
        guard var template = image.before else {
            guard let held else { return }
            try templates.delete(held.id)
            return try await wrote(Optional<TaskTemplate>.none, from: held)
        }
        (template.version, template.updatedAt) = (max(held?.version ?? 0, entry.version) + 1, now)
        try templates.put(template)
        try await wrote(template, from: held)
    }
}
