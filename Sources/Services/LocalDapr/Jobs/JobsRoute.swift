import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging

/// The job calls of one application.
struct JobsRoute: Sendable {
    let link: AppLink
    let table: JobTable
    let signals: JobSignals

    private var metrics: BlockMetrics { BlockMetrics(appID: link.app.id) }

    func schedule(_ name: String, body: [UInt8]) async -> Response {
        await measured("schedule_job") {
            do {
                guard !name.trimmingBlanks.isEmpty else { throw JobRefusal.emptyName }
                let plan = try JobPlan(body)
                guard JobName.isValid(name) else {
                    throw JobRefusal.badSchedule("the job's name is not valid")
                }
                let (first, expires) = try plan.times(from: Date())
                guard
                    try await table.add(plan, named: name, of: link.app.id, first: first, expires: expires)
                else { throw JobRefusal.exists }
                signals.changed(link.app.id)
                return Response(status: .noContent)
            } catch let refusal as JobRefusal {
                return DaprError.job(refusal, name: name).response
            } catch {
                return failed("DAPR_SCHEDULER_SCHEDULE_JOB", "schedule", name, error)
            }
        }
    }

    func read(_ name: String) async -> Response {
        await measured("get_job") {
            do {
                guard let (description, data) = try await table.job(name, of: link.app.id) else {
                    return DaprError.jobMissing(name).response
                }
                var members = description.members ?? [:]
                members["name"] = .string(name)
                if let data {
                    members["data"] = .object([
                        "@type": .string("type.googleapis.com/google.protobuf.Value"),
                        "value": JSONReader.read(data)?.throughFloatingPoint ?? .null,
                    ])
                }
                return .json(.object(members), status: .ok)
            } catch {
                return failed("DAPR_SCHEDULER_GET_JOB", "get", name, error)
            }
        }
    }

    func delete(_ name: String) async -> Response {
        await measured("delete_job") {
            do {
                try await table.remove(name, of: link.app.id)
                return Response(status: .noContent)
            } catch {
                return failed("DAPR_SCHEDULER_DELETE_JOB", "delete", name, error)
            }
        }
    }

    private func failed(_ code: String, _ verb: String, _ name: String, _ error: any Error) -> Response {
        link.logger.warning("job call failed", error: error)
        return DaprError.job(
            code, .internalServerError, "failed to \(verb) job: the job store is not reachable", name: name
        ).response
    }

    private func measured(_ operation: String, _ work: () async -> Response) async -> Response {
        let start = ContinuousClock.now
        let response = await work()
        metrics.job(
            operation, succeeded: response.status.code < 400, took: ContinuousClock.now - start)
        return response
    }
}

/// What a job may be called.
enum JobName {
    /// A DNS name once `_`, `:`, `-` and blanks are taken out, in any case.
    static func isValid(_ name: String) -> Bool {
        let rest = name.lowercased().filter { !"_:- ".contains($0) }
        guard !rest.isEmpty, name.utf8.count <= 253 else { return false }
        return rest.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            !label.isEmpty
                && label.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
        }
    }
}

extension DaprError {
    fileprivate static func job(_ refusal: JobRefusal, name: String) -> DaprError {
        switch refusal {
        case .malformed: .unreadableBody
        case .nameInBody:
            job("DAPR_SCHEDULER_JOB_NAME", .badRequest, "job name in the URL and in the body", name: name)
        case .emptyName:
            job("DAPR_SCHEDULER_JOB_NAME_EMPTY", .badRequest, "job name is empty", name: name)
        case .neitherScheduleNorDueTime:
            job(
                "DAPR_SCHEDULER_SCHEDULE_EMPTY", .badRequest,
                "schedule or dueTime must be provided in the job", name: name)
        case .badSchedule(let reason):
            job(
                "DAPR_SCHEDULER_SCHEDULE_JOB", .internalServerError, "failed to schedule job: \(reason)",
                name: name)
        case .exists:
            job(
                "DAPR_SCHEDULER_SCHEDULE_JOB", .conflict, "failed to schedule job: job already exists",
                name: name)
        }
    }

    fileprivate static func jobMissing(_ name: String) -> DaprError {
        job("DAPR_SCHEDULER_GET_JOB", .internalServerError, "failed to get job: job not found", name: name)
    }

    fileprivate static func job(
        _ code: String, _ status: HTTPResponse.Status, _ message: String, name: String
    ) -> DaprError {
        DaprError(
            status: status, code: code, message: message,
            detail: Detail(reason: code, resourceType: "job", resourceName: name))
    }
}
