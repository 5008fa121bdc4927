public import EventFlow
public import TodoDomain

extension TaskRecurrence: JSONWritable {
    /// The recurrence as the API shows it.
    public func write(to json: inout JSONOutput) {
        json.object { json in
            json.member("catchUp", catchUp.rawValue)
            if let excluded { json.member("excluded", excluded) }
            json.member("mode", mode.rawValue)
            json.member("occurrenceKey", occurrenceKey)
            if let position { json.member("position", position) }
            if let previousId { json.member("previousId", previousId) }
            json.member("rrule", rrule)
            if let seriesId { json.member("seriesId", seriesId) }
            json.member("skip", skip.rawValue)
            json.member("start", start)
            if let version { json.member("version", version) }
        }
    }
}
