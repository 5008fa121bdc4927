/// Every type of event that the platform knows, and whether a payload is what its type promises.
///
/// Kept in Swift rather than in schema files: the compiler knows the payload's type, and documents are generated
/// from here, so that they cannot promise anything else.
public struct EventCatalogue: Sendable {
    /// Topic by topic, in the order of `Topic.all`.
    public let definitions: [EventDefinition]
    private let byType: [String: EventDefinition]
    private let limits: JSONTreeLimits

    /// What a payload is, held against its type.
    public enum Verdict: Sendable, Hashable {
        case valid
        /// Nothing is promised of this type: it is of another publisher, or of a newer one.
        case unknownType
        case violation(PayloadViolation)
    }

    /// The catalogue of this version of the platform.
    public static let platform = EventCatalogue(
        taskDefinitions + reminderDefinitions + recurrenceDefinitions + assistantDefinitions
            + securityDefinitions + notificationDefinitions + liveUpdateDefinitions + userDefinitions)

    init(_ definitions: [EventDefinition], limits: JSONTreeLimits = JSONTreeLimits()) {
        self.definitions = definitions
        self.limits = limits
        byType = Dictionary(definitions.map { ($0.type, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// What is promised of a type; nil for an unknown one.
    public subscript(type: String) -> EventDefinition? {
        byType[type]
    }

    /// Whether a payload is what its type promises. Members that the type does not name are allowed.
    public func verdict(onType type: String, data: [UInt8]) -> Verdict {
        guard let definition = byType[type] else { return .unknownType }
        let tree: JSONTree
        do {
            tree = try JSONTree(data, limits: limits)
        } catch {
            return .violation(PayloadViolation(PayloadViolation.Reason(error)))
        }
        return definition.schema.violation(in: tree).map(Verdict.violation) ?? .valid
    }

    /// What is wrong with a payload, such as `wrong_type /task/title`; nil if nothing is, or if the type is
    /// unknown.
    public func violation(ofType type: String, data: [UInt8]) -> String? {
        guard case .violation(let violation) = verdict(onType: type, data: data) else { return nil }
        return violation.description
    }
}
