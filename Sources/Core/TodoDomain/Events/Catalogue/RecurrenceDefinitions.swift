extension EventCatalogue {
    static let recurrenceDefinitions = [
        EventDefinition(
            EventType.seriesCreated, on: Topic.recurring, by: ["tasks"], when: "a task got a rule",
            about: "the series", carries: SeriesSnapshot.self, example: ["series": series]),
        EventDefinition(
            EventType.seriesChanged, on: Topic.recurring, by: ["tasks"], when: "a rule changed",
            about: "the series", carries: SeriesSnapshot.self,
            example: [
                "series": seriesWithException.with("version", 2)
            ]),
        EventDefinition(
            EventType.seriesEnded, on: Topic.recurring, by: ["tasks"],
            when: "a series makes no more tasks", about: "the series", carries: SeriesEnded.self,
            example: ["reason": "exhausted", "seriesID": .text(ExampleID.series)]),
        EventDefinition(
            EventType.occurrenceDue, on: Topic.recurring, by: ["tasks"],
            when: "a task of a series was completed, which asks for the next one", about: "the series",
            carries: OccurrenceDue.self,
            example: [
                "completedAt": "2026-12-01T08:10:00.000Z", "due": due,
                "occurrenceKey": .text(occurrenceKey), "position": 1, "series": seriesWithException,
                "taskID": .text(ExampleID.task),
            ]),
        EventDefinition(
            EventType.occurrenceGenerated, on: Topic.recurring, by: ["recurring"],
            when: "the next task of a series was made", about: "the series",
            carries: OccurrenceGenerated.self,
            example: [
                "due": due.with("local", "2026-12-08T09:00"), "occurrenceKey": .text(occurrenceKey),
                "seriesID": .text(ExampleID.series), "taskID": .text(ExampleID.nextTask),
            ]),
        EventDefinition(
            EventType.occurrenceFailed, on: Topic.recurring, by: ["recurring"],
            when: "the next task of a series could not be made", about: "the series",
            carries: OccurrenceFailed.self,
            example: [
                "attempts": 10, "occurrenceKey": .text(occurrenceKey), "reason": "attempts_exhausted",
                "seriesID": .text(ExampleID.series),
            ]),
    ]

    private static let occurrenceKey = "\(ExampleID.series)/2026-12-08T09:00"

    private static let seriesWithException = series.with("excluded", ["2026-12-25T09:00"])

    private static let series: JSONTree = [
        "catchUp": "skip_missed", "id": .text(ExampleID.series), "mode": "schedule",
        "rrule": "FREQ=WEEKLY;BYDAY=TU", "skip": "omit", "start": "2026-12-01T09:00",
        "taskID": .text(ExampleID.task), "tz": "Europe/Amsterdam", "version": 1,
    ]
}
