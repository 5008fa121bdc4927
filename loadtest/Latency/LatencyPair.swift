/// The same requests measured twice: from their planned start, and from when they were sent.
///
/// A server that stalls for two seconds keeps everybody waiting who wanted something meanwhile. A generator that waits
/// with it sends nothing then, and has one slow request where there would have been hundreds (coordinated omission).
/// The first figure is the one that counts; the second is shown beside it, because most tools give that one.
struct LatencyPair: Sendable {
    var corrected = LatencyHistogram()
    var naive = LatencyHistogram()

    mutating func record(planned: Duration, sent: Duration, end: Duration) {
        corrected.record(end - planned)
        naive.record(end - sent)
    }
}
