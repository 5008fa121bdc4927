import Glibc
import Testing

@testable import Supervisor

@Suite(.timeLimit(.minutes(1))) struct DaprProgramsTests {
    private func programs(in folder: String, _ names: [String], _ script: String = "echo 1.18.3") throws {
        try FileAccess.makeFolder(folder, mode: 0o700)
        for name in names {
            try FileAccess.replace(
                "\(folder)/\(name)", with: Array("#!/bin/sh\n\(script)\n".utf8), mode: 0o700)
        }
    }

    @Test func `programs are found where the caller says, in PATH, then in Dapr's own folder`() throws {
        let temporary = try TemporaryFolder()
        let home = temporary.folder.path
        try programs(in: home + "/.dapr/bin", ["daprd", "scheduler"])
        try programs(in: home + "/path", ["daprd"])
        // A folder of the name is none of the programs.
        try FileAccess.makeFolder(home + "/path/scheduler", mode: 0o755)
        var environment = ["HOME": home, "PATH": "relative:\(home)/none:\(home)/path"]
        let found = try DaprPrograms.find(environment)
        #expect(found.daprd == home + "/path/daprd" && found.scheduler == home + "/.dapr/bin/scheduler")
        environment["TODO_DAPRD"] = home + "/.dapr/bin/daprd"
        #expect(try DaprPrograms.find(environment).daprd == home + "/.dapr/bin/daprd")
    }

    @Test func `what is missing is named in one line that says how to get it`() throws {
        let temporary = try TemporaryFolder()
        let home = temporary.folder.path
        #expect(throws: SupervisorError.daprMissing(programs: ["daprd", "scheduler"])) {
            _ = try DaprPrograms.find([:])
        }
        try programs(in: home + "/.dapr/bin", ["daprd", "scheduler"])
        let wrong = ["HOME": home, "TODO_DAPR_SCHEDULER": home + "/gone"]
        #expect(DaprPrograms.missing(wrong) == ["scheduler"])
        let error = #expect(throws: SupervisorError.self) { _ = try DaprPrograms.find(wrong) }
        #expect(
            error?.description
                == "scheduler is missing: install Dapr 1.18 with `dapr init --slim`, or set TODO_DAPRD and "
                + "TODO_DAPR_SCHEDULER")
    }

    @Test func `the version is asked for, and a program that does not tell it is refused`() async throws {
        let temporary = try TemporaryFolder()
        let folder = temporary.folder.path
        let good = DaprPrograms(
            daprd: try temporary.script("test \"$1\" = --version && echo 1.18.3"), scheduler: "")
        #expect(try await good.version() == "1.18.3")
        for script in ["exit 3", "exit 0"] {
            let bad = DaprPrograms(daprd: try temporary.script(script), scheduler: "")
            await #expect(throws: SupervisorError.self) { _ = try await bad.version() }
        }
        let hanging = DaprPrograms(daprd: try temporary.script("exec sleep 1000"), scheduler: "")
        let error = await #expect(throws: SupervisorError.self) {
            _ = try await hanging.version(patience: .milliseconds(50))
        }
        #expect(error?.description.contains("it does not tell its version: signal 15") == true, "\(folder)")
    }

    @Test(arguments: [
        ("1.18.3", true), ("1.19.0", true), ("2.0.0-rc.1", true), ("v1.18.0", true), ("edge", true),
        ("1.17.13", false), ("1.9.0", false), ("v1.17.0", false),
    ]) func `older releases are told apart`(version: String, isKnown: Bool) {
        #expect(DaprPrograms.isKnown(version) == isKnown)
    }

    @Test func `a start finds out everything before anything is made`() async throws {
        let temporary = try TemporaryFolder()
        let home = temporary.folder.path
        try programs(in: home + "/.dapr/bin", ["daprd", "scheduler"], "echo 1.17.2")
        let dapr = try DaprFixture.write(to: temporary.folder)
        let options = PlatformOptions(
            dataFolder: home + "/data", sidecars: .daprd(.inMemory), executablePath: "/nowhere/todo",
            inheritedEnvironment: ["HOME": home, "TODO_SIDECAR_RESOURCES": dapr.path])
        let ports = try PortLayout(base: 20_000)
        let folder = DataFolder(options.dataFolder)
        let runtime = try #require(try await DaprRuntime.find(options, ports, folder))
        #expect(runtime.description == "daprd 1.17.2, broker in-memory")
        #expect(runtime.remarks.count == 3)
        #expect(runtime.files.configuration.contains("127.0.0.1:20060"))
        #expect(runtime.files.configuration.contains(home + "/data/run/dapr/names.db"))
        #expect(!FileAccess.exists(home + "/data"))
        var standIn = options
        standIn.sidecars = .standIn
        #expect(try await DaprRuntime.find(standIn, ports, folder) == nil)
    }
}

@Suite(.timeLimit(.minutes(1))) struct ToldFirstTests {
    /// A sidecar stops its deliveries at once and goes when its application has gone.
    @Test func `who prepares its end is told before the others and waited for in its turn`() async throws {
        let temporary = try TemporaryFolder()
        let me = try #require(ProcessIdentity(pid: getpid()))
        let log = MergedLog(
            folder: temporary.folder, console: .silent, palette: Palette(isOn: false), nameWidth: 7)
        let names = ["daprd-tasks", "tasks"]
        let board = PlatformBoard(
            PlatformDescriptor(
                phase: .starting, ports: try PortLayout(base: nil), supervisor: me,
                processes: names.map { ProcessRecord(name: $0, kind: .tool) }),
            folder: temporary.folder, log: log, onChange: { _ in })
        let children = RunningChildren(board: board)
        let order = temporary.folder.path + "/order"
        let (told, gone) = (temporary.folder.path + "/told", temporary.folder.path + "/gone")
        // The sidecar waits for its application's end, which waits for the sidecar to know of its own.
        let sidecar = try temporary.script(
            """
            trap 'echo sidecar told >> \(order); : > \(told); while ! [ -e \(gone) ]; do sleep 0.01; done; exit 0' TERM
            echo ready
            while :; do read line || exit 1; done
            """)
        let role = try temporary.script(
            """
            trap 'while ! [ -e \(told) ]; do sleep 0.01; done; echo role gone >> \(order); : > \(gone); exit 0' TERM
            echo ready
            while :; do read line || exit 1; done
            """)
        for (name, script) in zip(names, [sidecar, role]) {
            var specification = ChildSpecification(
                record: ProcessRecord(name: name, kind: .tool),
                launch: ProcessLaunch(
                    executable: script, arguments: [], environment: ["PATH": "/usr/bin:/bin"],
                    output: .lines { log.receive($0, from: name) }),
                isReady: { !log.recentLines(of: name).isEmpty })
            specification.isToldFirst = name == "daprd-tasks"
            try await children.start(specification)
        }
        await children.stopAll()
        #expect(FileAccess.lastLines(of: order, count: 9) == ["sidecar told", "role gone"])
        #expect(board.descriptor.processes.allSatisfy { $0.state == .stopped })
    }
}
