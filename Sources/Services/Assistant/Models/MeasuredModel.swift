import Metrics
import Synchronization
import Tracing

/// Makes span and metrics of a model's calls, whichever model it is. What is said is in none of them.
struct MeasuredModel: Sendable {
    let model: any ChatModel
    var recording = ModelRecord()

    /// Asks the model.
    func reply(to request: ModelRequest, onText: @escaping @Sendable (String) -> Void) async throws
        -> ModelReply
    {
        let start = ContinuousClock.now
        let first = Mutex<Duration?>(nil)
        return try await withSpan(
            "chat \(model.name)", ofKind: model.isExternal ? .client : .internal
        ) { span in
            span.attributes[GenAI.operation] = "chat"
            span.attributes[GenAI.provider] = model.provider
            span.attributes[GenAI.requestModel] = model.name
            span.attributes[GenAI.requestStream] = true
            span.attributes[GenAI.mostTokens] = request.mostTokens
            if recording.holdsContent {
                span.attributes[GenAI.inputMessages] = ModelRecord.content(request.messages)
            }
            do {
                let reply = try await model.reply(to: request) { text in
                    first.withLock { if $0 == nil { $0 = ContinuousClock.now - start } }
                    onText(text)
                }
                describe(reply, on: span)
                measure(start, failure: nil)
                record(reply, first: first.withLock { $0 }, on: span)
                return reply
            } catch {
                let word = (error as? ModelFailure)?.rawValue ?? "cancelled"
                span.attributes[GenAI.errorType] = word
                span.setStatus(SpanStatus(code: .error))
                measure(start, failure: word)
                throw error
            }
        }
    }

    private var labels: [(String, String)] {
        [
            (GenAI.operation, "chat"), (GenAI.provider, model.provider), (GenAI.requestModel, model.name),
        ]
    }

    private func describe(_ reply: ModelReply, on span: any Span) {
        span.attributes[GenAI.finishReasons] = [reply.finish.rawValue]
        if let name = reply.model { span.attributes[GenAI.responseModel] = String(name.prefix(100)) }
        if let id = reply.id { span.attributes[GenAI.responseID] = String(id.prefix(100)) }
        span.attributes[GenAI.inputTokens] = reply.inputTokens
        span.attributes[GenAI.outputTokens] = reply.outputTokens
        if recording.holdsContent {
            span.attributes[GenAI.outputMessages] = ModelRecord.content(
                [.assistant(reply.text, calls: reply.calls)], finish: reply.finish.rawValue)
        }
        if model.isExternal, let cost = recording.cost(of: reply) {
            span.attributes[GenAI.cost] = cost
            FloatingPointCounter(
                label: GenAI.cost,
                dimensions: [(GenAI.provider, model.provider), (GenAI.requestModel, model.name)]
            ).increment(by: cost)
        }
    }

    private func measure(_ start: ContinuousClock.Instant, failure: String?) {
        Timer(
            label: GenAI.operationDuration,
            dimensions: labels + (failure.map { [(GenAI.errorType, $0)] } ?? []),
            preferredDisplayUnit: .seconds
        ).record(duration: ContinuousClock.now - start)
    }

    private func record(_ reply: ModelReply, first: Duration?, on span: any Span) {
        for (type, count) in [("input", reply.inputTokens), ("output", reply.outputTokens)] where count > 0 {
            Recorder(label: GenAI.tokenUsage, dimensions: labels + [(GenAI.tokenType, type)]).record(count)
        }
        guard let first else { return }
        let seconds = Double(first.components.seconds) + Double(first.components.attoseconds) / 1e18
        span.attributes[GenAI.timeToFirstChunk] = seconds
        Timer(label: GenAI.firstChunk, dimensions: labels, preferredDisplayUnit: .seconds).record(
            duration: first)
    }
}
