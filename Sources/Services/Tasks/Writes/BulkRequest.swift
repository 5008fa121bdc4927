import FoundationEssentials
import HTTPTypes
import ServiceKit
import TodoDomain

/// Several writes in one request.
struct BulkRequest: Sendable, Decodable {
    /// Most items of a request.
    static let largest = 200

    let items: [BulkItem]
    /// All or nothing.
    let isAtomic: Bool
    /// Says what would be, and does nothing.
    let isDry: Bool

    enum CodingKeys: String, CodingKey, CaseIterable {
        case items
        case isAtomic = "atomic"
        case isDry = "dry_run"
    }

    init(_ items: [BulkItem], isAtomic: Bool = false, isDry: Bool = false) {
        self.items = items
        self.isAtomic = isAtomic
        self.isDry = isDry
    }

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownFields(known: CodingKeys.allCases.map(\.rawValue))
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let list = try values.nestedUnkeyedContainer(forKey: .items)
        guard (1...Self.largest).contains(list.count ?? 0) else {
            throw ValidationError("/items", "must have 1 to \(Self.largest) items")
        }
        items = try values.decode([BulkItem].self, forKey: .items)
        isAtomic = try values.decodeIfPresent(Bool.self, forKey: .isAtomic) ?? false
        isDry = try values.decodeIfPresent(Bool.self, forKey: .isDry) ?? false
    }
}

extension BulkRequest {
    /// The order in which items are done: as they stand, only that what a task hangs on comes out of the trash before it.
    ///
    /// - Parameter lines: what stands above tasks, the top first.
    func order(below lines: [UUID: [UUID]]) -> [Int] {
        let restores = Dictionary(
            items.enumerated().compactMap { index, item in item.restored.map { ($0, index) } },
            uniquingKeysWith: { first, _ in first })
        var order: [Int] = []
        var seen: Set<Int> = []
        for (index, item) in items.enumerated() {
            let above = item.restored.flatMap { lines[$0] } ?? []
            order += (above.compactMap { restores[$0] } + [index]).filter { seen.insert($0).inserted }
        }
        return order
    }
}

/// One item: what is to be done, or why it cannot be read. One that cannot does not keep the others from being done.
struct BulkItem: Sendable, Decodable {
    /// What is to be done.
    enum Work: Sendable {
        case create(NewTask)
        case act(TaskAct, id: UUID, ChildrenPolicy, IfMatch?)
        case move(MoveRequest, id: UUID, IfMatch?)
    }

    let work: Result<Work, ValidationError>

    init(_ work: Work) {
        self.work = .success(work)
    }

    init(from decoder: any Decoder) throws {
        do {
            work = .success(try Self.work(decoder))
        } catch let error as ValidationError {
            work = .failure(error)
        } catch let error as DecodingError {
            work = .failure(ValidationError(fields: [FieldError(decoding: error)]))
        }
    }

    /// Tasks that it names.
    var ids: [UUID] {
        switch work {
        case .success(.act(_, let id, _, _)), .success(.move(_, let id, _)): [id]
        default: []
        }
    }

    /// The task that it takes out of the trash.
    var restored: UUID? {
        guard case .success(.act(.restore, let id, _, _)) = work else { return nil }
        return id
    }

    private enum Operation: String, Decodable {
        case create, patch, complete, reopen, delete, restore, move
    }

    private enum CodingKeys: String, CodingKey {
        case op, task, patch, to, id, children, ifMatch
    }

    private static func work(_ decoder: any Decoder) throws -> Work {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let operation = try values.decode(Operation.self, forKey: .op)
        let own: [String] =
            switch operation {
            case .create: ["task"]
            case .patch: ["id", "ifMatch", "patch"]
            case .move: ["id", "ifMatch", "to"]
            case .complete: ["id", "ifMatch", "children"]
            default: ["id", "ifMatch"]
            }
        try decoder.refuseUnknownFields(known: ["op"] + own)
        if operation == .create { return .create(try values.decode(NewTask.self, forKey: .task)) }
        let id = try values.decode(UUID.self, forKey: .id)
        var condition: IfMatch?
        if let text = try values.decodeIfPresent(String.self, forKey: .ifMatch) {
            guard let list = EntityTagList(text) else {
                throw ValidationError(jsonPointer(decoder.codingPath) + "/ifMatch", "must be an entity tag")
            }
            condition = IfMatch(list: list)
        }
        let children = try values.decodeIfPresent(ChildrenPolicy.self, forKey: .children) ?? .complete
        switch operation {
        case .patch:
            return .act(
                .patch(try values.decode(TaskPatch.self, forKey: .patch)), id: id, children, condition)
        case .move: return .move(try values.decode(MoveRequest.self, forKey: .to), id: id, condition)
        case .reopen: return .act(.reopen, id: id, children, condition)
        case .delete: return .act(.delete, id: id, children, condition)
        case .restore: return .act(.restore, id: id, children, condition)
        case .complete, .create: return .act(.complete, id: id, children, condition)
        }
    }
}

extension FieldError {
    /// The place where decoding ended, and why.
    init(decoding error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            self.init(pointer: jsonPointer(context.codingPath + [key]), detail: "is required")
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            self.init(pointer: jsonPointer(context.codingPath), detail: "has the wrong type")
        case .dataCorrupted(let context):
            self.init(pointer: jsonPointer(context.codingPath), detail: "has a value that is not allowed")
        @unknown default:
            self.init(pointer: "", detail: "cannot be read")
        }
    }
}
