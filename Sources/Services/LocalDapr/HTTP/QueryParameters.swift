/// The parameters of a query; the first of a name counts.
struct QueryParameters {
    private var values: [String: String] = [:]

    init(_ query: String) {
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentCoding.decodeQuery(parts[0]), values[name] == nil else { continue }
            values[name] = parts.count == 2 ? PercentCoding.decodeQuery(parts[1]) ?? "" : ""
        }
    }

    subscript(name: String) -> String? { values[name] }
}
