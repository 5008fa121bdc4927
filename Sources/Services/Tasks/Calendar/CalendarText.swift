import EventFlow
import FoundationEssentials
import TodoDomain

/// Tasks as a calendar (RFC 5545): each a VTODO, and one that is due and open a VEVENT as well, because most calendars
/// show nothing else.
///
/// Dates are `VALUE=DATE`, floating times have no zone, zoned ones are told in UTC: no VTIMEZONE is needed.
struct CalendarText {
    private let zones: any ZoneSource
    private var bytes: [UInt8] = []

    init(zones: any ZoneSource) {
        self.zones = zones
        for line in [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Todo//Tasks 1//EN", "CALSCALE:GREGORIAN",
            "METHOD:PUBLISH", "X-WR-CALNAME:Todo", "REFRESH-INTERVAL;VALUE=DURATION:PT15M",
        ] { write(line) }
    }

    func finished() -> [UInt8] {
        var end = self
        end.write("END:VCALENDAR")
        return end.bytes
    }

    mutating func add(_ task: TodoTask) {
        write("BEGIN:VTODO")
        describe(task, kind: "todo")
        if let start = task.start, let value = value(start) { write("DTSTART\(value)") }
        if let due = task.due, let value = value(due), isInOrder(task) { write("DUE\(value)") }
        write("PRIORITY:\(Self.priority(task.priority))")
        write("STATUS:\(task.status == .open ? "NEEDS-ACTION" : "COMPLETED")")
        if let completed = task.completedAt { write("COMPLETED:\(Self.stamp(completed))") }
        if let parent = task.parentId { write("RELATED-TO:\(parent.lowercased)-todo@todo") }
        write("END:VTODO")
        guard task.status == .open, let due = task.due, let value = value(due) else { return }
        write("BEGIN:VEVENT")
        describe(task, kind: "due")
        write("DTSTART\(value)")
        write("TRANSP:TRANSPARENT")
        write("END:VEVENT")
    }

    private mutating func describe(_ task: TodoTask, kind: String) {
        write("UID:\(task.id.lowercased)-\(kind)@todo")
        // Of the last change and not of this answer: an unchanged calendar is the same to the letter.
        write("DTSTAMP:\(Self.stamp(task.updatedAt))")
        write("LAST-MODIFIED:\(Self.stamp(task.updatedAt))")
        write("CREATED:\(Self.stamp(task.createdAt))")
        write("SEQUENCE:\(task.version)")
        write("SUMMARY:\(Self.escaped(task.title))")
        if let description = task.description, !description.isEmpty {
            write("DESCRIPTION:\(Self.escaped(description))")
        }
        let categories = task.tags + (task.list.map { [$0] } ?? [])
        if !categories.isEmpty {
            write("CATEGORIES:\(categories.map(Self.escaped).joined(separator: ","))")
        }
    }

    /// DUE must be later than DTSTART, and of the same kind (RFC 5545 §3.8.2.3).
    private func isInOrder(_ task: TodoTask) -> Bool {
        guard let start = task.start, let due = task.due else { return true }
        return (start.kind == .date) == (due.kind == .date) && start.local < due.local
    }

    /// What follows the property's name; nil for a time that cannot be told.
    private func value(_ time: DueTime) -> String? {
        guard let local = LocalDateTime(time.local) else { return nil }
        switch time.kind {
        case .date: return ";VALUE=DATE:\(Self.date(local))"
        case .floating: return ":\(Self.date(local))T\(Self.clock(local))"
        case .zoned:
            guard let zone = zones.zone(named: time.tz ?? "") else {
                return ":\(Self.date(local))T\(Self.clock(local))"
            }
            return ":\(Self.stamp(Date(timeIntervalSince1970: Double(zone.unix(ofLocal: local)))))"
        }
    }

    private static func date(_ local: LocalDateTime) -> String {
        String(local.description.prefix(10)).replacing("-", with: "")
    }

    private static func clock(_ local: LocalDateTime) -> String {
        let parts = [local.time?.hour ?? 0, local.time?.minute ?? 0, local.time?.second ?? 0]
        return parts.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined()
    }

    private static func stamp(_ date: Date) -> String {
        String(Timestamp.text(of: date).prefix(19)).replacing("-", with: "").replacing(":", with: "") + "Z"
    }

    private static func priority(_ priority: TaskPriority) -> Int {
        switch priority {
        case .urgent: 1
        case .high: 3
        case .medium: 5
        case .low: 7
        case .none: 0
        }
    }

    /// TEXT (RFC 5545 §3.3.11); control characters have no place in it.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.replacing("\r\n", with: "\n").unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case ";": escaped += "\\;"
            case ",": escaped += "\\,"
            case "\n", "\r": escaped += "\\n"
            case _ where scalar.value < 0x20 && scalar != "\t" || scalar.value == 0x7F: break
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// A content line, folded so that none has more than 75 bytes; never within a character.
    private mutating func write(_ line: String) {
        var length = 0
        for scalar in line.unicodeScalars {
            let width = UTF8.width(scalar)
            if length + width > 75 {
                bytes += [0x0D, 0x0A, 0x20]
                length = 1
            }
            bytes += Array(String(scalar).utf8)
            length += width
        }
        bytes += [0x0D, 0x0A]
    }
}
