import EventFlow
public import HTTPTypes
public import Hummingbird
import NIOCore
import Postgres
public import TodoDomain

/// An error answer (RFC 9457): what was wrong, in a form for programs and one for people.
public struct Problem: HTTPResponseError {
    public let status: HTTPResponse.Status
    /// What happened this time; never holds what the client sent, except names of fields.
    public let detail: String?
    /// The places in the body that are wrong, when they are known.
    public let fields: [FieldError]
    /// Headers that belong to the answer, such as `Allow` or `Retry-After`.
    public let headers: HTTPFields

    /// An error answer.
    public init(
        _ status: HTTPResponse.Status, _ detail: String? = nil, fields: [FieldError] = [],
        headers: HTTPFields = [:]
    ) {
        self.status = status
        self.detail = detail
        self.fields = fields
        self.headers = headers
    }

    /// The same with more headers.
    func with(_ fields: HTTPFields) -> Problem {
        var headers = headers
        for field in fields { headers[field.name] = field.value }
        return Problem(status, detail, fields: self.fields, headers: headers)
    }

    public func response(from request: Request, context: some RequestContext) throws -> Response {
        response()
    }

    /// The answer on the wire.
    public func response() -> Response {
        Response(
            status: status, headers: headerFields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: json)))
    }

    /// The headers as they are sent.
    var headerFields: HTTPFields {
        var headers = headers
        headers[.contentType] = "application/problem+json"
        headers[.cacheControl] = "no-store"
        return headers
    }

    /// The body as it is sent.
    var json: [UInt8] {
        let body = Body(
            type: "about:blank", title: status.reasonPhrase, status: status.code, detail: detail,
            errors: fields.isEmpty ? nil : fields)
        return (try? WireJSON.encode(body)) ?? []
    }

    private struct Body: Encodable {
        let type: String
        let title: String
        let status: Int
        let detail: String?
        let errors: [FieldError]?
    }
}

extension Problem {
    /// No valid token.
    public static func unauthorized(_ detail: String, error: String? = nil) -> Problem {
        var challenge = #"Bearer realm="todo""#
        if let error { challenge += #", error="\#(error)""# }
        return Problem(.unauthorized, detail, headers: [.wwwAuthenticate: challenge])
    }

    /// The resource is not there, or belongs to somebody else: the answer is the same.
    public static func notFound(_ detail: String = "there is no such resource") -> Problem {
        Problem(.notFound, detail)
    }

    /// Something this service needs is away; the client may try again.
    public static func unavailable(_ detail: String, retryAfterSeconds: Int = 1) -> Problem {
        Problem(.serviceUnavailable, detail, headers: [.retryAfter: String(retryAfterSeconds)])
    }

    /// The answer for any error that a handler let through.
    init(from error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let validation as ValidationError:
            self = Problem(
                .unprocessableContent, "the body has fields that are not acceptable",
                fields: validation.fields)
        case let error as PostgresError: self = Problem(database: error)
        case let error as HTTPError: self = Problem(error.status, error.body, headers: error.headers)
        case let error as any HTTPResponseError: self = Problem(error.status)
        // Not by its client, who would hear nothing of it: the process stops.
        case is CancellationError: self = .unavailable("the service stops: try again in a moment")
        default: self = Problem(.internalServerError, "the request could not be completed")
        }
    }
}

extension Problem {
    /// The answer for a failure of the database: whose fault it is decides the status.
    private init(database error: PostgresError) {
        switch error {
        case .encoding:
            self.init(.badRequest, "the request holds a character that cannot be stored, such as U+0000")
        case .connectionFailed, .connectionLost, .poolTimeout, .timeout, .closed, .cancelled:
            self = .unavailable("the database cannot be reached now")
        // Whoever looked first and wrote then was overtaken in between.
        case _ where error.isUniqueViolation:
            self.init(.conflict, "there is something of this name or id already")
        case _ where error.isRetryable:
            self = .unavailable("the database is busy")
        default:
            self.init(.internalServerError, "the request could not be completed")
        }
    }
}
