/// What the synthetic user of a local platform signs in with: a secret that exists anyway, so that every start finds the
/// same account.
public enum CanaryAccount {
    /// The password; nil when there is no platform in the folder.
    public static func password(dataFolder: String) throws -> String? {
        try SecretsFile.load(DataFolder(dataFolder).secrets).entries["demo.password"]
    }
}
