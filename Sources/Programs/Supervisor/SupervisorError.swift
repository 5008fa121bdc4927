/// Why a platform could not start or stop. One line for people; never a secret in it.
enum SupervisorError: Error, Equatable, CustomStringConvertible {
    case badPortBase(Int)
    case portBusy(port: Int, purpose: String)
    case dataFolderInUse(path: String, pid: Int32)
    case dataFolderUnwritable(path: String, reason: String)
    case damagedFile(path: String)
    case postgresMissing
    case postgresUserMissing
    case spawnFailed(name: String, reason: String)
    case childFailed(name: String, reason: String, lastLines: [String])
    case databaseFailed(step: String, reason: String)
    case notOurs(pid: Int32)
    /// Somebody asked to stop while the platform was starting: not a failure.
    case stopRequested

    var description: String {
        switch self {
        case .badPortBase(let base):
            "port base \(base) is not possible: choose one from 1024 to 65436"
        case .portBusy(let port, let purpose):
            "port \(port) is in use, but \(purpose) needs it: stop what uses it or choose --port-base"
        case .dataFolderInUse(let path, let pid):
            "a platform already runs in \(path) (process \(pid)): stop it with `todo down --data \(path)`"
        case .dataFolderUnwritable(let path, let reason):
            "cannot write to the data folder \(path): \(reason)"
        case .damagedFile(let path):
            "\(path) cannot be read as what it should be: move it away and start again"
        case .postgresMissing:
            "the PostgreSQL server programs are missing: install them with `apt-get install postgresql`"
        case .postgresUserMissing:
            "PostgreSQL cannot run as root and there is no user `postgres`: install it with "
                + "`apt-get install postgresql`"
        case .spawnFailed(let name, let reason):
            "\(name) could not be started: \(reason)"
        case .childFailed(let name, let reason, _):
            "\(name) \(reason)"
        case .databaseFailed(let step, let reason):
            "\(step) failed: \(reason)"
        case .notOurs(let pid):
            "process \(pid) may not be stopped by this user"
        case .stopRequested:
            "stopped before everything was ready"
        }
    }

    /// What the failed child said last, if a child failed.
    var lastLines: [String] {
        if case .childFailed(_, _, let lines) = self { lines } else { [] }
    }
}
