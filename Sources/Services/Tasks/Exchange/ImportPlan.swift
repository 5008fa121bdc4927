import EventFlow
import FoundationEssentials
import HTTPTypes
import ServiceKit
import TodoDomain

/// A document that was read whole and has no mistake in it: only then is anything written.
struct ImportPlan: Sendable {
    /// Something, and where it stands in the file.
    struct Placed<Thing: Sendable>: Sendable {
        var thing: Thing
        let pointer: String
        let line: Int
    }

    /// The gateway's part, as it came.
    var settings: [UInt8]?
    var lists: [Placed<ImportedList>] = []
    var templates: [Placed<ImportedTemplate>] = []
    var filters: [Placed<ImportedFilter>] = []
    var tasks: [Placed<ImportedTask>] = []
    /// Of each task, what a client would say of it, checked and tidied.
    var drafts: [NewTask] = []
    /// How many tasks stand above each.
    var levels: [Int] = []

    var count: Int { lists.count + templates.count + filters.count + tasks.count }
}

/// Reads the document of an import, and finds every mistake in it, up to so many.
struct ImportReader {
    private static let mostMistakes = 100
    let zones: any ZoneSource
    private var scanner = ImportScanner(longest: ExportDocument.longestItem)
    private var plan = ImportPlan()
    private var mistakes: [FieldError] = []
    private var members: Set<String> = []
    private var format: String?
    private var version: Int?

    init(zones: any ZoneSource) {
        self.zones = zones
    }

    /// Reads some more of it.
    mutating func feed(_ bytes: [UInt8]) throws {
        var pieces: [ImportScanner.Piece] = []
        do {
            try scanner.feed(bytes) { pieces.append($0) }
        } catch let mistake as ImportScanner.Mistake {
            throw Self.refusal(mistakes + [Self.field(mistake)])
        }
        for piece in pieces { try take(piece) }
    }

    /// The whole of it.
    ///
    /// - Throws: 422 with every mistake, each with its line and its pointer.
    mutating func finish() throws -> ImportPlan {
        do { try scanner.finish() } catch { throw Self.refusal(mistakes + [Self.field(error)]) }
        if format != ExportDocument.format {
            note("/format", 1, "must be \(ExportDocument.format)")
        } else if version != ExportDocument.version {
            note("/version", 1, "must be \(ExportDocument.version)")
        }
        checkTree()
        guard mistakes.isEmpty else { throw Self.refusal(mistakes) }
        return plan
    }

    private static func field(_ mistake: ImportScanner.Mistake) -> FieldError {
        FieldError(pointer: "", detail: mistake.detail, line: mistake.line)
    }

    static func refusal(_ mistakes: [FieldError]) -> Problem {
        Problem(
            .unprocessableContent, "the file cannot be imported; nothing was changed",
            fields: Array(mistakes.prefix(mostMistakes)))
    }

    private mutating func note(_ pointer: String, _ line: Int, _ detail: String) {
        guard mistakes.count < Self.mostMistakes else { return }
        mistakes.append(FieldError(pointer: pointer, detail: detail, line: line))
    }

    private mutating func take(_ piece: ImportScanner.Piece) throws {
        switch piece {
        case .member(let name, let line, let json): try member(name, line, json)
        case .section(let name, let line):
            if ExportDocument.Section(rawValue: name) == nil {
                note("/\(name)", line, "is not a member of an export")
            } else if !members.insert(name).inserted {
                note("/\(name)", line, "is there twice")
            }
        case .element(let section, let index, let line, let json):
            guard plan.count < ExportDocument.mostItems else {
                throw Problem(
                    .contentTooLarge, "an import may have at most \(ExportDocument.mostItems) things")
            }
            guard let known = ExportDocument.Section(rawValue: section) else { return }
            let pointer = "/\(section)/\(index)"
            switch known {
            case .lists: try list(pointer, line, json)
            case .templates: try template(pointer, line, json)
            case .filters: try filter(pointer, line, json)
            case .tasks: try task(pointer, line, json)
            }
        }
    }

