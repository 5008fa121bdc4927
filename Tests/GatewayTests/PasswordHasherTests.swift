import HTTPTypes
import ServiceKit
import Testing

@testable import Gateway

struct PasswordHasherTests {
    let hasher = PasswordHasher(costExponent: 8)

    @Test func `the right password is known again, another is not`() async throws {
        let hash = try await hasher.hash("correct horse")
        #expect(try await hasher.verify("correct horse", against: hash))
        #expect(try await !hasher.verify("correct horsf", against: hash))
        #expect(try await !hasher.verify("", against: hash))
    }

    @Test func `with no account the answer is no, after the same work`() async throws {
        #expect(try await !hasher.verify("anything", against: nil))
    }

    @Test func `a hash reads back from its text, and every hash has its own salt`() async throws {
        let one = try await hasher.hash("the same")
        let other = try await hasher.hash("the same")
        #expect(PasswordHash(text: one.text) == one)
        #expect(one.text.hasPrefix("$scrypt$ln=8,r=8,p=5$"))
        #expect(one.salt != other.salt)
        #expect(one.key != other.key)
    }

    @Test func `a text that is no hash is none`() {
        for text in [
            "", "plain", "$scrypt$ln=14$x", "$scrypt$ln=99,r=8,p=1$AAAA$AAAA", "$argon2id$v=19$m=1$a$b",
        ] {
            #expect(PasswordHash(text: text) == nil, "\(text)")
        }
    }

    @Test func `a derived key equals the one of RFC 7914`() async throws {
        // Section 12, third vector: P = "pleaseletmein", S = "SodiumChloride", N = 16384, r = 8, p = 1.
        let expected: [UInt8] = [
            0x70, 0x23, 0xbd, 0xcb, 0x3a, 0xfd, 0x73, 0x48, 0x46, 0x1c, 0x06, 0xcd, 0x81, 0xfd, 0x38, 0xeb,
            0xfd,
            0xa8, 0xfb, 0xba, 0x90, 0x4f, 0x8e, 0x3e, 0xa9, 0xb5, 0x43, 0xf6, 0x54, 0x5d, 0xa1, 0xf2,
        ]
        let hash = PasswordHash(
            costExponent: 14, blockSize: 8, parallelism: 1, salt: Array("SodiumChloride".utf8), key: expected)
        #expect(try await hasher.verify("pleaseletmein", against: hash))
    }

    @Test func `those who would wait behind too many are told to come again`() async throws {
        let busy = PasswordHasher(costExponent: 8, width: 1, waiting: 4)
        let statuses = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    do {
                        return try await busy.verify("anything", against: nil) ? 200 : 401
                    } catch let problem as Problem {
                        return problem.headers[.retryAfter] == "1" ? problem.status.code : 0
                    } catch {
                        return 0
                    }
                }
            }
            return await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(Set(statuses) == [401, 503])
        #expect(statuses.filter { $0 == 401 }.count >= 5)
        // Places are given back.
        #expect(try await !busy.verify("anything", against: nil))
    }
}
