import CurlHTTP
import FoundationEssentials
import Glibc

/// `todo keys rotate`: a new signing key for the gateway, which is started anew with it.
///
/// The key goes to `secrets.json`; the supervisor reads it at each start of the gateway, so that asking the gateway to
/// end is all there is to do, and a gateway that crashes at the wrong moment comes back right.
struct RotateKeysCommand: Sendable {
    static let app = "gateway"
    let folder: DataFolder
    let console: Console
    var patience: Duration = .seconds(60)

    func run(withdrawOld: Bool) async -> Int32 {
        do throws(SupervisorError) {
            let old = try changeFile(withdrawOld: withdrawOld)
            let fate =
                old == 0
                ? "no earlier key is accepted"
                : "\(old) earlier \(old == 1 ? "key is" : "keys are") "
                    + "accepted until their tokens have expired"
            guard let gateway = running, let process = gateway.process else {
                console.line("a new key was made; the next start signs with it; \(fate)")
                return 0
            }
            try process.signal(SIGTERM)
            guard await isBack(after: process) else {
                throw .childFailed(
                    name: Self.app, reason: "was asked to start with the new key and is not ready again",
                    lastLines: [])
            }
            console.line("\(Self.app) signs with a new key; \(fate)")
            return 0
        } catch {
            console.failure(error)
            return 1
        }
    }

    /// Two commands at once take turns: the folder itself is the lock.
    private func changeFile(withdrawOld: Bool) throws(SupervisorError) -> Int {
        try DataLayout.check(folder)
        let lock = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { if lock >= 0 { close(lock) } }
        guard lock >= 0, flock(lock, LOCK_EX) == 0 else { throw .noSecrets(path: folder.path) }
        var file = try SecretsFile.load(folder.secrets)
        guard var keys = SigningKeys(of: Self.app, in: file) else { throw .noSecrets(path: folder.path) }
        let now = Int64(Date().timeIntervalSince1970)
        let old = keys.rotate(to: SigningKeys.newSeed(), at: now, withdrawingOld: withdrawOld)
        keys.store(for: Self.app, in: &file)
        try file.save()
        return old
    }

    private var running: ProcessRecord? {
        let record = (try? PlatformDescriptor.load(folder))?.processes.first { $0.name == Self.app }
        return record?.process?.isAlive == true ? record : nil
    }

    private func isBack(after before: ProcessIdentity) async -> Bool {
        let clock = ContinuousClock()
        let deadline = clock.now.advanced(by: patience)
        let http = HTTPClient()
        var isReady = false
        while !isReady, clock.now < deadline {
            if let record = running, let process = record.process, process != before,
                let port = record.adminPort
            {
                isReady = await ReadinessProbe(http: http).isReady(adminPort: port)
            }
            if !isReady { try? await clock.sleep(for: .milliseconds(50)) }
        }
        await http.close()
        return isReady
    }
}