    private mutating func member(_ name: String, _ line: Int, _ json: [UInt8]) throws {
        guard members.insert(name).inserted else { return note("/\(name)", line, "is there twice") }
        switch name {
        case "format": format = decoded(String.self, json, "/format", line)
        case "version": version = decoded(Int.self, json, "/version", line)
        case "settings": plan.settings = json
        case "exportedAt", "change": break
        default: note("/\(name)", line, "is not a member of an export, or not an array")
        }
    }

    /// A value, or a mistake with its place.
    private mutating func decoded<Value: Decodable>(
        _ type: Value.Type, _ json: [UInt8], _ pointer: String, _ line: Int
    ) -> Value? {
        guard String(validating: json, as: UTF8.self) != nil else {
            note(pointer, line, "is not valid UTF-8")
            return nil
        }
        do {
            return try WireJSON.decode(type, from: json)
        } catch let error as ValidationError {
            note(error, pointer, line)
        } catch let error as DecodingError {
            let field = FieldError(decoding: error)
            note(pointer + field.pointer, line, field.detail)
        } catch {
            note(pointer, line, "cannot be read")
        }
        return nil
    }

    private mutating func note(_ error: ValidationError, _ pointer: String, _ line: Int) {
        for field in error.fields { note(pointer + field.pointer, line, field.detail) }
    }

    private mutating func checked<Value>(_ pointer: String, _ line: Int, _ work: () throws -> Value) -> Value?
    {
        do {
            return try work()
        } catch let error as ValidationError {
            note(error, pointer, line)
        } catch {
            note(pointer, line, "cannot be read")
        }
        return nil
    }

    // MARK: Things

    private mutating func list(_ pointer: String, _ line: Int, _ json: [UInt8]) throws {
        guard let list = decoded(ImportedList.self, json, pointer, line) else { return }
        _ = checked(pointer, line) { try ShortName.checked(list.name, at: "/name") }
        checkPosition(list.position, pointer, line)
        checkTimes(
            [("createdAt", list.createdAt), ("updatedAt", list.updatedAt), ("archivedAt", list.archivedAt)],
            pointer, line)
        plan.lists.append(.init(thing: list, pointer: pointer, line: line))
    }

    private mutating func template(_ pointer: String, _ line: Int, _ json: [UInt8]) throws {
        guard let template = decoded(ImportedTemplate.self, json, pointer, line) else { return }
        checkID(template.id, pointer, line)
        checkTimes(
            [("createdAt", template.createdAt), ("updatedAt", template.updatedAt)], pointer, line)
        _ = checked(pointer, line) { try ShortName.checked(template.name, at: "/name") }
        _ = checked(pointer, line) {
            var task = template.task
            try task.validate()
        }
        plan.templates.append(.init(thing: template, pointer: pointer, line: line))
    }

    private mutating func filter(_ pointer: String, _ line: Int, _ json: [UInt8]) throws {
        guard let filter = decoded(ImportedFilter.self, json, pointer, line) else { return }
        _ = checked(pointer, line) { try filter.body.applied(to: nil, id: UUID(), at: .distantPast) }
        plan.filters.append(.init(thing: filter, pointer: pointer, line: line))
    }

    private mutating func task(_ pointer: String, _ line: Int, _ json: [UInt8]) throws {
        guard let task = decoded(ImportedTask.self, json, pointer, line) else { return }
        checkID(task.id, pointer, line)
        checkPosition(task.position, pointer, line)
        checkTimes(
            [
                ("createdAt", task.createdAt), ("updatedAt", task.updatedAt),
                ("completedAt", task.completedAt), ("deletedAt", task.deletedAt),
            ], pointer, line)
        for (name, time) in [("due", task.due), ("start", task.start)] {
            if let zone = time?.tz, zones.zone(named: zone) == nil {
                note("\(pointer)/\(name)/tz", line, "is not a zone of the IANA time zone database")
            }
        }
        for (index, reminder) in task.reminders.enumerated() {
            if let zone = reminder.tz, zones.zone(named: zone) == nil {
                note("\(pointer)/reminders/\(index)/tz", line, "is not a zone of the IANA time zone database")
            }
        }
        for mistake in task.recurrence?.mistakesOfPlace() ?? [] {
            note(pointer + mistake.pointer, line, mistake.detail)
        }
        // A rule that never comes costs a long search, so that nobody searches more often than mistakes are told.
        let zones = mistakes.count < Self.mostMistakes ? zones : nil
        let draft = checked(pointer, line) {
            var new = NewTask(title: task.title)
            (new.description, new.priority, new.tags) = (task.description, task.priority, task.tags)
            (new.list, new.due, new.start) = (task.list, task.due, task.start)
            (new.reminders, new.recurrence) = (task.reminders, task.recurrence?.placed(for: task.due))
            try new.validate()
            return task.status == .open ? try Self.begun(new, zones: zones) : new
        }
        plan.tasks.append(.init(thing: task, pointer: pointer, line: line))
        plan.drafts.append(draft ?? NewTask(title: task.title))
    }

