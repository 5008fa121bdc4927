import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// What `todo status --json` says of a platform on this machine.
struct PlatformStatus: Decodable, Sendable {
    struct Role: Decodable, Sendable {
        let role: String
        let state: String
        let pid: Int32?
        let addresses: [String: String]
    }

    let roles: [Role]

    subscript(role: String) -> Role? { roles.first { $0.role == role } }

    /// Asks the program `todo` that lies beside this one, or the one that `TODO` names.
    static func read(data: String, program: String? = nil) async throws(LoadFailure) -> PlatformStatus {
        guard let program = program ?? Self.program else {
            throw .noPlatform("the program todo is not beside this one; name it with TODO=PATH")
        }
        let answer = await ProgramOutput.of([program, "status", "--json", "--data", data])
        guard let json = answer,
            let status = try? JSONDecoder().decode(PlatformStatus.self, from: Data(json.utf8)),
            !status.roles.isEmpty
        else {
            throw .noPlatform("no platform runs in \(data): start it with `todo up --data \(data)` (make up)")
        }
        let unready = status.roles.filter { $0.state != "ready" }.map { "\($0.role) is \($0.state)" }
        guard unready.isEmpty else {
            throw .noPlatform("the platform in \(data) is not ready: \(unready.joined(separator: ", "))")
        }
        return status
    }

    static var program: String? {
        if let named = getenv("TODO").map({ String(cString: $0) }), !named.isEmpty { return named }
        var path = [CChar](repeating: 0, count: 4096)
        let length = readlink("/proc/self/exe", &path, path.count - 1)
        guard length > 0 else { return nil }
        let own = String(decoding: path[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard let slash = own.lastIndex(of: "/") else { return nil }
        let beside = "\(own[..<slash])/todo"
        return access(beside, X_OK) == 0 ? beside : nil
    }
}

/// Runs a program to its end and gives what it wrote, errors excluded.
enum ProgramOutput {
    /// Nil when it cannot be run. Its exit status is not looked at: what it wrote says more.
    static func of(_ arguments: [String], patience: Duration = .seconds(30)) async -> String? {
        var ends: [Int32] = [0, 0]
        guard let program = arguments.first, pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[0]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        attributes.restorePipeSignal()
        var list: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        list.append(nil)
        defer { for case let text? in list { free(text) } }
        var child: pid_t = 0
        let status = posix_spawn(&child, program, &actions, &attributes, list, environ)
        close(ends[1])
        guard status == 0 else { return nil }
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        return await read(ends[0], from: child, until: ContinuousClock.now + patience)
    }

    private static func read(
        _ file: Int32, from child: pid_t, until deadline: ContinuousClock.Instant
    ) async -> String? {
        var content: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            #if canImport(Glibc)
                let count = Glibc.read(file, &piece, piece.count)
            #else
                let count = Musl.read(file, &piece, piece.count)
            #endif
            if count > 0 {
                content += piece[..<count]
                continue
            }
            if count == 0 { break }
            guard errno == EAGAIN || errno == EINTR, ContinuousClock.now < deadline,
                (try? await Task.sleep(for: .milliseconds(10))) != nil
            else {
                kill(child, SIGKILL)
                break
            }
        }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        return String(decoding: content, as: UTF8.self)
    }
}
