/// A value that appends its JSON itself, in the very bytes that its `Encodable` form gives.
///
/// For the few shapes that every request writes: the generic coder keeps a dictionary for every object and sorts it,
/// and was two fifths of what a list of tasks cost. `WireJSON.encode` prefers this form by itself, so callers need not
/// know which of the two a value has; a test holds them against each other.
public protocol JSONWritable {
    /// Appends the value; members of objects in the order of their names.
    func write(to json: inout JSONOutput)
}

extension String: JSONWritable {
    /// A string.
    public func write(to json: inout JSONOutput) { json.append(self) }
}
