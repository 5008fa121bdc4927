import NIOCore

/// All that a connection beyond the limit gets: a short answer, no parser, no task.
final class ConnectionRefusal: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let message = ByteBuffer(bytes: Problem.tooManyConnections.lastMessage)
    private let load: ServerLoad
    private var isPolite = false

    init(load: ServerLoad) {
        self.load = load
    }

    func channelActive(context: ChannelHandlerContext) {
        isPolite = load.beginRefusal()
        guard isPolite else { return context.close(promise: nil) }
        context.writeAndFlush(wrapOutboundOut(Self.message), promise: nil)
        context.close(mode: .output, promise: nil)
        let channel = context.channel
        context.eventLoop.scheduleTask(in: TimeAmount(ConnectionLimits.farewell)) {
            channel.close(promise: nil)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if isPolite { load.endRefusal() }
        isPolite = false
        context.fireChannelInactive()
    }
}

@available(*, unavailable)
extension ConnectionRefusal: Sendable {}
