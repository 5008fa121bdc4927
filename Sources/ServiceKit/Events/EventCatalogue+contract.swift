public import EventFlow
public import TodoDomain

/// What every consumer holds payloads against, unless a role brings a contract of its own.
extension EventCatalogue: EventContract {}
