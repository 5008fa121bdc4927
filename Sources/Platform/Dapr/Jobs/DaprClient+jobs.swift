import CurlHTTP

extension DaprClient {
    /// Plans a job of this app.
    ///
    /// - Throws: `DaprError.jobExists` if there is one of this name and it was not to be overwritten.
    public func schedule(_ job: Job) async throws(DaprError) {
        guard job.schedule != nil || job.dueTime != nil else { throw .invalidValue }
        _ = try await jobCall("schedule", "POST", job.name, json: try job.json())
    }

    /// A job of this app as it was planned; nil if there is none of this name.
    ///
    /// `overwrite` is no part of the answer, and the data's numbers have passed through floating point.
    public func job(named name: String) async throws(DaprError) -> Job? {
        let response: HTTPClientResponse
        do throws(DaprError) {
            response = try await jobCall("get", "GET", name)
        } catch {
            // A scheduler that fails says the same, so "none" is not proof.
            switch error {
            case .rejected(500, "DAPR_SCHEDULER_GET_JOB", _), .rejected(500, _, "DAPR_SCHEDULER_GET_JOB"):
                return nil
            default: throw error
            }
        }
        guard let job = Job(name: name, json: response.body) else { throw .unreadableAnswer }
        return job
    }

    /// Forgets a job; one that is not there counts as forgotten.
    public func deleteJob(named name: String) async throws(DaprError) {
        _ = try await jobCall("delete", "DELETE", name)
    }

    private func jobCall(
        _ operation: String, _ method: String, _ name: String, json: [UInt8]? = nil
    ) async throws(DaprError) -> HTTPClientResponse {
        guard !name.isEmpty, !name.contains("/") else { throw .invalidName }
        return try await call(
            .jobs(operation), orOlder: Self.alpha, method, "/jobs/\(URLText.escape(name))",
            template: "/jobs/{name}", json: json)
    }
}
