/// The key that whoever may read the data folder signs operators' tokens with.
public enum OperatorKey {
    static let issuer = "operator"

    /// The private key in a platform's secrets; nil when there is no platform, or one that was started by an
    /// older version and not since.
    public static func load(dataFolder: String) throws -> String? {
        try SecretsFile.load(DataFolder(dataFolder).secrets).entries["signing-key.\(issuer)"]
    }
}
