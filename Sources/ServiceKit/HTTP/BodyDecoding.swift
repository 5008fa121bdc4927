import EventFlow
public import Hummingbird
import NIOCore
import TodoDomain

extension Request {
    /// Reads a JSON body.
    ///
    /// - Throws: 413 when it is too long, 415 for another media type, 400 when it is not JSON, 422 naming the field
    ///   when it is JSON of the wrong shape.
    public func json<Body: Decodable>(_ type: Body.Type, upTo limit: Int) async throws -> Body {
        try requireJSON()
        let bytes = try await bytes(upTo: limit)
        do {
            return try WireJSON.decode(type, from: bytes)
        } catch let error as DecodingError {
            throw Problem(decoding: error)
        }
    }

    /// Reads the whole body.
    ///
    /// - Throws: 413 when it is too long.
    public func bytes(upTo limit: Int) async throws -> [UInt8] {
        do {
            let buffer = try await body.collect(upTo: limit)
            return Array(buffer.readableBytesView)
        } catch is NIOTooManyBytesError {
            throw Problem(.contentTooLarge, "the body may have at most \(limit) bytes")
        }
    }

    private func requireJSON() throws {
        let type = headers[.contentType]?.split(separator: ";").first.map { $0.trimmingPrefix(" ") } ?? ""
        guard type.lowercased() == "application/json" || type.lowercased().hasSuffix("+json") else {
            throw Problem(.unsupportedMediaType, "the body must be application/json")
        }
    }
}

extension Problem {
    /// The answer for a body that could not be decoded.
    init(decoding error: DecodingError) {
        let (path, detail): ([any CodingKey], String) =
            switch error {
            case .keyNotFound(let key, let context): (context.codingPath + [key], "is required")
            case .typeMismatch(let type, let context): (context.codingPath, "must be \(jsonName(of: type))")
            case .valueNotFound(let type, let context):
                (context.codingPath, "must be \(jsonName(of: type)), not null")
            case .dataCorrupted(let context): (context.codingPath, "has a value that is not allowed")
            @unknown default: ([], "cannot be read")
            }
        if case .dataCorrupted = error, path.isEmpty {
            self.init(.badRequest, "the body is not valid JSON")
        } else {
            self.init(
                .unprocessableContent, "the body has fields that are not acceptable",
                fields: [FieldError(pointer: jsonPointer(path), detail: detail)])
        }
    }
}

private func jsonName(of type: any Any.Type) -> String {
    switch type {
    case is String.Type: "a string"
    case is Bool.Type: "true or false"
    case is any BinaryInteger.Type, is any BinaryFloatingPoint.Type: "a number"
    case is [String: Any].Type: "an object"
    default: "\(type)".hasPrefix("Array") ? "an array" : "an object"
    }
}
