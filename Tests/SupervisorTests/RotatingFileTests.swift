import Glibc
import Testing

@testable import Supervisor

@Suite struct RotatingFileTests {
    @Test func `a full file is set aside while lines keep coming`() throws {
        let temporary = try TemporaryFolder()
        let log = MergedLog(
            folder: temporary.folder, console: .silent, palette: Palette(isOn: false), nameWidth: 5,
            largestFile: 100)
        for number in 0..<10 {
            log.receive(Array(#"{"body":"line \#(number)","x":"xxxxx"}"#.utf8), from: "tasks")
        }
        log.close()
        let path = temporary.folder.log(of: "tasks")
        let (old, new) = (FileAccess.read(path + ".1") ?? [], FileAccess.read(path) ?? [])
        #expect(!old.isEmpty && old.count <= 100 && !new.isEmpty && new.count <= 100)
        #expect(FileAccess.lastLines(of: path, count: 1).first?.contains("line 9") == true)
    }

    @Test func `a file that a child writes is emptied in place`() throws {
        let temporary = try TemporaryFolder()
        let path = temporary.folder.postgresLog
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        defer { close(descriptor) }
        FileAccess.write(Array(repeating: UInt8(ascii: "a"), count: 200), to: descriptor)
        RotatingFile.trim(path, limit: 300)
        #expect(FileAccess.read(path)?.count == 200)
        RotatingFile.trim(path, limit: 100)
        FileAccess.write([UInt8(ascii: "b")], to: descriptor)
        #expect(FileAccess.read(path) == [UInt8(ascii: "b")])
        #expect(FileAccess.read(path + ".1")?.count == 200)
    }
}
