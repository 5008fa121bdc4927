import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// An HTTP/1.1 connection with its guards; Hummingbird does the talking.
struct GuardedHTTPChannel: HTTPChannelHandler {
    typealias Exchange = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    /// One connection; without an exchange when it was refused.
    struct Value: ServerChildChannelValue {
        let channel: any Channel
        let exchange: Exchange?
        let client: ClientConnection
    }

    let responder: Responder
    let load: ServerLoad

    /// Most bytes taken from the socket at a time. With the marks below it bounds what waits unread in a connection.
    private static let readBytes = 32 * 1024
    private static let unreadParts = NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark(
        lowWatermark: 2, highWatermark: 6)

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let client = ClientConnection(load: load)
            guard load.admit() else {
                try channel.pipeline.syncOperations.addHandler(ConnectionRefusal(load: load))
                return Value(channel: channel, exchange: nil, client: client)
            }
            channel.closeFuture.whenComplete { [load] _ in load.dismiss() }
            return Value(
                channel: channel, exchange: try exchange(on: channel, of: client, logger: logger),
                client: client)
        }
    }

    private func exchange(
        on channel: any Channel, of client: ClientConnection, logger: Logger
    ) throws -> Exchange {
        try channel.syncOptions?.setOption(
            .recvAllocator,
            value: AdaptiveRecvByteBufferAllocator(minimum: 512, initial: 2048, maximum: Self.readBytes))
        let pipeline = channel.pipeline.syncOperations
        let gate = RequestGate(client: client)
        try pipeline.addHandler(ByteGate(before: gate))
        var decoding = NIOHTTPDecoderLimitConfiguration()
        decoding.maxHeaderFieldSize = load.limits.headerBytes
        decoding.maxHeaderListSize = load.limits.headerBytes
        try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: false, withErrorHandling: false, withOutboundHeaderValidation: false,
            withEncoderConfiguration: .init(), withDecoderLimitConfiguration: decoding)
        try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
        try pipeline.addHandler(gate)
        // Its part is the orderly end when the process stops; `RequestGate` watches the time.
        try pipeline.addHandler(HTTPConnectionStateHandler(logger: logger))
        return try NIOAsyncChannel(
            wrappingChannelSynchronously: channel,
            configuration: .init(backPressureStrategy: Self.unreadParts, isOutboundHalfClosureEnabled: true))
    }

    func handle(value: Value, logger: Logger) async {
        guard let exchange = value.exchange else { return }
        await value.client.serve { await handleHTTP(asyncChannel: exchange, logger: logger) }
    }
}