    /// A rule that was written by hand begins its series here, where one that yields nothing is told with its line.
    private static func begun(_ new: NewTask, zones: (any ZoneSource)?) throws -> NewTask {
        guard let zones, let rule = new.recurrence, rule.seriesId == nil,
            new.due?.tz.map({ zones.zone(named: $0) != nil }) ?? true
        else { return new }
        // The import names every series anew.
        let plan = SeriesPlan(zones: zones, newID: { UUID() })
        let task = try plan.begun(TodoTask(id: UUID(), new: new, at: .distantPast))
        var new = new
        (new.due, new.recurrence) = (task.due, task.recurrence)
        return new
    }

    /// Moments far from any that a computer saw have no spelling of four digits for the year in every zone.
    private mutating func checkTimes(_ times: [(name: String, time: Date?)], _ pointer: String, _ line: Int) {
        for (name, time) in times {
            guard let time, !Self.times.contains(time.timeIntervalSince1970) else { continue }
            note("\(pointer)/\(name)", line, "must be in the years 1600 to 9989")
        }
    }

    /// Seconds since 1970.
    private static let times = -11_676_096_000.0..<253_086_768_000.0

    private mutating func checkID(_ id: String, _ pointer: String, _ line: Int) {
        if !(1...200).contains(id.utf8.count) || id.utf8.contains(0) {
            note("\(pointer)/id", line, "must have 1 to 200 bytes")
        }
    }

    /// An order key that ends in the lowest digit would leave no room before it.
    private mutating func checkPosition(_ position: String?, _ pointer: String, _ line: Int) {
        guard let position else { return }
        let isKey =
            (1...OrderKey.longest).contains(position.utf8.count) && position.utf8.last != UInt8(ascii: "0")
            && position.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
            }
        if !isKey { note("\(pointer)/position", line, "is not a place in an order") }
    }

    // MARK: The tree

    /// Every parent is there, no circles, five levels, nothing hangs on what is in the trash.
    private mutating func checkTree() {
        var places: [String: Int] = [:]
        for (index, task) in plan.tasks.enumerated()
        where places.updateValue(index, forKey: task.thing.id) != nil {
            note("\(task.pointer)/id", task.line, "is there twice")
        }
        var templates: Set<String> = []
        for template in plan.templates where !templates.insert(template.thing.id).inserted {
            note("\(template.pointer)/id", template.line, "is there twice")
        }
        for task in plan.tasks {
            var (level, above) = (0, task.thing.parentId)
            while let id = above {
                guard let parent = places[id] else {
                    note("\(task.pointer)/parentId", task.line, "there is no such task in the file")
                    break
                }
                level += 1
                guard level < TaskTree.levels else {
                    note(
                        "\(task.pointer)/parentId", task.line,
                        "makes a circle, or more than \(TaskTree.levels) levels of tasks")
                    break
                }
                if level == 1, task.thing.deletedAt == nil, plan.tasks[parent].thing.deletedAt != nil {
                    note("\(task.pointer)/parentId", task.line, "is in the trash")
                }
                above = plan.tasks[parent].thing.parentId
            }
            plan.levels.append(level)
        }
    }
}
