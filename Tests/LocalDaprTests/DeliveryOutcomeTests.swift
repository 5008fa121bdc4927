import Testing

@testable import LocalDapr

struct DeliveryOutcomeTests {
    @Test(arguments: [
        (200, "", DeliveryOutcome.success), (204, "", .success), (200, "hello", .success),
        (200, "[]", .success),
        (200, "{}", .success), (200, #"{"status":""}"#, .success), (200, #"{"status":null}"#, .success),
        (299, #"{"status":"SUCCESS"}"#, .success), (200, #"{"status":1}"#, .success),
        (200, #"{"status":"RETRY"}"#, .retry), (200, #"{"status":"success"}"#, .retry),
        (200, #"{"status":"LATER"}"#, .retry), (200, #"{"status":"DROP"}"#, .drop),
        (404, "", .drop), (404, #"{"status":"RETRY"}"#, .drop),
        (301, "", .retry), (400, "", .retry), (429, "", .retry), (500, #"{"status":"SUCCESS"}"#, .retry),
    ])
    func `an answer means`(status: Int, body: String, outcome: DeliveryOutcome) {
        #expect(DeliveryOutcome(status: status, body: Array(body.utf8)) == outcome)
    }
}
