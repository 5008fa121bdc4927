import EventFlow
import HTTPTypes
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
        // JSON between systems is UTF-8 (RFC 8259 §8.1); the decoder would guess other encodings.
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw Problem(.badRequest, "the body is not valid UTF-8")
        }
        do {
            return try WireJSON.decode(type, from: bytes)
        } catch let error as DecodingError {
            throw Problem(decoding: error)
        }
    }

    /// Reads the whole body.
    ///
    /// - Parameter time: how long it may take; nil for what the port allows.
    /// - Throws: 413 when it is too long, 408 when it does not come in time, 400 when it breaks off or is not HTTP, 503
    ///   when too many bodies are being read, and `CancellationError` when the client goes away.
    public func bytes(upTo limit: Int, within time: Duration? = nil) async throws -> [UInt8] {
        let announced = headers[.contentLength].flatMap { Int($0) }
        let tooLong = Problem(.contentTooLarge, "the body may have at most \(limit) bytes")
        guard announced ?? 0 <= limit else { throw tooLong }
        // Nothing to wait for: neither a body of no length nor one that is in memory already.
        guard announced != 0 else { return [] }
        let load = ClientConnection.current?.load
        let body = IncomingBody(pieces: body, limit: limit, load: load)
        RequestPlace.current?.giveUp()
        let bytes: [UInt8]
        do {
            bytes = try await body.whole(within: time ?? load?.limits.bodyTime ?? ConnectionLimits().bodyTime)
        } catch {
            try ClientConnection.requirePresence()
            switch error {
            case is IncomingBody.TooLong: throw tooLong
            case let problem as Problem: throw problem
            case let cancellation as CancellationError: throw cancellation
            default: throw Problem(.badRequest, "the body is not complete")
            }
        }
        // The end of a connection looks like the end of a body: half of one must not pass for the whole.
        try ClientConnection.requirePresence()
        try RequestPlace.current?.takeAgain()
        return bytes
    }

    /// Reads a body that is too large to be held, in parts of one size (the last may be shorter); returns how many.
    ///
    /// - Throws: 413 when it is too long, 408 when a part does not come in time, 400 when it breaks off, 503 when too
    ///   many bodies are being read, and whatever the work on a part throws.
    public func readParts(
        of size: Int, upTo limit: Int,
        _ work: @escaping @Sendable (_ number: Int, _ part: [UInt8]) async throws -> Void
    ) async throws -> Int {
        let tooLong = Problem(.contentTooLarge, "the body may have at most \(limit) bytes")
        guard headers[.contentLength].flatMap({ Int($0) }) ?? 0 <= limit else { throw tooLong }
        let load = ClientConnection.current?.load
        let parts = PartedBody(pieces: body, size: size, limit: limit, load: load)
        do {
            return try await parts.read(
                within: load?.limits.bodyTime ?? ConnectionLimits().bodyTime, work)
        } catch {
            try ClientConnection.requirePresence()
            switch error {
            case is IncomingBody.TooLong: throw tooLong
            case is any HTTPResponseError, is CancellationError: throw error
            default: throw Problem(.badRequest, "the body is not complete")
            }
        }
    }

    /// The rule of `json`, for bodies that are read otherwise.
    public func requireJSON() throws {
        if let coding = headers[.contentEncoding], coding.lowercased() != "identity" {
            throw Problem(.unsupportedMediaType, "the body must not be compressed")
        }
        let type = headers[.contentType]?.prefix { $0 != ";" }.split(separator: " ").joined() ?? ""
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
