import HTTPTypes
import TodoDomain

/// The reference for people: one page of plain HTML, made from the same description as the document for programs.
///
/// No script and nothing from elsewhere, so that the strictest policy holds; every operation is a `details` element,
/// which browsers open by keyboard and find by search.
enum DocumentationPage {
    static let html = page()

    private static func page() -> String {
        var text = """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>Todo API</title>
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <link rel="stylesheet" href="/docs/style.css"></head><body>
            <a class="skip" href="#operations">Skip to the operations</a>
            <header><h1>Todo API</h1>
            <p>For programs: <a href="/openapi.json">OpenAPI 3.1</a>. Errors are problems (RFC 9457).</p>
            <nav aria-label="Groups"><ul>
            """
        for tag in APIReference.tags {
            text += "<li><a href=\"#\(anchor(tag.name))\">\(escaped(tag.name))</a></li>\n"
        }
        text += "<li><a href=\"#bodies\">Bodies</a></li>\n</ul></nav></header>\n<main id=\"operations\">\n"
        for tag in APIReference.tags {
            text +=
                "<section id=\"\(anchor(tag.name))\"><h2>\(escaped(tag.name))</h2><p>\(escaped(tag.note))</p>\n"
            for operation in APIReference.operations where operation.tag == tag.name {
                text += described(operation)
            }
            text += "</section>\n"
        }
        text += "<section id=\"bodies\"><h2>Bodies</h2>\n"
        for (name, schema) in APIReference.schemas {
            text += "<article id=\"body-\(name)\"><h3>\(name)</h3>\(described(schema: schema))</article>\n"
        }
        return text + "</section>\n</main></body></html>\n"
    }

    private static func described(_ operation: APIOperation) -> String {
        var text = "<details id=\"\(operation.id)\"><summary><code class=\"method\">"
        text += "\(operation.method.rawValue)</code> <code>\(escaped(operation.path))</code> "
        text += "\(escaped(operation.summary))</summary>\n"
        if !operation.note.isEmpty { text += "<p>\(escaped(operation.note))</p>" }
        text += "<p>\(access(operation))</p>"
        let parameters = operation.parameters.map(resolved)
        if !parameters.isEmpty {
            text += "<h3>Parameters</h3><dl>"
            for parameter in parameters {
                text += "<dt><code>\(escaped(parameter["name"]?.plain ?? ""))</code></dt>"
                text += "<dd>\(escaped(parameter["description"]?.plain ?? ""))</dd>"
            }
            text += "</dl>"
        }
        if let body = operation.body {
            text += "<h3>Body</h3><p>\(escaped(body.types.joined(separator: ", "))): \(kind(body.schema))</p>"
        }
        text += "<h3>Answers</h3><dl>"
        for answer in operation.answers {
            text += "<dt>\(answer.status)</dt><dd>\(escaped(answer.note))"
            if let (_, schema) = answer.content { text += ": \(kind(schema))" }
            text += "</dd>"
        }
        let refused = operation.problems.map(String.init).joined(separator: ", ")
        return text + "<dt>\(refused)</dt><dd><a href=\"#body-Problem\">Problem</a></dd></dl></details>\n"
    }

    private static func access(_ operation: APIOperation) -> String {
        if let scope = operation.scope { return "Needs a token with <code>\(escaped(scope))</code>." }
        return operation.usesCookie ? "Known by the refresh cookie." : "For anybody."
    }

    private static func resolved(_ parameter: JSONTree) -> JSONTree {
        guard let name = parameter["$ref"]?.plain?.split(separator: "/").last else { return parameter }
        return OpenAPIDocument.tree["components"]?["parameters"]?[String(name)] ?? parameter
    }

    private static func described(schema: JSONTree) -> String {
        var text = "<p>\(escaped(schema["description"]?.plain ?? ""))</p>"
        guard case .object(let members)? = schema["properties"] else { return text }
        var required: Set<String> = []
        if case .list(let names)? = schema["required"] { required = Set(names.compactMap(\.plain)) }
        text += "<dl>"
        for member in members {
            text +=
                "<dt><code>\(escaped(member.name))</code>\(required.contains(member.name) ? "" : " (optional)")</dt>"
            let note = member.value["description"]?.plain.map { ", " + escaped($0) } ?? ""
            text += "<dd>\(kind(member.value))\(note)</dd>"
        }
        return text + "</dl>"
    }

    /// What a value is, in a few words, with links to bodies that have a name.
    private static func kind(_ schema: JSONTree) -> String {
        if let name = schema["$ref"]?.plain?.split(separator: "/").last.map(String.init) {
            return "<a href=\"#body-\(name)\">\(name)</a>"
        }
        if case .list(let words)? = schema["enum"] {
            return words.compactMap(\.plain).map { "<code>\(escaped($0))</code>" }.joined(separator: " or ")
        }
        if case .list(let choices)? = schema["anyOf"] { return choices.map(kind).joined(separator: " or ") }
        if let items = schema["items"] { return "list of \(kind(items))" }
        let format = schema["format"]?.plain.map { " (\($0))" } ?? ""
        return escaped(schema["type"]?.plain ?? "any value") + escaped(format)
    }

    private static func anchor(_ name: String) -> String {
        "group-" + String(name.lowercased().map { $0.isLetter ? $0 : "-" })
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }

    static let style = """
        :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
        body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
        nav ul { display: flex; flex-wrap: wrap; gap: 1rem; padding: 0; list-style: none; }
        .skip { position: absolute; left: -100rem; }
        .skip:focus { position: static; }
        a:focus, summary:focus { outline: 3px solid; outline-offset: 2px; }
        details { border-top: 1px solid; padding: .4rem 0; }
        summary { cursor: pointer; }
        .method { display: inline-block; min-width: 4.5rem; font-weight: bold; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
        dt, dd { margin: 0; overflow-wrap: anywhere; }
        @media (max-width: 40rem) { dl { display: block; } dd { margin-left: 1rem; } }

        """
}

extension JSONTree {
    /// The text; nil for anything else.
    fileprivate var plain: String? { if case .text(let text) = self { text } else { nil } }
}
