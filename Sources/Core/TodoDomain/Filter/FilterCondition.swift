public import FoundationEssentials

/// A filter with its dates resolved to instants: what a database or a program in memory decides by.
///
/// Every test is true or false, never unknown: a task without a due date is not due before anything, and NOT of that
/// is true.
public indirect enum FilterCondition: Sendable, Hashable {
    /// True when it is empty.
    case and([FilterCondition])
    case or([FilterCondition])
    case not(FilterCondition)
    case status(TaskStatus)
    case priority([TaskPriority])
    case tag(String)
    case list(String)
    /// From the first instant on, before the second; nil for no bound.
    case moment(FilterMomentField, from: Date?, before: Date?)
    case present(FilterPresence)
    /// Folded, so that case and accents do not matter.
    case contains(FilterTextField, String)
    case parent(UUID)
    case template(UUID)
    /// Open, and due before now; what is due on a date, before the day began.
    case overdue(now: Date, today: Date)
}

/// What relative dates are counted from: an instant, and how the user counts days and weeks.
public struct FilterContext: Sendable {
    /// The instant of the question.
    public var now: Date
    /// The user's zone.
    public var zone: ZoneRules
    /// The day a week begins with.
    public var weekStart: Weekday

    /// A point of view.
    public init(now: Date, zone: ZoneRules, weekStart: Weekday = .monday) {
        self.now = now
        self.zone = zone
        self.weekStart = weekStart
    }

    /// When today began.
    public var today: Date { start(of: localNow.date) }

    var localNow: LocalDateTime {
        zone.local(ofUnix: Int64(now.timeIntervalSince1970.rounded(.down)))
    }

    func start(of local: LocalDateTime) -> Date {
        Date(timeIntervalSince1970: Double(zone.unix(ofLocal: local)))
    }

    /// The instants that a moment covers: a whole day, or the millisecond that times are kept by.
    func span(of moment: FilterMoment) -> (from: Date, before: Date) {
        var (local, fraction) = anchor(moment.anchor)
        if case .instant(let milliseconds) = moment.anchor {
            return millisecond(Date(timeIntervalSince1970: Double(milliseconds) / 1000))
        }
        // From one instant to another: the clock shows some hours twice.
        if moment.anchor == .now, moment.offsets.allSatisfy({ $0.seconds != nil }) {
            return millisecond(now.addingTimeInterval(moment.offsets.compactMap(\.seconds).reduce(0, +)))
        }
        var exact: Double = 0
        for offset in moment.offsets {
            switch offset.unit {
            case .day: local = local.adding(days: offset.amount)
            case .week: local = local.adding(days: offset.amount * 7)
            case .month: local = local.adding(months: offset.amount)
            case .year: local = local.adding(months: offset.amount * 12)
            case .hour, .minute: exact += offset.seconds ?? 0
            }
        }
        let isExact = local.hasTime || moment.offsets.contains { $0.seconds != nil }
        guard isExact else { return (start(of: local), start(of: local.adding(days: 1))) }
        if local.hasTime == false { fraction = 0 }
        return millisecond(start(of: local).addingTimeInterval(exact + fraction))
    }

    private func millisecond(_ date: Date) -> (from: Date, before: Date) {
        (date, date.addingTimeInterval(0.001))
    }

    private func anchor(_ anchor: FilterMoment.Anchor) -> (local: LocalDateTime, fraction: Double) {
        let current = localNow
        let today = current.date
        switch anchor {
        case .now:
            let seconds = now.timeIntervalSince1970
            return (current, seconds - seconds.rounded(.down))
        case .day(let days): return (today.adding(days: days), 0)
        case .weekday(let weekday):
            return (today.adding(days: floorModulo(weekday.rawValue - today.weekday.rawValue, 7)), 0)
        case .startOfWeek: return (startOfWeek(today), 0)
        case .endOfWeek: return (startOfWeek(today).adding(days: 6), 0)
        case .startOfMonth: return (today.adding(days: 1 - today.day), 0)
        case .endOfMonth: return (today.adding(days: 1 - today.day).adding(months: 1).adding(days: -1), 0)
        case .startOfYear: return (LocalDateTime(year: today.year, month: 1, day: 1), 0)
        case .endOfYear: return (LocalDateTime(year: today.year, month: 12, day: 31), 0)
        case .local(let local): return (local, 0)
        case .instant: return (today, 0)
        }
    }

    private func startOfWeek(_ day: LocalDateTime) -> LocalDateTime {
        day.adding(days: -floorModulo(day.weekday.rawValue - weekStart.rawValue, 7))
    }
}

extension FilterExpression {
    /// Resolves relative dates.
    public func resolved(in context: FilterContext) -> FilterCondition {
        switch self {
        case .and(let parts): .and(parts.map { $0.resolved(in: context) })
        case .or(let parts): .or(parts.map { $0.resolved(in: context) })
        case .not(let inner): .not(inner.resolved(in: context))
        case .test(let test): test.resolved(in: context)
        }
    }
}

extension FilterTest {
    fileprivate func resolved(in context: FilterContext) -> FilterCondition {
        switch self {
        case .status(let status): return .status(status)
        case .priority(let chosen): return .priority(chosen)
        case .tag(let tag): return .tag(tag)
        case .list(let list): return .list(list)
        case .present(let presence): return .present(presence)
        case .contains(let field, let text): return .contains(field, text)
        case .parent(let id): return .parent(id)
        case .template(let id): return .template(id)
        case .overdue: return .overdue(now: context.now, today: context.today)
        case .moment(let field, let comparison, let moment):
            let span = context.span(of: moment)
            return switch comparison {
            case .less: .moment(field, from: nil, before: span.from)
            case .lessOrEqual: .moment(field, from: nil, before: span.before)
            case .greater: .moment(field, from: span.before, before: nil)
            case .greaterOrEqual: .moment(field, from: span.from, before: nil)
            case .equal, .notEqual, .has: .moment(field, from: span.from, before: span.before)
            }
        }
    }
}
