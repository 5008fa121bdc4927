import EventFlow
import FoundationEssentials
import ServiceKit
import TodoDomain

/// What a client says of a template.
struct TemplateRequest: Sendable, Decodable {
    var name: String?
    var task: TemplateTask?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name, task
    }

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownFields(
            known: CodingKeys.allCases.map(\.rawValue),
            readOnly: ["id", "version", "createdAt", "updatedAt"])
        let values = try decoder.container(keyedBy: CodingKeys.self)
        name = try values.decodeIfPresent(String.self, forKey: .name)
        task = try values.decodeIfPresent(TemplateTask.self, forKey: .task)
    }

    mutating func validate() throws {
        name = try name.map { try ShortName.checked($0, at: "/name") }
        try task?.validate()
    }
}

/// What an instance has that its template has not, or has otherwise.
struct InstanceRequest: Sendable, Decodable {
    var title: String?
    var list: String?
    var due: DueTime?
    var start: DueTime?
    var parentId: UUID?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case title, list, due, start, parentId
    }

    init() {}

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownFields(known: CodingKeys.allCases.map(\.rawValue))
        let values = try decoder.container(keyedBy: CodingKeys.self)
        title = try values.decodeIfPresent(String.self, forKey: .title)
        list = try values.decodeIfPresent(String.self, forKey: .list)
        due = try values.decodeIfPresent(DueTime.self, forKey: .due)
        start = try values.decodeIfPresent(DueTime.self, forKey: .start)
        parentId = try values.decodeIfPresent(UUID.self, forKey: .parentId)
    }
}

/// The use cases of templates.
extension TaskOperations {
    func createTemplate(_ body: TemplateRequest, _ request: WriteRequest) async throws -> TaskAnswer {
        var body = body
        let missing = [("name", body.name == nil), ("task", body.task == nil)].filter(\.1)
            .map { FieldError(pointer: "/\($0.0)", detail: "is required") }
        guard missing.isEmpty else { throw ValidationError(fields: missing) }
        try body.validate()
        guard let name = body.name, let task = body.task else { throw ValidationError(fields: missing) }
        return try await write(request) { write in
            let template = TaskTemplate(
                id: write.identifiers.next(), name: name, task: task, createdAt: write.now,
                updatedAt: write.now)
            try write.templates.put(template)
            try await write.wrote(template, from: nil)
            return try Self.answer(template, status: 201)
        }
    }

    func changeTemplate(
        _ id: UUID, _ body: TemplateRequest, _ request: WriteRequest
    ) async throws -> TaskAnswer {
        var body = body
        try body.validate()
        let (name, task) = (body.name, body.task)
        return try await write(request) { write in
            let before = try await Self.lockTemplate(id, request, in: write)
            var template = before
            (template.name, template.task) = (name ?? before.name, task ?? before.task)
            guard template != before else { return try Self.answer(template) }
            (template.version, template.updatedAt) = (before.version + 1, max(write.now, before.updatedAt))
            try write.templates.put(template)
            try await write.wrote(template, from: before)
            return try Self.answer(template)
        }
    }

    func deleteTemplate(_ id: UUID, _ request: WriteRequest) async throws -> TaskAnswer {
        try await write(request) { write in
            let template = try await Self.lockTemplate(id, request, in: write)
            try write.templates.delete(id)
            try await write.wrote(Optional<TaskTemplate>.none, from: template)
            return .gone()
        }
    }

    /// Makes a task of a template, with its subtasks.
    func instantiate(_ id: UUID, _ body: InstanceRequest, _ request: WriteRequest) async throws -> TaskAnswer
    {
        try await write(request) { write in
            guard let template = try await write.templates.lock(id) else {
                throw Problem.notFound("there is no such template")
            }
            var new = template.task.newTask
            new.title = body.title ?? new.title
            new.list = body.list ?? new.list
            (new.due, new.start, new.parentId) = (body.due, body.start, body.parentId)
            new.templateId = id
            try new.validate()
            if let parent = new.parentId {
                try write.tasks.lockTree(of: write.user)
                let line = try await write.tasks.line(upFrom: parent, of: write.user)
                let height = template.task.height
                if let refusal = TaskTree.refusal(of: nil, height: height, below: line) {
                    throw ValidationError("/parentId", refusal.detail)
                }
            }
            return try .created(try await write.make(new, template.task.subtasks, of: id))
        }
    }

    private static func lockTemplate(
        _ id: UUID, _ request: WriteRequest, in write: Write
    ) async throws -> TaskTemplate {
        guard let template = try await write.templates.lock(id) else {
            throw Problem.notFound("there is no such template")
        }
        try request.condition?.require(version: template.version)
        return template
    }

    private static func answer(_ template: TaskTemplate, status: Int = 200) throws -> TaskAnswer {
        var headers = ["ETag": entityTag(version: template.version)]
        if status == 201 { headers["Location"] = "/api/v1/templates/\(template.id.lowercased)" }
        return try TaskAnswer(json: template, status: status, headers: headers)
    }
}

extension Write {
    /// Makes a task and what is below it.
    fileprivate mutating func make(
        _ new: NewTask, _ parts: [TemplateTask], of template: UUID
    ) async throws -> TodoTask {
        var task = draft(new)
        if !parts.isEmpty { task.subtasks = SubtaskCount(total: Int64(parts.count), completed: 0) }
        try await insert(task)
        for part in parts {
            var below = part.newTask
            (below.parentId, below.templateId) = (task.id, template)
            below.list = below.list ?? new.list
            _ = try await make(below, part.subtasks, of: template)
        }
        return task
    }
}
