import FoundationEssentials
import Glibc
import Testing

@testable import Supervisor

@Suite(.timeLimit(.minutes(1))) struct ChildSupervisorTests {
    private struct Bench: Sendable {
        let board: PlatformBoard
        let log: MergedLog

        init(_ folder: DataFolder, names: [String]) throws {
            let me = try #require(ProcessIdentity(pid: getpid()))
            log = MergedLog(folder: folder, console: .silent, palette: Palette(isOn: false), nameWidth: 7)
            let records = names.map { ProcessRecord(name: $0, kind: .role) }
            board = PlatformBoard(
                PlatformDescriptor(
                    phase: .starting, ports: try PortLayout(base: nil), supervisor: me, processes: records),
                folder: folder, log: log, onChange: { _ in })
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
        try await eventually { bench.log.recentLines(of: "broken").count == 3 }
        #expect(failure?.lastLines.allSatisfy { $0.hasSuffix("broken  ERROR  no configuration") } == true)
        await child.stop()
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
            let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(child.pid)/fd")
            #expect(Set(open) == ["0", "1", "2"])
            child.signal(SIGTERM)
            try await eventually { !identity.isAlive }
        }
    }
}
