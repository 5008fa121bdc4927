/// When a task is due, as its owner said it.
///
/// A date has no time of day; a floating time means "nine o'clock wherever I am"; a zoned time is fixed to an IANA
/// time zone. The local form is kept because instants of zoned times move when governments change their zones.
public struct DueTime: Sendable, Hashable, Codable {
    /// Which of the three readings `local` has.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        case date, floating, zoned
    }

    /// Decides the form that `local` must have, and whether `tz` must or must not be there.
    public var kind: Kind
    /// `2026-12-01` for a date, `2026-12-01T09:00` (seconds optional) otherwise.
    public var local: String
    /// An IANA zone name, for the zoned kind only.
    public var tz: String?

    /// A due time; `mistakes(at:)` says whether it makes sense.
    public init(kind: Kind, local: String, tz: String? = nil) {
        self.kind = kind
        self.local = local
        self.tz = tz
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case kind, local, tz
    }

    /// What is wrong with it, with pointers below `pointer`.
    public func mistakes(at pointer: String) -> [FieldError] {
        var found: [FieldError] = []
        let local = LocalDateTime(local)
        switch kind {
        case .date where local == nil || local?.hasTime == true:
            found.append(FieldError(pointer: "\(pointer)/local", detail: "must be a date such as 2026-12-01"))
        case .floating where local?.hasTime != true, .zoned where local?.hasTime != true:
            found.append(
                FieldError(
                    pointer: "\(pointer)/local", detail: "must be a local time such as 2026-12-01T09:00"))
        default:
            if let local, !local.isNearEnough {
                found.append(FieldError(pointer: "\(pointer)/local", detail: LocalDateTime.yearsInWords))
            }
        }
        if kind == .zoned, !Self.looksLikeZone(tz ?? "") {
            found.append(
                FieldError(pointer: "\(pointer)/tz", detail: "must name a time zone such as Europe/Amsterdam")
            )
        }
        if kind != .zoned, tz != nil {
            found.append(FieldError(pointer: "\(pointer)/tz", detail: "belongs to the zoned kind only"))
        }
        return found
    }

    /// The spelling of IANA names; whether the zone exists is for whoever holds zone data.
    private static func looksLikeZone(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 64 && !name.hasPrefix("/") && !name.contains("..")
            && name.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
                    || [0x2F, 0x5F, 0x2D, 0x2B].contains(byte)
            }
    }
}
