/// Why a platform could not start or stop. One line for people: what, and how to mend it; never a secret in it.
enum SupervisorError: Error, Equatable, CustomStringConvertible {
    case badPortBase(Int)
    case portBusy(port: Int, purpose: String, holder: PortHolder?)
    case dataFolderInUse(path: String, pid: Int32)
    case dataFolderUnwritable(path: String, reason: String)
    case dataFolderUnreadable(path: String, reason: String)
    case dataFolderForeign(path: String, example: String)
    case dataLayoutNewer(path: String, found: Int, known: Int)
    case dataLayoutOlder(path: String, found: Int, oldest: Int)
    case diskFull(path: String, freeMegabytes: Int? = nil, neededMegabytes: Int? = nil)
    case damagedFile(path: String)
    case postgresMissing
    case postgresUserMissing
    case spawnFailed(name: String, reason: String)
    case childFailed(name: String, reason: String, lastLines: [String])
    /// A child refused its configuration; the complaint is its own last line.
    case childMisconfigured(name: String, complaint: String?)
    case noSecrets(path: String)
    case databaseFailed(step: String, reason: String)
    case databaseUnreachable(key: String, reason: String)
    case databaseLoginRefused(key: String, reason: String)
    case databaseURLMalformed(key: String)
    case databasePooled(key: String)
    case databaseURLsMissing(keys: [String], anyOf: Bool = false)
    case databaseRightsMissing(login: String, right: String, keys: [String])
    case servingLoginIsOwner(login: String)
    case servingLoginTooMighty(login: String)
    case daprMissing(programs: [String])
    case daprUnusable(path: String, reason: String)
    /// Nil when nobody said where the files are.
    case daprFilesMissing(path: String?)
    case daprFileMistake(file: String, problem: String)
    case notOurs(pid: Int32)
    /// Somebody asked to stop while the platform was starting: not a failure.
    case stopRequested

    var description: String {
        switch self {
        case .badPortBase(let base):
            "port base \(base) is not possible: choose one from 1024 to 65436"
        case .portBusy(let port, let purpose, let holder):
            "port \(port) is in use (\(holder?.description ?? "by a process of another user")), but \(purpose) "
                + "needs it: stop that process or choose --port-base"
        case .dataFolderInUse, .dataFolderUnwritable, .dataFolderUnreadable, .dataFolderForeign,
            .dataLayoutNewer, .dataLayoutOlder, .diskFull, .damagedFile:
            folderDescription
        case .databaseFailed, .databaseUnreachable, .databaseLoginRefused, .databaseURLMalformed,
            .databasePooled, .databaseURLsMissing, .databaseRightsMissing, .servingLoginIsOwner,
            .servingLoginTooMighty:
            databaseDescription
        case .daprMissing, .daprUnusable, .daprFilesMissing, .daprFileMistake:
            daprDescription
        case .postgresMissing:
            "the PostgreSQL server programs are missing: install them with `apt-get install postgresql`"
        case .postgresUserMissing:
            "PostgreSQL cannot run as root and there is no user `postgres`: install it with "
                + "`apt-get install postgresql`"
        case .spawnFailed(let name, let reason):
            "\(name) could not be started: \(reason)"
        case .childFailed(let name, let reason, _):
            "\(name) \(reason)"
        case .childMisconfigured(let name, let complaint):
            complaint ?? "\(name) cannot use its configuration (exit status 78): see its log"
        case .noSecrets(let path):
            "\(path) holds no keys: no platform was started there yet"
        case .notOurs(let pid):
            "process \(pid) may not be stopped by this user"
        case .stopRequested:
            "stopped before everything was ready"
        }
    }

    private var folderDescription: String {
        switch self {
        case .dataFolderInUse(let path, let pid):
            "a platform already runs in \(path) (process \(pid)): stop it with `todo down --data \(path)`"
        case .dataFolderUnwritable(let path, let reason):
            "cannot write to the data folder \(path) (\(reason)): give this user the right or choose --data"
        case .dataFolderUnreadable(let path, let reason):
            "cannot read the data folder \(path) (\(reason)): give this user the right or choose --data"
        case .dataFolderForeign(let path, let example):
            "\(path) is no platform's data folder (it holds \(example)): choose an empty folder with --data"
        case .dataLayoutNewer(let path, let found, let known):
            "\(path) has data layout \(found), made by a newer release; this one knows \(known): use the newer one"
        case .dataLayoutOlder(let path, let found, let oldest):
            "\(path) has data layout \(found), older than \(oldest), the oldest that can be brought forward: "
                + "start it with an earlier release first or choose --data"
        case .diskFull(let path, let free?, let needed?):
            "\(free) MB are free at \(path), but \(needed) MB are needed: make room or choose --data"
        case .diskFull(let path, _, _):
            "no space is left at \(path): make room or choose --data"
        case .damagedFile(let path):
            "\(path) cannot be read as what it should be: move it away and start again"
        default:
            ""
        }
    }

    private var databaseDescription: String {
        switch self {
        case .databaseFailed(let step, let reason):
            "\(step) failed: \(reason)"
        case .databaseUnreachable(let key, let reason):
            "the database of \(key) cannot be reached (\(reason)): start it or correct \(key)"
        case .databaseLoginRefused(let key, let reason):
            "the database refuses the login of \(key) (\(reason)): correct user and password in \(key)"
        case .databaseURLMalformed(let key):
            "\(key) is no database URL: write it as postgres://user:password@host:port/database"
        case .databasePooled(let key):
            "\(key) leads to a connection pooler in transaction mode, which loses LISTEN, session settings and "
                + "prepared statements: give the server's direct address"
        case .databaseURLsMissing(let keys, let anyOf):
            anyOf
                ? "no database is named: set \(keys.joined(separator: " or "))"
                : "not every login has a URL: set \(keys.joined(separator: ", ")) as well, or DATABASE_URL"
        case .databaseRightsMissing(let login, let right, let keys):
            "the login \(login) of DATABASE_URL lacks \(right): grant it, or make the logins yourself and set "
                + keys.joined(separator: ", ")
        case .servingLoginIsOwner(let login):
            "the login \(login) owns the schemas and may not serve: give the service another login"
        case .servingLoginTooMighty(let login):
            "the login \(login) passes row-level security (SUPERUSER or BYPASSRLS) and may not serve: "
                + "give the service another login"
        default:
            ""
        }
    }

    private var daprDescription: String {
        switch self {
        case .daprMissing(let programs):
            programs.joined(separator: " and ") + (programs.count > 1 ? " are" : " is")
                + " missing: install Dapr 1.18 with `dapr init --slim`, or set TODO_DAPRD and TODO_DAPR_SCHEDULER"
        case .daprUnusable(let path, let reason):
            "\(path) cannot be used (\(reason)): set TODO_DAPRD to a daprd of release 1.18"
        case .daprFilesMissing(let path?):
            "the files of the sidecars cannot be read at \(path): set TODO_SIDECAR_RESOURCES to their folder"
        case .daprFilesMissing(nil):
            "the folder dapr/ is not beside the program: set TODO_SIDECAR_RESOURCES to it"
        case .daprFileMistake(let file, let problem):
            "\(file): \(problem)"
        default:
            ""
        }
    }

    /// What the failed child said last, if a child failed.
    var lastLines: [String] {
        if case .childFailed(_, _, let lines) = self { lines } else { [] }
    }
}
