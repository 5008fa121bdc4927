/// Whether a call waits for its owner's word. Pure, so that it can be tried on every tool.
struct ConfirmationRule: Sendable {
    /// More tasks than these in one call are many.
    var mostTasks = 5
    /// More writes than these in one turn are many, however they are cut up.
    var mostWrites = 10

    /// What is known of the turn so far.
    struct Situation: Sendable, Equatable {
        /// Tasks written in this turn.
        var written = 0
        /// Whether words of others than the user may have moved the model: task texts, or a message that gives orders
        /// to models.
        var isTainted = false
    }

    enum Reason: String, Sendable {
        case destructive, many, tainted
    }

    /// Nil when the call may be done at once.
    func reason(for call: CheckedCall, of definition: ToolDefinition, in situation: Situation) -> Reason? {
        switch definition.effect {
        case .reads: return nil
        case .destroys: return .destructive
        case .writes:
            let count = max(1, call.taskIDs.count)
            if count > mostTasks || situation.written + count > mostWrites { return .many }
            return situation.isTainted ? .tainted : nil
        }
    }
}
