// Arrays of C strings for libpq, laid out in one block.

/// Calls `body` with one pointer per value; NULL for nil.
func withTextValues<R>(
    _ values: [String?], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> R
) -> R {
    var block: [UInt8] = []
    var offsets: [Int?] = []
    offsets.reserveCapacity(values.count)
    for value in values {
        guard let value else {
            offsets.append(nil)
            continue
        }
        offsets.append(block.count)
        block.append(contentsOf: value.utf8)
        block.append(0)
    }
    return block.withUnsafeBytes { block in
        let start = block.baseAddress?.assumingMemoryBound(to: CChar.self)
        let pointers = offsets.map { offset in offset.flatMap { start?.advanced(by: $0) } }
        return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
    }
}

/// Calls `body` with the two parallel, NULL-terminated lists `PQconnectStartParams` wants.
func withParameters<R>(
    _ parameters: [(String, String)],
    _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<UnsafePointer<CChar>?>?) -> R
) -> R {
    withTextValues(parameters.map(\.0) + [nil]) { keywords in
        withTextValues(parameters.map(\.1) + [nil]) { values in body(keywords, values) }
    }
}
