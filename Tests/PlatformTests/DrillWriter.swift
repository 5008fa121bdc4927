import CurlHTTP
import Foundation
import Synchronization
import TestSupport
import Testing

/// What all writers of a drill count together.
final class DrillProgress: Sendable {
    struct Counts: Sendable {
        var acknowledged = 0
        /// Attempts without an answer, and those answered with a status that invites another.
        var unanswered = 0
        var unavailable: [Int: Int] = [:]
        /// Acknowledged by the answer of an earlier attempt, which had been done although nobody heard of it.
        var replayed = 0
        /// Answers that a disturbance does not excuse.
        var refusals: [String] = []
    }

    private let state = Mutex(Counts())

    var counts: Counts { state.withLock { $0 } }

    func count(_ body: (inout Counts) -> Void) { state.withLock { body(&$0) } }
}

/// One client: one write after the other on tasks of its own, each repeated under its key until it is acknowledged.
struct DrillWriter: Sendable {
    static let patience = Duration.seconds(120)
    private static let pause = Duration.milliseconds(50)
    /// Tokens live five minutes; a client that is disturbed signs in again in time.
    private static let tokenAge = Duration.seconds(180)

    let index: Int
    let progress: DrillProgress
    private(set) var user: PlatformUser
    private(set) var tasks: [DrillTask] = []
    private var signedInAt = ContinuousClock.now
    private var random: SeededRandom
    private var written = 0

    init(index: Int, seed: UInt64, user: PlatformUser, progress: DrillProgress) {
        self.index = index
        self.user = user
        self.progress = progress
        random = SeededRandom(seed &+ UInt64(index) &* 1_000_003)
    }

    /// Makes so many writes. What they are depends on the seed alone, not on when they are answered.
    mutating func write(_ count: Int) async throws {
        for _ in 0..<count {
            if ContinuousClock.now - signedInAt > Self.tokenAge { try await signIn() }
            written += 1
            // A few tasks at a time, so that each has a history.
            if tasks.isEmpty || Int.random(in: 0..<4, using: &random) == 0 {
                try await create()
            } else {
                try await change(Int.random(in: max(0, tasks.count - 6)..<tasks.count, using: &random))
            }
        }
    }

    private mutating func create() async throws {
        let answer = try await acknowledged("POST", "/api/v1/tasks", json: ["title": title])
        tasks.append(DrillTask(id: try #require(try answer.object()["id"] as? String)))
    }

    private mutating func change(_ place: Int) async throws {
        let task = tasks[place]
        let acts = task.possibleActs
        let act = acts[Int.random(in: 0..<acts.count, using: &random)]
        let path = "/api/v1/tasks/\(task.id)"
        let answer =
            switch act {
            case .patch: try await acknowledged("PATCH", path, json: ["title": title])
            case .delete: try await acknowledged("DELETE", path)
            case .complete: try await acknowledged("POST", "\(path)/complete")
            case .reopen: try await acknowledged("POST", "\(path)/reopen")
            case .restore: try await acknowledged("POST", "\(path)/restore")
            }
        tasks[place].acknowledged(act)
        if let tag = answer.headers["etag"], tag != "\"\(tasks[place].version)\"" {
            let expected = tasks[place].version
            progress.count { $0.refusals.append("\(act) gave version \(tag) instead of \(expected)") }
        }
    }

    private var title: String { "writer \(index), write \(written)" }

    /// Sends until the answer is final. The key makes many attempts one write.
    private mutating func acknowledged(
        _ method: String, _ path: String, json: [String: String]? = nil
    ) async throws -> PlatformAnswer {
        let key = UUID().uuidString
        let deadline = ContinuousClock.now + Self.patience
        var last: Int?
        while ContinuousClock.now < deadline {
            let answer = try? await user.call(method, path, json: json, headers: ["Idempotency-Key": key])
            last = answer?.status
            switch answer?.status {
            case .some(200..<300):
                progress.count { counts in
                    counts.acknowledged += 1
                    if answer?.headers["idempotency-replayed"] == "true" { counts.replayed += 1 }
                }
                return try #require(answer)
            case nil:
                progress.count { $0.unanswered += 1 }
            case .some(let status):
                if !(status >= 500 || [408, 425, 429].contains(status)) {
                    progress.count { $0.refusals.append("\(method) answered \(status)") }
                }
                progress.count { $0.unavailable[status, default: 0] += 1 }
            }
            try await Task.sleep(for: Self.pause)
        }
        throw DrillFailure.stuck(
            "\(method) by client \(index), at last \(last.map(String.init) ?? "nothing")")
    }

    private mutating func signIn() async throws {
        let deadline = ContinuousClock.now + Self.patience
        while ContinuousClock.now < deadline {
            let answer = try? await user.platform.call(
                "POST", "/api/v1/auth/sign-in", json: ["email": user.email, "password": user.password])
            if let answer, answer.status == 200, let token = try answer.object()["accessToken"] as? String {
                user = PlatformUser(
                    platform: user.platform, token: token, email: user.email, password: user.password)
                signedInAt = .now
                return
            }
            try await Task.sleep(for: Self.pause)
        }
        throw DrillFailure.stuck("sign-in by client \(index)")
    }
}
