import EventFlow
import HTTPTypes
public import Hummingbird
import NIOCore
import ServiceKit
public import ServiceLifecycle
import Synchronization

/// Tells whoever listens of traces as they come to rest: `/inspector/live`, as server-sent events.
///
/// - `trace`: the line of a trace. One that grows again is told again.
/// - `span-count`: how much the store has, every two seconds, which is the heartbeat as well.
///
/// A listener that reads too slowly misses the oldest of what waits for it.
public final class LiveTail: Service {
    private static let tick = Duration.milliseconds(250)
    private static let ticksPerCount = 8
    static let mostListeners = 20
    private static let mostWaiting = 512

    private struct State {
        var listeners: [Int: AsyncStream<ByteBuffer>.Continuation] = [:]
        var next = 0
        var isOver = false
    }

    private let store: TraceStore
    private let state = Mutex(State())

    public init(store: TraceStore) {
        self.store = store
    }

    /// Looks for traces that came to rest until the process stops.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            var count = 0
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.tick)
                count += 1
                self.tell(isCounting: count % Self.ticksPerCount == 0)
            }
        }
        close()
    }

    /// Ends all streams, and lets no other begin: the process stops.
    public func close() {
        let listeners = state.withLock { state in
            state.isOver = true
            defer { state.listeners = [:] }
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.finish() }
    }

    /// Tells all listeners what is new.
    func tell(isCounting: Bool) {
        let settled = store.takeSettled()
        let listeners = state.withLock { Array($0.listeners.values) }
        guard !listeners.isEmpty else { return }
        var events = settled.map { Self.event("trace", $0) }
        if isCounting { events.append(Self.event("span-count", StoreCount(store.figures()))) }
        for event in events { for listener in listeners { listener.yield(event) } }
    }

    /// Declares the route.
    public func add(to router: some RouterMethods) {
        router.get("/inspector/live") { request, _ in
            try QueryParameters(request).refuseRest()
            // Nobody would listen, and nobody leave.
            guard request.method == .get else { return Response(status: .ok, headers: Self.headers) }
            let (number, events) = try self.listen()
            return Response(
                status: .ok, headers: Self.headers,
                body: ResponseBody { writer in
                    defer { self.leave(number) }
                    try await Self.write(events, to: &writer)
                })
        }
    }

    /// The first event says at once how much there is.
    func listen() throws -> (number: Int, events: AsyncStream<ByteBuffer>) {
        let (events, continuation) = AsyncStream.makeStream(
            of: ByteBuffer.self, bufferingPolicy: .bufferingNewest(Self.mostWaiting))
        let number = state.withLock { state -> Int? in
            guard !state.isOver, state.listeners.count < Self.mostListeners else { return nil }
            state.listeners[state.next] = continuation
            defer { state.next += 1 }
            return state.next
        }
        guard let number else { throw Problem.unavailable("too many listen already", retryAfterSeconds: 5) }
        continuation.yield(Self.event("span-count", StoreCount(store.figures())))
        return (number, events)
    }

    func leave(_ number: Int) {
        state.withLock { $0.listeners.removeValue(forKey: number) }?.finish()
    }

    @concurrent private static func write(
        _ events: AsyncStream<ByteBuffer>, to writer: inout any ResponseBodyWriter
    ) async throws {
        for await event in events { try await writer.write(event) }
        try await writer.finish(nil)
    }

    private static let headers: HTTPFields = {
        var fields: HTTPFields = [.contentType: "text/event-stream", .cacheControl: "no-store, no-transform"]
        // Keeps a proxy from holding events back.
        if let name = HTTPField.Name("X-Accel-Buffering") { fields[name] = "no" }
        return fields
    }()

    private static func event(_ name: String, _ value: some Encodable) -> ByteBuffer {
        var event = ByteBuffer(string: "event: \(name)\ndata: ")
        event.writeBytes((try? WireJSON.encode(value)) ?? [])
        event.writeString("\n\n")
        return event
    }
}

/// How much a store has, as listeners are told.
private struct StoreCount: Encodable {
    let spans: Int
    let traces: Int
    let bytes: Int
    let oldestUnixNano: UInt64

    init(_ figures: StoreFigures) {
        spans = figures.spans
        traces = figures.traces
        bytes = max(figures.diskBytes, figures.memoryBytes)
        oldestUnixNano = figures.oldestUnixNano
    }
}
