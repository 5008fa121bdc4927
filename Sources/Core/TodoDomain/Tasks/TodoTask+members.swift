extension TodoTask {
    /// The members that a task can have in JSON.
    public static var memberNames: [String] { CodingKeys.allCases.map(\.rawValue) }
}
