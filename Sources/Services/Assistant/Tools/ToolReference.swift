import TodoDomain

/// `docs/tools.md`, made of the tools themselves.
public enum ToolReference {
    /// The page.
    public static var page: String {
        var text = """
            # Tools

            What the assistant can do with tasks, and nothing else. Made by `todo tools --write docs`; a test compares. Both
            schemas are JSON Schema 2020-12 and enforced: arguments before anything is done, answers before they are
            shown to a model. How the tools are used, and when the user is asked first: [the assistant](assistant.md).

            | tool | does | effect |
            |---|---|---|

            """
        for tool in ToolCatalogue.chat {
            let note = tool.isForChatOnly ? " (in a conversation only)" : ""
            text +=
                "| [`\(tool.name)`](#\(tool.name)) | \(tool.description)\(note) | \(tool.effect.rawValue) |\n"
        }
        for tool in ToolCatalogue.chat { text += section(of: tool) }
        return text
    }

    /// All tools as clients list them.
    public static var json: String {
        JSONTree.list(ToolCatalogue.shared.map(\.object)).pretty
    }

    private static func section(of tool: ToolDefinition) -> String {
        """

        ## \(tool.name)

        \(tool.description) Needs `\(tool.scope)`.

        ```json
        \(tool.input.pretty.dropLast())
        ```

        """
    }
}
