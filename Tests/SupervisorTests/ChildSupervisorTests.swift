import FoundationEssentials
import Glibc
import Synchronization
import Testing

@testable import Supervisor

@Suite(.timeLimit(.minutes(1))) struct ChildSupervisorTests {
    private struct Bench: Sendable {
        let board: PlatformBoard
        let log: MergedLog

        init(
            _ folder: DataFolder, names: [String], notice: @escaping @Sendable (String) -> Void = { _ in }
        ) throws {
            let me = try #require(ProcessIdentity(pid: getpid()))
            log = MergedLog(folder: folder, console: .silent, palette: Palette(isOn: false), nameWidth: 7)
            let records = names.map { ProcessRecord(name: $0, kind: .role) }
            board = PlatformBoard(
                PlatformDescriptor(
                    phase: .starting, ports: try PortLayout(base: nil), supervisor: me, processes: records),
                folder: folder, log: log, notice: notice, onChange: { _ in })
        }

        func record(_ name: String) -> ProcessRecord? { board.descriptor.processes.first { $0.name == name } }

        func specification(
            _ name: String, _ script: String, limits: ChildStateMachine.Limits = .init(),
            isReady: @escaping @Sendable () -> Bool = { true }
        ) -> ChildSpecification {
            ChildSpecification(
                record: ProcessRecord(name: name, kind: .role),
                launch: ProcessLaunch(
                    executable: script, arguments: [], environment: ["PATH": "/usr/bin:/bin"],
                    output: .lines { [log] in log.receive($0, from: name) }),
                limits: limits, isReady: { isReady() })
        }
    }

    @Test func `a child that ends is started again with another process id`() async throws {
        let temporary = try TemporaryFolder()
        let bench = try Bench(temporary.folder, names: ["tasks"])
        let child = ChildSupervisor(
            bench.specification("tasks", try temporary.script("exec cat")), board: bench.board)
        try await child.start()
        let first = try #require(bench.record("tasks")?.process)
        kill(first.pid, SIGKILL)
        try await eventually {
            guard let record = bench.record("tasks"), let process = record.process else { return false }
            return record.state == .ready && process != first
        }
        #expect(bench.record("tasks")?.restarts == 1)
        await child.stop()
        #expect(bench.record("tasks")?.state == .stopped)
        #expect(bench.record("tasks")?.process == nil)
        #expect(!first.isAlive)
    }

    @Test func `children stop in the reverse order of their start`() async throws {
        let temporary = try TemporaryFolder()
        let names = ["one", "two", "three"]
        let bench = try Bench(temporary.folder, names: names)
        let children = RunningChildren(board: bench.board)
        let order = temporary.folder.path + "/order"
        for name in names {
            let script = try temporary.script(
                """
                trap 'echo \(name) >> \(order); exit 0' TERM
                echo '{"body":"trap set"}'
                while :; do read line || exit 1; done
                """)
            try await children.start(
                bench.specification(name, script) { !bench.log.recentLines(of: name).isEmpty })
        }
        await children.stopAll()
        let lines = FileAccess.lastLines(of: order, count: 9)
        #expect(lines == ["three", "two", "one"])
        #expect(bench.board.descriptor.processes.allSatisfy { $0.state == .stopped })
    }

    @Test func `one that does not obey is killed, its helpers too`() async throws {
        let temporary = try TemporaryFolder()
        let bench = try Bench(temporary.folder, names: ["deaf"])
        let script = try temporary.script(
            """
            trap '' TERM
            sleep 1000 &
            echo "{\\"body\\":\\"$!\\"}"
            while :; do sleep 1000; done
            """)
        let limits = ChildStateMachine.Limits(stopping: .milliseconds(100))
        let child = ChildSupervisor(
            bench.specification("deaf", script, limits: limits) {
                !bench.log.recentLines(of: "deaf").isEmpty
            },
            board: bench.board)
        try await child.start()
        let deaf = try #require(bench.record("deaf")?.process)
        let words = try #require(bench.log.recentLines(of: "deaf").first?.split(separator: " ").last)
        let sleeper = try #require(Int32(words).flatMap { ProcessIdentity(pid: $0) })
        await child.stop()
        #expect(!deaf.isAlive)
        try await eventually { !sleeper.isAlive }
    }

    @Test func `one that never starts well is given up with its last words`() async throws {
        let temporary = try TemporaryFolder()
        let bench = try Bench(temporary.folder, names: ["broken"])
        let script = try temporary.script("echo 'no configuration' >&2; exit 3")
        let limits = ChildStateMachine.Limits(firstPause: .milliseconds(1))
        let child = ChildSupervisor(
            bench.specification("broken", script, limits: limits) { false }, board: bench.board)
        let failure = await #expect(throws: SupervisorError.self) { try await child.start() }
        #expect(failure?.description == "broken ended before it was ready (exit status 3)")
        #expect(bench.log.recentLines(of: "broken").count == 3)
        #expect(failure?.lastLines.allSatisfy { $0.hasSuffix("broken  ERROR  no configuration") } == true)
        await child.stop()
    }

    @Test func `a wrong configuration is told at once in the child's own words`() async throws {
        let temporary = try TemporaryFolder()
        let bench = try Bench(temporary.folder, names: ["strict"])
        let starts = temporary.folder.path + "/starts"
        let script = try temporary.script(
            "echo x >> \(starts); echo 'todo: strict: TODO_X must be a number' >&2; exit 78")
        let child = ChildSupervisor(bench.specification("strict", script) { false }, board: bench.board)
        let failure = await #expect(throws: SupervisorError.self) { try await child.start() }
        #expect(failure?.description == "strict: TODO_X must be a number")
        #expect(failure?.lastLines.isEmpty == true)
        #expect(FileAccess.lastLines(of: starts, count: 9) == ["x"])
        await child.stop()
    }

    @Test func `what may have changed since the last start is read anew for each`() async throws {
        let temporary = try TemporaryFolder()
        let bench = try Bench(temporary.folder, names: ["gateway"])
        let starts = Mutex(0)
        var specification = bench.specification(
            "gateway", try temporary.script("echo \"{\\\"body\\\":\\\"key $KEY\\\"}\"; exec cat"))
        specification.lateEnvironment = {
            [
                "KEY": String(
                    starts.withLock { count in
                        count += 1; return count
                    })
            ]
        }
        let child = ChildSupervisor(specification, board: bench.board)
        try await child.start()
        try await eventually { bench.log.lastMessage(of: "gateway") == "key 1" }
        kill(try #require(bench.record("gateway")?.process).pid, SIGKILL)
        try await eventually { bench.log.lastMessage(of: "gateway") == "key 2" }
        await child.stop()
    }

    @Test func `one that ends again and again is reported once with its last words`() async throws {
        let temporary = try TemporaryFolder()
        let told = Mutex<[String]>([])
        let bench = try Bench(temporary.folder, names: ["shaky"]) { line in told.withLock { $0.append(line) }
        }
        // Ready when it has spoken; then it ends by itself.
        let script = try temporary.script("echo 'about to fall' >&2; sleep 0.05; exit 9")
        var limits = ChildStateMachine.Limits(firstPause: .milliseconds(1), longestPause: .milliseconds(2))
        limits.crashLoop = 3
        let child = ChildSupervisor(
            bench.specification("shaky", script, limits: limits) {
                !bench.log.recentLines(of: "shaky").isEmpty
            }, board: bench.board)
        try await child.start()
        try await eventually { (bench.record("shaky")?.restarts ?? 0) >= 5 }
        let lines = told.withLock { $0 }
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix("todo: shaky ended 3 times in a row (last: exit status 9)") == true)
        #expect(lines.first?.contains("about to fall") == true)
        #expect(bench.record("shaky")?.lastLines?.isEmpty == false)
        await child.stop()
    }

    @Test func `all children together get a bounded time to end`() async throws {
        let temporary = try TemporaryFolder()
        let bench = try Bench(temporary.folder, names: ["one", "two"])
        let children = RunningChildren(board: bench.board)
        for name in ["one", "two"] {
            let script = try temporary.script("trap '' TERM\necho ready\nwhile :; do sleep 1000; done")
            try await children.start(
                bench.specification(name, script, limits: .init(stopping: .seconds(1000))) {
                    !bench.log.recentLines(of: name).isEmpty
                })
        }
        await children.stopAll(within: .milliseconds(50))
        #expect(bench.board.descriptor.processes.allSatisfy { $0.state == .stopped })
    }

    @Test func `a child blocks and ignores no signal, whatever its parent does`() async throws {
        let child = try spawnWithBlockedSignals()
        let identity = try #require(ProcessIdentity(pid: child.pid))
        let lines = String(decoding: try #require(ProcFile.read("/proc/\(child.pid)/status")), as: UTF8.self)
            .split(separator: "\n")
        for name in ["SigBlk:", "SigIgn:"] {
            let digits = try #require(lines.first { $0.hasPrefix(name) }).dropFirst(name.count + 1)
            // Above 31 lie two signals that belong to the C library.
            #expect(try #require(UInt64(digits, radix: 16)) & 0x7FFF_FFFF == 0, "\(name) \(digits)")
        }
        child.signal(SIGTERM)
        try await eventually { !identity.isAlive }
    }

    private func spawnWithBlockedSignals() throws -> ChildProcess {
        var blocked = sigset_t()
        var before = sigset_t()
        sigemptyset(&blocked)
        sigaddset(&blocked, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &blocked, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        return try ChildProcess.spawn(
            ProcessLaunch(executable: "/bin/cat", arguments: [], environment: [:], output: .lines { _ in }),
            onExit: { _ in })
    }

    @Test func `stopping while a child starts ends the waiting`() async throws {
        let temporary = try TemporaryFolder()
        let bench = try Bench(temporary.folder, names: ["slow"])
        let children = RunningChildren(board: bench.board)
        let specification = bench.specification("slow", try temporary.script("exec cat")) { false }
        let starting = Task { () -> SupervisorError? in
            do throws(SupervisorError) {
                try await children.start(specification)
                return nil
            } catch {
                return error
            }
        }
        try await eventually { bench.record("slow")?.process != nil }
        await children.stopAll()
        #expect(await starting.value == .stopRequested)
        await #expect(throws: SupervisorError.stopRequested) { try await children.start(specification) }
    }

    private static func openFiles(of pid: Int32) -> Set<String> {
        Set((try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd")) ?? [])
    }

    /// The input of a child ends with its supervisor only if no other process holds the other end.
    @Test func `a child inherits its three streams and nothing else`() async throws {
        let children = try (0..<4).map { _ in
            try ChildProcess.spawn(
                ProcessLaunch(
                    executable: "/bin/cat", arguments: [], environment: [:], output: .lines { _ in }),
                onExit: { _ in })
        }
        for child in children {
            let identity = try #require(ProcessIdentity(pid: child.pid))
            // While a program loads, its loader has a library open now and then; what is inherited stays open.
            let deadline = ContinuousClock.now + .seconds(10)
            try await eventually {
                Self.openFiles(of: child.pid) == ["0", "1", "2"] || ContinuousClock.now > deadline
            }
            #expect(Self.openFiles(of: child.pid) == ["0", "1", "2"])
            child.signal(SIGTERM)
            try await eventually { !identity.isAlive }
        }
    }
}
