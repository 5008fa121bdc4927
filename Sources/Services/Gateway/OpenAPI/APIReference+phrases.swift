import TodoDomain

extension APIReference {
    static let phraseSchemas: [(String, JSONTree)] = [
        (
            "RecurrenceRequest",
            S.input(
                "A rule, as RFC 5545 has it, and where it begins.",
                [
                    S.required("rrule", S.text(1...2000)), S.required("start", S.text(.local)),
                    S.optional("tz", S.nullable(S.text(1...64))),
                    S.optional("skip", S.nullable(S.words(RecurrenceSeries.Skip.self))),
                    S.optional("count", S.nullable(S.integer(1...100))),
                    S.optional("excluded", S.nullable(S.list(of: S.text(.local), atMost: 1000))),
                    S.optional("added", S.nullable(S.list(of: S.text(.local), atMost: 1000))),
                ])
        ),
        (
            "RecurrencePreview",
            S.object(
                "The first occurrences.",
                [
                    S.required(
                        "occurrences",
                        S.list(
                            of: S.object(
                                "One.", [S.required("local", S.text()), S.optional("instant", S.instant)]))),
                    S.required("rrule", S.text()), S.required("description", S.text()),
                    S.required("start", S.text()), S.required("isComplete", S.flag),
                ])
        ),
        (
            "PhraseRequest",
            S.input(
                "A phrase to be understood.",
                [S.required("text", S.text(0...1000)), S.optional("tz", S.nullable(S.text(1...64)))])
        ),
        (
            "Phrase",
            S.object(
                "What was understood, and where it stands.",
                [
                    S.required("title", S.text()), S.optional("due", S.ref("DueTime")),
                    S.optional("recurrence", ["type": "object"]),
                    S.required("reminders", S.list(of: ["type": "object"])),
                    S.required("priority", S.words(TaskPriority.self)),
                    S.required("tags", S.list(of: S.text())), S.optional("list", S.text()),
                    S.required("spans", S.list(of: ["type": "object"])),
                ])
        ),
    ]
}
