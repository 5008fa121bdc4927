import FoundationEssentials
import ServiceKit
import TodoDomain

/// The zones of schedules: the machine's files, and the names that Go has besides.
enum ScheduleZones {
    private static let files = ZoneFiles(folder: "/usr/share/zoneinfo")

    /// Nil if there is no such zone.
    static func zone(named name: String) -> ZoneRules? {
        switch name {
        case "", "UTC": .utc
        case "Local": local()
        default: files.zone(named: name)
        }
    }

    /// The zone of this process, UTC if it cannot be found out.
    static func local() -> ZoneRules {
        (try? Data(contentsOf: URL(filePath: "/etc/localtime"))).flatMap { try? ZoneRules(tzif: Array($0)) }
            ?? .utc
    }
}

extension ZoneRules {
    /// What the zone's clocks show.
    func civil(at moment: Int64) -> CivilTime {
        CivilTime(secondsSince1970: moment + Int64(offset(atUnix: moment)))
    }

    /// When the zone's clocks show this. A moment that is skipped becomes the first after the gap, which is what
    /// schedules mean; a task that is due in a gap is due as much later as it lies in it.
    func moment(of civil: CivilTime) -> Int64 {
        let wall = civil.secondsSince1970
        // The offsets a day before and after are the only candidates; the larger gives the earlier moment.
        let offsets = [offset(atUnix: wall - 86_400), offset(atUnix: wall + 86_400)]
        for offset in offsets.sorted(by: >) where self.offset(atUnix: wall - Int64(offset)) == offset {
            return wall - Int64(offset)
        }
        // In a gap: look for the first moment whose wall time is not before the wanted one.
        var moment = wall - Int64(offsets.max() ?? 0)
        while moment + Int64(offset(atUnix: moment)) < wall { moment += 60 }
        return moment
    }
}
