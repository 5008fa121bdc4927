extension LocalDateTime {
    /// Years that owners may name. What follows from them has four digits too: a reminder 1000 days after, and the
    /// instant in any zone.
    private static let years = 1...9990

    /// What a mistake says.
    static let yearsInWords = "must be in a year from \(years.lowerBound) to \(years.upperBound)"

    /// Whether it is in a year that owners may name.
    var isNearEnough: Bool { Self.years.contains(year) }

    /// The nearest time in a year of four digits, which is all that events tell: what moves along with a task may leave
    /// them.
    var tellable: LocalDateTime {
        if year > 9999 { return LocalDateTime(year: 9999, month: 12, day: 31, time: time) }
        return year < 1 ? LocalDateTime(year: 1, month: 1, day: 1, time: time) : self
    }
}
