import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Behind the parser: ends what takes too long or too much, and notices when the client leaves.
///
/// Refusals wait for the answers of earlier requests. After its last answer a connection is half closed and what still
/// comes is thrown away, until the client has closed or a second has passed. At every moment that is not our own work a
/// deadline runs (`Patience`).
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
    /// The time of the head that is being read is running.
    private var isHeadTimed = true
    private var isMute = false
    private var patience = Patience()
    private var context: ChannelHandlerContext?

    init(client: ClientConnection) {
        self.client = client
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        patience.end()
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        wait(limits.headerTime)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        patience.end()
        // Before anybody hears of the end: a body that was cut off must not pass for a whole one.
        if progress.isOwed { client.leave() }
        context.fireChannelInactive()
    }

    // MARK: What comes

    func willParse(_ bytes: ByteBuffer) {
        progress.received(bytes.readableBytesView)
    }

    /// The time of a head runs from its first byte; a body may take a while from each piece to the next; work of our
    /// own is no silence of the client.
    func hasParsed() {
        guard !isDeaf else { return }
        if progress.isReadingHead, !progress.isOwed {
            if !isHeadTimed { wait(limits.headerTime) }
            isHeadTimed = true
        } else if progress.isReadingBody {
            wait(limits.idleTime)
        } else if progress.isOwed {
            patience.end()
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // The parser hands out everything it found in one piece, also behind a refused head.
        guard !isDeaf else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            isHeadTimed = false
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
        // Before whoever reads the body hears of it: for a socket that failed there is nobody left to answer to.
        if error is IOError || error is ChannelError, progress.isOwed { client.leave() }
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
            if isLast { return close(context) }
            guard !progress.isOwed else { return }
            if let refusal { return send(refusal, context) }
            isHeadTimed = progress.isReadingHead
            wait(isHeadTimed ? limits.headerTime : limits.idleTime)
        case .head, .body:
            context.write(data, promise: promise)
        }
    }

    /// A client who does not read his answer keeps it in memory; streams would wait for him for ever.
    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if !context.channel.isWritable {
            wait(limits.idleTime)
        } else if progress.isOwed, !progress.isReadingBody {
            patience.end()
        }
        context.fireChannelWritabilityChanged()
    }

    // MARK: Ending

    /// Answers in place of the service, once it has answered what came before.
    private func refuse(_ problem: Problem, _ context: ChannelHandlerContext) {
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
        // Until all is written; from then on `sayFarewell` counts.
        wait(limits.idleTime)
        context.close(mode: .output, promise: nil)
        context.read()
    }

    private func sayFarewell(_ context: ChannelHandlerContext) {
        isMute = true
        isDeaf = true
        context.read()
        wait(ConnectionLimits.farewell)
    }

    // MARK: Waiting

    private func wait(_ time: Duration) {
        guard let context else { return }
        guard let alarm = patience.wait(until: .now() + TimeAmount(time)) else { return }
        set(alarm, context)
    }

    private func set(_ alarm: NIODeadline, _ context: ChannelHandlerContext) {
        context.eventLoop.assumeIsolated().scheduleTask(deadline: alarm) { [weak self] in
            self?.ring(alarm)
        }
    }

    private func ring(_ alarm: NIODeadline) {
        guard let context else { return }
        switch patience.rang(alarm) {
        case .nothing: break
        case .again(let later): set(later, context)
        case .over: isTooLate(context)
        }
    }

    /// Whoever has sent nothing, or has his answer, does not expect another.
    private func isTooLate(_ context: ChannelHandlerContext) {
        if progress.isReadingHead, !progress.isOwed, !isDeaf {
            refuse(.headerTooSlow, context)
        } else {
            context.close(promise: nil)
        }
    }
}

@available(*, unavailable)
extension RequestGate: Sendable {}
