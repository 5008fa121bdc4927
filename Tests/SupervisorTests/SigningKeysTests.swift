import Testing

@testable import Supervisor

@Suite struct SigningKeysTests {
    private func file(_ folder: borrowing TemporaryFolder) throws -> SecretsFile {
        _ = try PlatformSecrets.load(folder.folder, roles: RoleTable.all)
        return try SecretsFile.load(folder.folder.secrets)
    }

    @Test func `a new key comes first, earlier ones stay until their tokens have expired`() throws {
        let temporary = try TemporaryFolder()
        var file = try file(temporary)
        var keys = try #require(SigningKeys(of: "gateway", in: file))
        let first = keys.keys[0].seed
        #expect(keys.rotate(to: "second", at: 1000, withdrawingOld: false) == 1)
        // Shortly after: both earlier keys may still be on tokens.
        #expect(keys.rotate(to: "third", at: 1100, withdrawingOld: false) == 2)
        keys.store(for: "gateway", in: &file)
        #expect(file.entries["signing-key.gateway"] == "third,second,\(first)")
        let read = try #require(SigningKeys(of: "gateway", in: file))
        #expect(read == keys)
        #expect(read.accepted(at: 1650).map(\.seed) == ["third", "second"])
        #expect(read.accepted(at: 9000).map(\.seed) == ["third"])
        // The first has not signed since 1000, the second not since 1100.
        var later = read
        #expect(later.rotate(to: "fourth", at: 1650, withdrawingOld: false) == 2)
        #expect(later.keys.map(\.seed) == ["fourth", "third", "second"])
        #expect(later.rotate(to: "fifth", at: 9000, withdrawingOld: false) == 1)
        #expect(later.keys.map(\.seed) == ["fifth", "fourth"])
    }

    @Test func `a stolen key is withdrawn at once`() throws {
        let temporary = try TemporaryFolder()
        let file = try file(temporary)
        var keys = try #require(SigningKeys(of: "gateway", in: file))
        #expect(keys.rotate(to: "new", at: 1000, withdrawingOld: true) == 0)
        #expect(keys.keys.map(\.seed) == ["new"])
    }

    @Test func `a folder without keys says so`() async throws {
        let temporary = try TemporaryFolder()
        let command = RotateKeysCommand(folder: temporary.folder, console: .silent)
        #expect(await command.run(withdrawOld: false) == 1)
        #expect(!FileAccess.exists(temporary.folder.secrets))
    }

    @Test func `without a running platform the next start has the new key`() async throws {
        let temporary = try TemporaryFolder()
        let before = try #require(
            try PlatformSecrets.load(temporary.folder, roles: RoleTable.all).apps["gateway"]?.signingKey)
        #expect(
            await RotateKeysCommand(folder: temporary.folder, console: .silent).run(withdrawOld: false) == 0)
        let after = try #require(
            try PlatformSecrets.load(temporary.folder, roles: RoleTable.all).apps["gateway"]?.signingKey)
        let keys = after.split(separator: ",").map(String.init)
        #expect(keys.count == 2 && keys[1] == before)
        #expect(keys.allSatisfy { Base64URL.decode($0)?.count == 32 })
    }
}
