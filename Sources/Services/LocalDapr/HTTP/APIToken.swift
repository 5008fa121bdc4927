/// The token that callers of a sidecar must send, when one is set.
struct APIToken: Sendable {
    let expected: String?

    /// Compares in constant time: the listener is reachable by every process of the machine.
    func admits(_ given: String?) -> Bool {
        guard let expected, !expected.isEmpty else { return true }
        guard let given, given.utf8.count == expected.utf8.count else { return false }
        return zip(given.utf8, expected.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
