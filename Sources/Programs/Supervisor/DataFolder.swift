import Glibc

/// The folder of one platform and the files in it.
struct DataFolder: Sendable, Equatable {
    /// Absolute, so that children with another working directory find it too.
    let path: String

    init(_ path: String) {
        if path.hasPrefix("/") {
            self.path = Self.withoutTrailingSlashes(path)
        } else {
            var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
            let current = getcwd(&buffer, buffer.count).map { String(cString: $0) } ?? "."
            self.path = Self.withoutTrailingSlashes(current + "/" + path)
        }
    }

    var descriptor: String { path + "/platform.json" }
    var secrets: String { path + "/secrets.json" }
    var layout: String { path + "/layout" }
    var run: String { path + "/run" }
    var lock: String { run + "/lock" }
    var sidecarConfiguration: String { run + "/sidecar.json" }
    var logs: String { path + "/logs" }
    /// Where the trace store keeps what it is sent.
    var traces: String { path + "/traces" }
    var postgresLog: String { logs + "/postgres.log" }
    var supervisorLog: String { logs + "/supervisor.log" }

    func log(of name: String) -> String { "\(logs)/\(name).jsonl" }

    /// Makes the folders. The data folder itself may be passed through (PostgreSQL may run as another user);
    /// what lies in it is for the owner alone.
    func prepare() throws(SupervisorError) {
        try FileAccess.makeFolder(path, mode: 0o711)
        try FileAccess.makeFolder(run, mode: 0o700)
        try FileAccess.makeFolder(logs, mode: 0o700)
        guard access(path, W_OK) == 0, access(run, W_OK) == 0, access(logs, W_OK) == 0 else {
            throw .dataFolderUnwritable(path: path, reason: SystemFailure.text())
        }
    }

    /// Removes what only a running platform needs; data, secrets and logs stay.
    func removeRunFiles() {
        for file in [descriptor, sidecarConfiguration, lock] { unlink(file) }
        FolderRemoval.remove(dapr)
        rmdir(run)
    }

    private static func withoutTrailingSlashes(_ path: String) -> String {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        if path.hasSuffix("/.") { path.removeLast(2) }
        return path.isEmpty ? "/" : path
    }
}
