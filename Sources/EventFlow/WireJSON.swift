import FoundationEssentials

/// JSON as the wire has it: members sorted, slashes plain, instants in RFC 3339 with milliseconds.
public enum WireJSON {
    /// Encodes a value; by its own hand when it has one.
    public static func encode(_ value: some Encodable) throws -> [UInt8] {
        if let value = value as? any JSONWritable {
            var json = JSONOutput()
            value.write(to: &json)
            return json.bytes
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(Timestamp.text(of: date))
        }
        return Array(try encoder.encode(value))
    }

    /// Decodes a value.
    ///
    /// - Throws: `DecodingError`, or whatever a value's own decoding throws.
    public static func decode<Value: Decodable>(_ type: Value.Type, from json: [UInt8]) throws -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let container = try decoder.singleValueContainer()
            guard let date = Timestamp.date(from: try container.decode(String.self)) else {
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "is not an RFC 3339 time")
            }
            return date
        }
        return try decoder.decode(type, from: Data(json))
    }
}
