/// One thing that is wrong in the files of the sidecar, in one line that names the place.
///
/// Values are never quoted: a component's file may hold a password.
public struct ResourceMistake: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file, as a path.
    public var file: String
    /// Which document of the file, counted from 1.
    public var document: Int
    /// The field, as in `spec.metadata[2].value`; empty for the document itself.
    public var field: String
    /// What is wrong with it.
    public var problem: String

    /// A line for people.
    public var description: String {
        let place = field.isEmpty ? "" : ", \(field)"
        return "\(file), document \(document)\(place): \(problem)"
    }
}
