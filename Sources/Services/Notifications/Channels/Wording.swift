/// What a template says to a person, for every channel.
struct Wording: Sendable, Hashable {
    static let test = "test"
    static let confirmation = "confirmation"

    let title: String
    let text: String

    init(template: String, values: [String: String]) {
        switch template {
        case "reminder":
            title = values["title"].map { "Reminder: \($0)" } ?? "Reminder"
            text = ["title", "due", "note"].compactMap { values[$0] }.filter { !$0.isEmpty }
                .joined(separator: "\n")
        case "account_mail":
            title = "About your account"
            text = values["text"] ?? values["act"] ?? "Something was changed in your account."
        case Self.test:
            title = "Test notification"
            text = "This is a test. Notifications reach you here."
        case Self.confirmation:
            title = "Confirm your address"
            text =
                "Your code is \(values["code"] ?? ""). If you did not ask for it, ignore this mail: nothing "
                + "further will be sent."
        default:
            title = values["title"] ?? "Notification"
            text = values["text"] ?? ""
        }
    }

    /// One text for many.
    init(_ items: [OutgoingMessage.Item]) {
        let all = items.map { Wording(template: $0.template, values: $0.values) }
        if let only = all.first, all.count == 1 {
            self = only
        } else {
            title = "\(all.count) notifications"
            text = all.map { "- \($0.title)" }.joined(separator: "\n")
        }
    }

    /// Lines of text as paragraphs of a page; nothing of it can become markup.
    var html: String {
        let paragraphs = text.split(separator: "\n", omittingEmptySubsequences: false).map {
            "<p>\(Self.escaped(String($0)))</p>"
        }
        return """
            <!DOCTYPE html><html><head><meta charset="utf-8"><title>\(Self.escaped(title))</title></head>
            <body><h1>\(Self.escaped(title))</h1>\(paragraphs.joined())</body></html>
            """
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
