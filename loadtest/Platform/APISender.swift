import CurlHTTP

/// Sends steps to the gateway.
struct APISender: StepSender {
    let gateway: String
    let http: HTTPClient

    func send(_ step: Step, as user: SimulatedUser, trace: TraceMark) async -> StepOutcome {
        var request = HTTPClientRequest(
            step.method, gateway + step.path, body: step.body, timeout: step.timeout)
        // The span is made by hand: the generator must not be slowed down by what it does not need.
        request.isTraced = false
        request.headers.add("traceparent", trace.traceparent)
        if !step.body.isEmpty { request.headers.add("Content-Type", "application/json") }
        switch step.credentials {
        case .own: request.headers.add("Authorization", "Bearer \(user.session?.bearer ?? "")")
        case .none: break
        case .forged: request.headers.add("Authorization", "Bearer eyJhbGciOiJub25lIn0.e30.AAAA")
        }
        do {
            let response = try await http.send(request)
            return StepOutcome(status: response.status, body: response.body)
        } catch {
            return StepOutcome(error: error.reasonCode)
        }
    }
}
