extension DueTime {
    /// The local time it says, if it is one.
    public var moment: LocalDateTime? { LocalDateTime(local) }

    /// When it is due, in seconds since 1970-01-01T00:00Z; nil for a date, for what is no time, and for a zone that
    /// nobody knows.
    ///
    /// - Parameter userZone: where its owner is, which decides for floating times.
    public func instant(zones: any ZoneSource, userZone: ZoneRules) -> Int64? {
        guard let moment, moment.hasTime else { return nil }
        switch kind {
        case .date: return nil
        case .floating: return userZone.unix(ofLocal: moment)
        case .zoned: return tz.flatMap(zones.zone)?.unix(ofLocal: moment)
        }
    }
}
