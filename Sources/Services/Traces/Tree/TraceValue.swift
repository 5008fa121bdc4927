import EventFlow
import FoundationEssentials
import OTLP

/// An attribute's value in JSON.
public enum TraceValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case string(String)
    case array([TraceValue])
    case object([String: TraceValue])
}

extension TraceValue: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let bool = try? container.decode(Bool.self) {
            self = .bool(bool)
        } else if let int = try? container.decode(Int64.self) {
            self = .int(int)
        } else if let double = try? container.decode(Double.self) {
            self = .double(double)
        } else if let string = try? container.decode(String.self) {
            self = .string(string)
        } else if let array = try? container.decode([TraceValue].self) {
            self = .array(array)
        } else {
            self = .object(try container.decode([String: TraceValue].self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let bool): try container.encode(bool)
        case .int(let int): try container.encode(int)
        case .double(let double): try container.encode(double)
        case .string(let string): try container.encode(string)
        case .array(let array): try container.encode(array)
        case .object(let object): try container.encode(object)
        }
    }
}

extension TraceValue {
    /// JSON knows neither bytes (base 64 here) nor infinities (text here).
    init(_ value: AttributeValue) {
        switch value {
        case .empty: self = .null
        case .bool(let bool): self = .bool(bool)
        case .int(let int): self = .int(int)
        case .double(let double): self = double.isFinite ? .double(double) : .string("\(double)")
        case .string(let string): self = .string(string)
        case .bytes(let bytes): self = .string(Data(bytes).base64EncodedString())
        case .array(let values): self = .array(values.map(TraceValue.init))
        case .map(let entries): self = .object(Self.object(entries))
        }
    }

    /// Attributes as an object; of a key given twice the last value counts.
    static func object(_ attributes: [Attribute]) -> [String: TraceValue] {
        Dictionary(attributes.map { ($0.key, TraceValue($0.value)) }) { _, last in last }
    }
}

extension TraceValue {
    /// Lists and objects as text, where only text has a place; nothing at all is an empty one.
    var jsonText: String {
        guard self != .null else { return "" }
        return (try? WireJSON.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
