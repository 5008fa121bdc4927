import CurlHTTP
import Dapr
import InMemoryTracing
import Logging
import Metrics
import MetricsTestKit
import Postgres
import Synchronization
import TestSupport
import Testing
import Tracing

@testable import EventFlow

struct OutboxTelemetryTests {
    @Test func `what waits, what is parked, what was sent and what failed can be read off`() async throws {
        let metrics = TestMetrics()
        try await withMetricsFactory(metrics) {
            let fixture = try await EventTablesFixture()
            let published = PublishedEvents()
            let sidecar = try TinyHTTPServer { request in
                request.bodyText.contains(#""subject":"bad""#)
                    ? .json(400, #"{"errorCode":"ERR_PUBSUB_EVENTS_SER","message":"x"}"#)
                    : published.answer(request)
            }
            defer { sidecar.stop() }
            try await fixture.append(subject: "good", sequence: 1)
            try await fixture.append(subject: "bad", sequence: 1)
            let http = HTTPClient()
            let relay = try TestRelay(fixture, port: sidecar.port, http: http) {
                $0.measureInterval = .milliseconds(100)
            }
            relay.start()
            let destination = ("messaging.destination.name", "todo.events")
            let failure = ("error.type", "ERR_PUBSUB_EVENTS_SER")
            let send = [
                ("messaging.system", "dapr"), ("messaging.operation.name", "send"),
                ("messaging.operation.type", "send"), destination,
            ]
            try await fixture.eventually {
                let parked = try? metrics.expectGauge("todo.outbox.parked_events").lastValue
                let sent = try? metrics.expectCounter("todo.outbox.published", [destination]).totalValue
                let pending = try? metrics.expectGauge("todo.outbox.pending_events").lastValue
                return parked == 1 && sent == 1 && pending == 0
            }
            #expect(try metrics.expectCounter("todo.outbox.published", [destination]).totalValue == 1)
            #expect(
                try metrics.expectCounter("todo.outbox.publish_failures", [destination, failure]).totalValue
                    == 1)
            #expect(try metrics.expectCounter("messaging.client.sent.messages", send).totalValue == 1)
            #expect(try metrics.expectTimer("messaging.client.operation.duration", send).values.count == 1)
            #expect(
                try metrics.expectTimer("messaging.client.operation.duration", send + [failure]).values.count
                    == 1)
            for stage in ["outbox_wait", "publish"] {
                #expect(
                    try !metrics.expectTimer("todo.event.stage.duration", [("stage", stage)]).values.isEmpty)
            }
            #expect(try metrics.expectGauge("todo.outbox.pending_events").lastValue == 0)
            #expect(try metrics.expectGauge("todo.outbox.oldest_pending_age").lastValue == 0)
            #expect(try metrics.expectGauge("todo.outbox.relay.shards").lastValue == 32)
            #expect(try metrics.expectGauge("todo.outbox.relay.paused").lastValue == 0)
            sidecar.stop()
            try await fixture.append(subject: "later", sequence: 1)
            try await fixture.eventually {
                let paused = try metrics.expectGauge("todo.outbox.relay.paused").lastValue
                let pending = try metrics.expectGauge("todo.outbox.pending_events").lastValue
                return paused == 1 && pending == 1
            }
            #expect(try metrics.expectGauge("todo.outbox.relay.paused").lastValue == 1)
            #expect(try metrics.expectGauge("todo.outbox.pending_events").lastValue == 1)
            #expect(try (metrics.expectGauge("todo.outbox.oldest_pending_age").lastValue ?? 0) > 0)
            await relay.stop()
            await http.close()
        }
    }

    @Test func `alone or in bulk, each event has a send span under its create span, linked to the relay's`()
        async throws
    {
        for bulkFrom in [1, 100] {
            let tracer = InMemoryTracer()
            try await withTracer(tracer) {
                let fixture = try await EventTablesFixture()
                let published = PublishedEvents()
                let sidecar = try TinyHTTPServer { published.answer($0) }
                defer { sidecar.stop() }
                for subject in ["a", "b", "c"] { try await fixture.append(subject: subject, sequence: 1) }
                let http = HTTPClient()
                let relay = try TestRelay(fixture, port: sidecar.port, http: http) { $0.bulkFrom = bulkFrom }
                relay.start()
                try await fixture.eventually { try await fixture.count("outbox") == 0 }
                await relay.stop()
                await http.close()
            }
            let spans = tracer.finishedSpans
            let sends = spans.filter { $0.operationName == "send todo.events" }
            let calls = spans.filter { $0.operationName.hasPrefix("POST /v1.0/publish") }
            #expect(sends.count == 3)
            #expect(calls.count == (bulkFrom == 1 ? 1 : 3))
            #expect(sends.allSatisfy { $0.kind == .client && $0.links.count == 2 })
            let isBatch = sends.allSatisfy { $0.attributes.get("messaging.batch.message_count") != nil }
            #expect(isBatch == (bulkFrom == 1))
            #expect(spans.contains { $0.operationName == "outbox relay" })
        }
    }

    @Test func `a count costs a hundredth of the time, and a slow one does not silence the next`() {
        let settings = OutboxRelay.Settings()
        #expect(settings.pause(afterCounting: .milliseconds(1)) == .seconds(5))
        #expect(settings.pause(afterCounting: .milliseconds(200)) == .seconds(20))
        #expect(settings.pause(afterCounting: .seconds(30)) == .seconds(60))
    }

    @Test func `without LISTEN the outbox is polled, and that is said once`() async throws {
        let fixture = try await EventTablesFixture()
        let published = PublishedEvents()
        let sidecar = try TinyHTTPServer { published.answer($0) }
        defer { sidecar.stop() }
        let lines = LogLines()
        let nobody = "postgres://x:y@127.0.0.1:\(try FreePorts.one())/nothing"
        let http = HTTPClient()
        let relay = try TestRelay(
            fixture, port: sidecar.port, http: http, logger: Logger(label: "test") { _ in lines },
            listening: nobody)
        relay.start()
        for sequence in 1...3 {
            try await fixture.append(subject: "task-1", sequence: Int64(sequence))
            try await fixture.eventually { published.all.count == sequence }
        }
        try await fixture.eventually { lines.count(of: "polled") == 1 }
        try await fixture.append(subject: "task-1", sequence: 4)
        try await fixture.eventually { published.all.count == 4 }
        await relay.stop()
        #expect(published.all.map(\.sequence) == [1, 2, 3, 4])
        #expect(lines.count(of: "polled") == 1)
        await http.close()
    }
}

/// Keeps messages; made for counting them.
private struct LogLines: LogHandler {
    private final class Kept: Sendable {
        let messages = Mutex<[String]>([])
    }

    private let kept = Kept()
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        kept.messages.withLock { $0.append(event.message.description) }
    }

    func count(of word: String) -> Int {
        kept.messages.withLock { $0.count { $0.contains(word) } }
    }
}
