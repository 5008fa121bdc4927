import CurlHTTP

extension DaprClient {
    /// The value under a key; nil if there is none.
    public func state(
        _ key: String, in store: String, consistency: StateConsistency? = nil
    ) async throws(DaprError) -> StateItem? {
        var path = try Self.path(of: key, in: store)
        if let consistency { path += "?consistency=\(consistency.rawValue)" }
        let response = try await call(
            .state("get"), request("GET", path, template: Self.keyTemplate))
        guard response.status != 204 else { return nil }
        return StateItem(
            value: response.body, etag: response.headers["etag"],
            expires: response.headers["metadata.ttlExpireTime"])
    }

    /// Writes values. Several are not written as one: use a transaction where that matters.
    ///
    /// - Throws: `DaprError.etagMismatch` where a given ETag is no longer the value's. A first write without an
    ///   ETag on a key that has a value is refused with `ERR_STATE_SAVE`.
    public func saveState(_ writes: [StateWrite], in store: String) async throws(DaprError) {
        let body = try Self.array(writes) { write throws(DaprError) in try write.json() }
        _ = try await call(
            .state("save"),
            request("POST", "/state/\(URLText.escape(store))", template: "/state/{store}", json: body))
    }

    /// Deletes a value; one that is not there counts as deleted.
    ///
    /// - Throws: `DaprError.etagMismatch` if the ETag is no longer the value's.
    public func deleteState(
        _ key: String, in store: String, etag: String? = nil, concurrency: StateConcurrency? = nil,
        consistency: StateConsistency? = nil
    ) async throws(DaprError) {
        var query: [String] = []
        if let concurrency { query.append("concurrency=\(concurrency.rawValue)") }
        if let consistency { query.append("consistency=\(consistency.rawValue)") }
        var path = try Self.path(of: key, in: store)
        if !query.isEmpty { path += "?" + query.joined(separator: "&") }
        var request = request("DELETE", path, template: Self.keyTemplate)
        if let etag { request.headers["if-match"] = etag }
        _ = try await call(.state("delete"), request)
    }

    /// The values under several keys, by key.
    public func states(_ keys: [String], in store: String) async throws(DaprError) -> [String: StateLookup] {
        guard !keys.isEmpty else { return [:] }
        let checked = try Self.array(keys) { key throws(DaprError) in
            var text: [UInt8] = []
            JSONText.encode(try StateKey.checked(key), into: &text)
            return text
        }
        var body = JSONObjectText()
        body.add("keys", json: checked)
        let response = try await call(
            .state("get_bulk"),
            request(
                "POST", "/state/\(URLText.escape(store))/bulk", template: "/state/{store}/bulk",
                json: body.finished()))
        return try Self.lookups(in: response.body, of: keys)
    }

    /// Does all of it or nothing.
    ///
    /// - Throws: `DaprError.transactionFailed` when nothing was done, for whatever reason.
    public func changeState(_ operations: [StateOperation], in store: String) async throws(DaprError) {
        var body = JSONObjectText()
        body.add(
            "operations", json: try Self.array(operations) { step throws(DaprError) in try step.json() })
        _ = try await call(
            .state("transaction"),
            request(
                "POST", "/state/\(URLText.escape(store))/transaction",
                template: "/state/{store}/transaction", json: body.finished()))
    }

    private static let keyTemplate = "/state/{store}/{key}"

    private static func path(of key: String, in store: String) throws(DaprError) -> String {
        "/state/\(URLText.escape(store))/\(URLText.escape(try StateKey.checked(key)))"
    }

    private static func array<Element>(
        _ elements: [Element], _ text: (Element) throws(DaprError) -> [UInt8]
    ) throws(DaprError) -> [UInt8] {
        var texts: [[UInt8]] = []
        for element in elements { texts.append(try text(element)) }
        return JSONArrayText.of(texts) { $0 }
    }

    private static func lookups(in body: [UInt8], of keys: [String]) throws(DaprError) -> [String:
        StateLookup]
    {
        guard let elements = JSONReader.elements(of: body) else { throw .unreadableAnswer }
        var found = Dictionary(keys.map { ($0, StateLookup.missing) }) { first, _ in first }
        for element in elements {
            guard let members = JSONMembers(of: Array(body[element])),
                let key = members.raw("key").flatMap(JSONText.decode)
            else { throw .unreadableAnswer }
            if members.raw("error") != nil {
                found[key] = .failed
            } else if let value = members.raw("data") {
                let metadata = members.raw("metadata").flatMap { JSONMembers(of: Array($0)) }
                found[key] = .found(
                    StateItem(
                        value: Array(value), etag: members.raw("etag").flatMap(JSONText.decode),
                        expires: metadata?.raw("ttlExpireTime").flatMap(JSONText.decode)))
            }
        }
        return found
    }
}
