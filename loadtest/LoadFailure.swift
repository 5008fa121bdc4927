/// Why a run cannot be made, or cannot be believed: exit status 2.
enum LoadFailure: Error, Equatable, CustomStringConvertible {
    /// A value on the command line that cannot be.
    case misuse(String)
    /// The platform is not there, or not ready.
    case noPlatform(String)
    /// An account could not be opened.
    case noAccount(reason: String)
    /// A file could not be read or written.
    case file(path: String, reason: String)
    /// A report of another kind or version.
    case unreadable(path: String, reason: String)

    var description: String {
        switch self {
        case .misuse(let reason): reason
        case .noPlatform(let reason): reason
        case .noAccount(let reason): "no account for the run: \(reason)"
        case .file(let path, let reason): "\(path): \(reason)"
        case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)"
        }
    }
}
