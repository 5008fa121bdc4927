import Testing

@testable import Supervisor

@Suite struct DataLayoutTests {
    private func put(_ name: String, _ text: String, in folder: DataFolder) throws {
        try FileAccess.replace(folder.path + "/" + name, with: Array(text.utf8), mode: 0o600)
    }

    @Test func `a new folder is fine and gets the current layout`() throws {
        let temporary = try TemporaryFolder()
        try DataLayout.check(temporary.folder)
        try DataLayout.check(DataFolder(temporary.folder.path + "/not/there"))
        try DataLayout.markCurrent(temporary.folder)
        #expect(FileAccess.lastLines(of: temporary.folder.layout, count: 1) == ["\(DataLayout.current)"])
        try DataLayout.check(temporary.folder)
    }

    @Test func `a folder without a number is the first layout if a platform was in it`() throws {
        let temporary = try TemporaryFolder()
        try put("secrets.json", "{}", in: temporary.folder)
        try put("notes.txt", "", in: temporary.folder)
        try DataLayout.check(temporary.folder)
    }

    @Test func `newer, older, damaged and foreign folders are told apart`() throws {
        let temporary = try TemporaryFolder()
        let folder = temporary.folder
        let path = folder.path
        try put("layout", "99\n", in: folder)
        #expect(throws: SupervisorError.dataLayoutNewer(path: path, found: 99, known: DataLayout.current)) {
            try DataLayout.check(folder)
        }
        try put("layout", "0\n", in: folder)
        #expect(throws: SupervisorError.dataLayoutOlder(path: path, found: 0, oldest: DataLayout.oldest)) {
            try DataLayout.check(folder)
        }
        try put("layout", "x", in: folder)
        #expect(throws: SupervisorError.damagedFile(path: folder.layout)) { try DataLayout.check(folder) }
        let other = try TemporaryFolder()
        try put("thesis.tex", "", in: other.folder)
        #expect(throws: SupervisorError.dataFolderForeign(path: other.folder.path, example: "thesis.tex")) {
            try DataLayout.check(other.folder)
        }
        #expect(throws: SupervisorError.dataFolderUnreadable(path: folder.layout, reason: "it is no folder"))
        {
            try DataLayout.check(DataFolder(folder.layout))
        }
    }
}
