import FoundationEssentials
import TodoDomain

/// What a user wants to be told, and when, one rule for each channel.
struct Preferences: Sendable, Hashable, Codable {
    /// How one channel is used.
    struct Rule: Sendable, Hashable, Codable {
        var enabled = true
        /// Whether the user's quiet hours hold back what comes meanwhile.
        var quietHours = true
        /// Whether all of a day goes out together.
        var digest = false
    }

    var page = Rule(quietHours: false)
    var email = Rule()
    var webhook = Rule(quietHours: false)
    var push = Rule()
    /// When the daily digest goes out, in the user's zone.
    var digestAt = "08:00"

    func rule(of channel: NotificationChannel) -> Rule {
        switch channel {
        case .page: page
        case .email: email
        case .webhook: webhook
        case .push: push
        }
    }
}

/// A merge patch (RFC 7396) of the preferences: what is absent stays, null goes back to the default.
struct PreferencesPatch: Decodable {
    private let apply: @Sendable (inout Preferences) -> Void

    private enum Member: String, CodingKey, CaseIterable {
        case page, email, webhook, push, digestAt
    }

    private enum RuleMember: String, CodingKey, CaseIterable {
        case enabled, quietHours, digest
    }

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownFields(known: Member.allCases.map(\.rawValue))
        let members = try decoder.container(keyedBy: Member.self)
        var changes: [@Sendable (inout Preferences) -> Void] = []
        changes.append(try Self.rule(.page, \.page, of: members))
        changes.append(try Self.rule(.email, \.email, of: members))
        changes.append(try Self.rule(.webhook, \.webhook, of: members))
        changes.append(try Self.rule(.push, \.push, of: members))
        if members.contains(.digestAt) {
            let time = try members.decodeIfPresent(String.self, forKey: .digestAt) ?? Preferences().digestAt
            guard TimeOfDay(time) != nil else {
                throw ValidationError("/digestAt", "must be a time of day such as 08:00")
            }
            changes.append { $0.digestAt = time }
        }
        let all = changes
        apply = { preferences in for change in all { change(&preferences) } }
    }

    func applied(to preferences: Preferences) -> Preferences {
        var changed = preferences
        apply(&changed)
        return changed
    }

    private static func rule(
        _ member: Member, _ place: any WritableKeyPath<Preferences, Preferences.Rule> & Sendable,
        of members: KeyedDecodingContainer<Member>
    ) throws -> @Sendable (inout Preferences) -> Void {
        guard members.contains(member) else { return { _ in } }
        let initial = Preferences()[keyPath: place]
        guard try !members.decodeNil(forKey: member) else { return { $0[keyPath: place] = initial } }
        try members.superDecoder(forKey: member).refuseUnknownFields(
            known: RuleMember.allCases.map(\.rawValue))
        let rule = try members.nestedContainer(keyedBy: RuleMember.self, forKey: member)
        func flag(_ name: RuleMember, _ fallback: Bool) throws -> Bool? {
            rule.contains(name) ? try rule.decodeIfPresent(Bool.self, forKey: name) ?? fallback : nil
        }
        let (enabled, quiet, digest) = (
            try flag(.enabled, initial.enabled), try flag(.quietHours, initial.quietHours),
            try flag(.digest, initial.digest)
        )
        return { preferences in
            if let enabled { preferences[keyPath: place].enabled = enabled }
            if let quiet { preferences[keyPath: place].quietHours = quiet }
            if let digest { preferences[keyPath: place].digest = digest }
        }
    }
}

/// `22:00` as a moment of any day.
struct TimeOfDay: Sendable, Hashable {
    let time: LocalDateTime.Time

    init?(_ text: String) {
        guard text.utf8.count == 5, let local = LocalDateTime("2026-01-01T\(text)"), let time = local.time
        else { return nil }
        self.time = time
    }
}
