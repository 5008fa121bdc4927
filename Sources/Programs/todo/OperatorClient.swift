import CurlHTTP
import EventFlow
import FoundationEssentials
import ServiceKit
import Supervisor

/// Calls the operators' routes of one service.
struct OperatorClient {
    let http: HTTPClient
    private let base: String
    private let service: String
    private let signer: ServiceTokenSigner

    /// Why there is no answer, in one line.
    enum Failure: Error, CustomStringConvertible {
        case noPlatform(String)
        case noService(String, known: [String])
        case noKey(String)
        case badKey
        case unreachable(String, base: String)
        case refused(String)
        case unreadable(String)

        var description: String {
            switch self {
            case .noPlatform(let folder):
                "no platform runs in \(folder): start one with `todo up`, or name its folder with --data"
            case .noService(let name, let known):
                "there is no service \(name); there are \(known.joined(separator: ", "))"
            case .noKey(let folder):
                "\(folder)/secrets.json has no operator's key: start the platform once more with `todo up`"
            case .badKey:
                "\(OperatorClient.keyVariable) must be an Ed25519 key: 32 bytes in base64url"
            case .unreachable(let service, let base):
                "\(service) does not answer at \(base): is the platform up (todo status)?"
            case .refused(let detail): detail
            case .unreadable(let service): "the answer of \(service) could not be read"
            }
        }
    }

    /// Where the key of another place than a data folder is given.
    static let keyVariable = "TODO_OPERATOR_KEY"

    /// A client for a service of a running platform.
    init(_ platform: PlatformFlags, service: String, http: HTTPClient) async throws {
        guard let descriptor = try PlatformDescriptor.load(dataFolder: platform.data) else {
            throw Failure.noPlatform(platform.data)
        }
        guard let address = descriptor.address(service),
            descriptor.processes.contains(where: { $0.name == service && $0.kind == .role })
        else {
            let known = descriptor.processes.filter { $0.kind == .role }.map(\.name)
            throw Failure.noService(service, known: known)
        }
        guard let key = try OperatorKey.load(dataFolder: platform.data) else {
            throw Failure.noKey(platform.data)
        }
        try await self.init(base: address, service: service, key: key, http: http)
    }

    /// A client for a service at an address, such as one behind `kubectl port-forward`.
    init(base: String, service: String, key: String, http: HTTPClient) async throws {
        self.http = http
        self.base = base
        self.service = service
        do {
            signer = try await OperatorAccess.signer(key: key)
        } catch {
            throw Failure.badKey
        }
    }

    /// An answer's body.
    func call(_ method: String, _ path: String, _ query: [(String, String?)] = []) async throws -> [UInt8] {
        let given = query.compactMap { name, value in value.map { "\(name)=\(Self.escaped($0))" } }
        let url = base + path + (given.isEmpty ? "" : "?" + given.joined(separator: "&"))
        // A token of its own for each call: it lives a minute, and a bulk of replays may take longer.
        let token = try await OperatorAccess.token(of: signer)
        var request = HTTPClientRequest(
            method, url, headers: ["Authorization": "Bearer \(token)"], body: [], timeout: .seconds(120))
        request.isTraced = false
        request.maximumResponseBytes = 64 * 1024 * 1024
        let response: HTTPClientResponse
        do {
            response = try await http.send(request)
        } catch {
            throw Failure.unreachable(service, base: base)
        }
        guard response.status < 300 else {
            throw Failure.refused(Self.detail(of: response.body) ?? "\(service) answered \(response.status)")
        }
        return response.body
    }

    /// The same, read.
    func call<Answer: Decodable>(
        _ method: String, _ path: String, _ query: [(String, String?)] = [], as type: Answer.Type
    ) async throws -> Answer {
        let body = try await call(method, path, query)
        guard let answer = try? WireJSON.decode(type, from: body) else { throw Failure.unreadable(service) }
        return answer
    }

    /// One segment of a path, whatever a person typed.
    static func segment(_ text: String) -> String { escaped(text) }

    private static func detail(of body: [UInt8]) -> String? {
        struct Problem: Decodable { let detail: String? }
        return (try? WireJSON.decode(Problem.self, from: body))?.detail
    }

    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            let character = Character(Unicode.Scalar(byte))
            let isPlain = character.isASCII && (character.isLetter || character.isNumber)
            if isPlain || "-._~".contains(character) { return String(character) }
            return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }
}
