import NIOCore

/// In front of the parser: tells `RequestGate` that bytes have come, and keeps from the parser what nobody will read.
final class ByteGate: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let requests: RequestGate

    init(before requests: RequestGate) {
        self.requests = requests
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !requests.isDeaf else { return }
        requests.willParse(unwrapInboundIn(data))
        context.fireChannelRead(data)
        requests.hasParsed()
    }

    /// Unread bytes would make the kernel reset the connection, and the last answer would be lost.
    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        if requests.isDeaf { context.read() }
    }
}
