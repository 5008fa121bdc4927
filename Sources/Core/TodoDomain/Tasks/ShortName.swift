/// The rule for names of lists, tags and templates.
public enum ShortName {
    /// The name without blanks around it.
    ///
    /// - Throws: `ValidationError` at the pointer when nothing is left, or too much.
    public static func checked(
        _ name: String, at pointer: String, limits: TaskLimits = TaskLimits()
    ) throws -> String {
        let name = trimmed(name)
        guard !name.isEmpty, !limits.exceeds(name, characters: limits.tagCharacters), !holdsNUL(name) else {
            throw ValidationError(pointer, "must have 1 to \(limits.tagCharacters) characters")
        }
        return name
    }
}
