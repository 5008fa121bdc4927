import EventFlow
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceKit
import TodoDomain

/// One task of a page: a choice of its members, and what the list has to say about it.
struct TaskItem: Sendable {
    let task: TodoTask
    var fields: [String]?
    /// Where the words of a search stand; nil in lists.
    var highlights: [Highlight]?

    /// Bytes of JSON.
    var json: [UInt8] {
        get throws {
            var members = JSONObjectMembers(try WireJSON.encode(task))
            if let fields { members.keep(Set(fields + ["id"])) }
            if let highlights { members.append("highlights", try WireJSON.encode(highlights)) }
            return members.json
        }
    }
}

/// A page of tasks, as every list answers: `{"items": […], "nextCursor": …}`.
struct TaskPage: Sendable {
    let items: [TaskItem]
    let nextCursor: String?

    func response(to request: Request) throws -> Response {
        var body = Array("{\"items\":[".utf8)
        for (index, item) in items.enumerated() {
            if index > 0 { body.append(UInt8(ascii: ",")) }
            body += try item.json
        }
        body += Array("],\"nextCursor\":".utf8)
        body += try nextCursor.map { try WireJSON.encode($0) } ?? Array("null".utf8)
        body.append(UInt8(ascii: "}"))
        var headers: HTTPFields = [.contentType: "application/json", .cacheControl: "private, no-cache"]
        if let nextCursor { headers[.link] = Self.link(to: nextCursor, request) }
        return Response(
            status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }

    /// The next page (RFC 8288), at the same address but for the cursor.
    private static func link(to cursor: String, _ request: Request) -> String {
        let others = (request.uri.query ?? "").split(separator: "&").filter { !$0.hasPrefix("cursor=") }
        let query = (others.map(String.init) + ["cursor=\(cursor)"]).joined(separator: "&")
        return "<\(request.uri.path)?\(query)>; rel=\"next\""
    }
}

/// The members of a JSON object that we wrote ourselves, cut apart without decoding them.
struct JSONObjectMembers {
    private var members: [(name: String, bytes: ArraySlice<UInt8>)] = []

    init(_ json: [UInt8]) {
        var place = 1
        while place < json.count - 1 {
            let start = place
            let end = Self.end(of: json, from: start)
            let name = json[(start + 1)...].prefix { $0 != UInt8(ascii: "\"") }
            members.append((String(decoding: name, as: UTF8.self), json[start..<end]))
            place = end + 1
        }
    }

    mutating func keep(_ names: Set<String>) { members.removeAll { !names.contains($0.name) } }

    mutating func append(_ name: String, _ value: [UInt8]) {
        members.append((name, (Array("\"\(name)\":".utf8) + value)[...]))
    }

    var json: [UInt8] {
        var json = [UInt8(ascii: "{")]
        for (index, member) in members.enumerated() {
            if index > 0 { json.append(UInt8(ascii: ",")) }
            json += member.bytes
        }
        return json + [UInt8(ascii: "}")]
    }

    /// The comma after a member, or the object's last byte.
    private static func end(of json: [UInt8], from start: Int) -> Int {
        var (depth, isText, place) = (0, false, start)
        while place < json.count - 1 {
            switch json[place] {
            case UInt8(ascii: "\\") where isText: place += 1
            case UInt8(ascii: "\""): isText.toggle()
            case UInt8(ascii: "{") where !isText, UInt8(ascii: "[") where !isText: depth += 1
            case UInt8(ascii: "}") where !isText, UInt8(ascii: "]") where !isText: depth -= 1
            case UInt8(ascii: ",") where !isText && depth == 0: return place
            default: break
            }
            place += 1
        }
        return json.count - 1
    }
}

extension HTTPField.Name {
    /// RFC 8288.
    static let link = HTTPField.Name("Link") ?? .location
}
