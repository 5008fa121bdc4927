import CurlHTTP

/// Makes the model slow that `todo-load model` serves, and that the platform was started with.
struct SlowModel: RehearsedFault {
    /// Where the model listens, such as `http://127.0.0.1:18555`.
    let address: String
    let http: HTTPClient
    var milliseconds = 12_000

    func inject() async throws(LoadFailure) { try await slow(milliseconds) }
    func repair() async throws(LoadFailure) { try await slow(0) }

    private func slow(_ milliseconds: Int) async throws(LoadFailure) {
        try await Switch(http: http).send("PUT", "\(address)/slowness", #"{"milliseconds":\#(milliseconds)}"#)
    }
}
