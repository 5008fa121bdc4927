import Telemetry

/// What the platform measures, for the command that prints it: the frame alone knows the telemetry module.
public enum TelemetryCatalogue {
    /// What there is a catalogue of: `metrics`, `spans`.
    public static let subjects = CatalogueDocuments.Subject.allCases.map(\.rawValue)

    /// A page of documentation; empty for an unknown subject.
    public static func markdown(_ subject: String) -> String {
        CatalogueDocuments.Subject(rawValue: subject).map(CatalogueDocuments().markdown) ?? ""
    }

    /// An array of objects, one for each entry; empty for an unknown subject.
    public static func json(_ subject: String) -> String {
        CatalogueDocuments.Subject(rawValue: subject).map(CatalogueDocuments().json) ?? "[]\n"
    }
}
