import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Behind the parser: ends what takes too long or too much, and notices when the client leaves.
///
/// Refusals wait for the answers of earlier requests. After its last answer a connection is half closed and what still
/// comes is thrown away, until the client has closed or a second has passed.
final class RequestGate: ChannelDuplexHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// Nothing more is read from this connection.
    private(set) var isDeaf = false
    private let client: ClientConnection
    private var limits: ConnectionLimits { client.load.limits }
    private var progress = RequestProgress()
    private var refusal: Problem?
    private var isMute = false
    private var headTimer: Scheduled<Void>?
    private var farewellTimer: Scheduled<Void>?
    private var unreadTimer: Scheduled<Void>?
    private var context: ChannelHandlerContext?

    init(client: ClientConnection) {
        self.client = client
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        stopTimers()
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        startHeadTimer(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        stopTimers()
        // Before anybody hears of the end: a body that was cut off must not pass for a whole one.
        if progress.isOwed { client.leave() }
        context.fireChannelInactive()
    }

    // MARK: What comes

    func willParse(_ bytes: ByteBuffer) {
        progress.received(bytes.readableBytesView)
    }

    /// A piece that ended with a whole request leaves no head to wait for.
    func hasParsed() {
        guard let context, !isDeaf else { return }
        if progress.isReadingHead { startHeadTimer(context) } else { stopHeadTimer() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // The parser hands out everything it found in one piece, also behind a refused head.
        guard !isDeaf else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            stopHeadTimer()
            guard (head.path ?? "").utf8.count <= limits.targetBytes else {
                return refuse(.targetTooLong(limit: limits.targetBytes), context)
            }
            progress.receivedHead()
        case .body: break
        case .end: progress.receivedEnd()
        }
        context.fireChannelRead(data)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            if progress.isOwed { client.leave() }
            if progress.isOwed || isDeaf { return context.close(promise: nil) }
        case ChannelEvent.outputClosed:
            sayFarewell(context)
        default: break
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isDeaf else { return }
        if case .invalidEOFState? = error as? HTTPParserError {
            if progress.isOwed { client.leave() }
            context.fireErrorCaught(error)
            return context.close(promise: nil)
        }
        // Whoever reads the body answers for it; failures of the socket close the connection by themselves.
        guard !progress.isReadingBody, !(error is IOError), !(error is ChannelError) else {
            return context.fireErrorCaught(error)
        }
        guard case .headerOverflow? = error as? HTTPParserError else {
            return refuse(.notHTTP, context)
        }
        refuse(
            progress.isLineLonger(than: limits.targetBytes)
                ? .targetTooLong(limit: limits.targetBytes) : .headerTooLong(limit: limits.headerBytes),
            context)
    }

    // MARK: What goes

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !isMute else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(var head) where head.status.kind != .informational && progress.beginsAnswer():
            head.headerFields[.connection] = "close"
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end:
            context.write(data, promise: promise)
            let isLast = progress.endedAnswer()
            if isLast { close(context) }
            if !progress.isOwed, let refusal { send(refusal, context) }
        case .head, .body:
            context.write(data, promise: promise)
        }
    }

    /// A client who does not read his answer keeps it in memory; streams would wait for him for ever.
    func channelWritabilityChanged(context: ChannelHandlerContext) {
        unreadTimer?.cancel()
        unreadTimer =
            context.channel.isWritable
            ? nil
            : context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(limits.idleTime)) {
                [weak self] in
                self?.context?.close(promise: nil)
            }
        context.fireChannelWritabilityChanged()
    }

    // MARK: Ending

    /// Answers in place of the service, once it has answered what came before.
    private func refuse(_ problem: Problem, _ context: ChannelHandlerContext) {
        stopHeadTimer()
        isDeaf = true
        client.load.countRefused(problem)
        if progress.isOwed { refusal = problem } else { send(problem, context) }
    }

    private func send(_ problem: Problem, _ context: ChannelHandlerContext) {
        refusal = nil
        guard !isMute else { return }
        let body = ByteBuffer(bytes: problem.json)
        var fields = problem.headerFields
        fields[.connection] = "close"
        fields[.contentLength] = String(body.readableBytes)
        context.write(
            wrapOutboundOut(.head(HTTPResponse(status: problem.status, headerFields: fields))), promise: nil)
        context.write(wrapOutboundOut(.body(body)), promise: nil)
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
        close(context)
    }

    /// Closes our side when all is written; the other side gets a moment to read it.
    private func close(_ context: ChannelHandlerContext) {
        isMute = true
        isDeaf = true
        context.flush()
        context.close(mode: .output, promise: nil)
        context.read()
    }

    private func sayFarewell(_ context: ChannelHandlerContext) {
        isMute = true
        isDeaf = true
        context.read()
        guard farewellTimer == nil else { return }
        farewellTimer = context.eventLoop.assumeIsolated().scheduleTask(
            in: TimeAmount(ConnectionLimits.farewell)
        ) { [weak self] in
            self?.context?.close(promise: nil)
        }
    }

    private func startHeadTimer(_ context: ChannelHandlerContext) {
        guard headTimer == nil else { return }
        headTimer = context.eventLoop.assumeIsolated().scheduleTask(
            in: TimeAmount(limits.headerTime)
        ) { [weak self] in
            self?.headIsLate()
        }
    }

    private func stopTimers() {
        for timer in [headTimer, farewellTimer, unreadTimer] { timer?.cancel() }
    }

    private func stopHeadTimer() {
        headTimer?.cancel()
        headTimer = nil
    }

    /// Whoever has sent nothing at all does not expect an answer either.
    private func headIsLate() {
        headTimer = nil
        guard let context, !isDeaf else { return }
        if progress.isReadingHead { refuse(.headerTooSlow, context) } else { context.close(promise: nil) }
    }
}

@available(*, unavailable)
extension RequestGate: Sendable {}
