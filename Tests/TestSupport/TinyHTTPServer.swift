// A real HTTP/1.1 server for tests: sockets and threads, no framework, because it must also misbehave on
// purpose: answer late, close without a word, stream chunks, send too much. One blocking thread per
// connection keeps the code straight; nothing here is meant for more than a few hundred connections.
public import CurlHTTP
import Glibc
import Synchronization

/// Answers each request as the test's script says, and remembers what came.
public final class TinyHTTPServer: Sendable {
    /// A request as it arrived.
    public struct Request: Sendable {
        public var method: String
        /// Path and query, unescaped by nobody.
        public var target: String
        public var headers: HTTPHeaderList
        public var body: [UInt8]
        /// Which connection it came on, counted from 1.
        public var connection: Int

        /// The target without its query.
        public var path: String {
            String(target.prefix { $0 != "?" })
        }

        public var bodyText: String {
            String(decoding: body, as: UTF8.self)
        }
    }

    /// What the server does with a request.
    public indirect enum Reply: Sendable {
        case respond(Int, headers: HTTPHeaderList = [:], body: [UInt8] = [])
        case chunked(Int, headers: HTTPHeaderList = [:], chunks: [[UInt8]])
        /// Chunks sent one by one as the closure gives them; it may block, and nil ends the answer.
        case streamed(Int, headers: HTTPHeaderList = [:], next: @Sendable () -> [UInt8]?)
        /// Bytes as they are, then the connection is closed: for broken answers.
        case raw([UInt8])
        /// The connection is closed without an answer.
        case close
        /// No answer until the client gives up or the server stops.
        case hang
        /// The answer comes later, unless the client gives up before.
        case delay(milliseconds: Int32, then: Reply)

        /// An answer of text.
        public static func text(_ status: Int, _ text: String, type: String = "text/plain") -> Reply {
            .respond(status, headers: ["content-type": type], body: Array(text.utf8))
        }

        /// An answer of JSON text.
        public static func json(_ status: Int, _ text: String) -> Reply {
            .text(status, text, type: "application/json")
        }
    }

    /// Why the server could not start: the number of the system's error.
    public struct StartFailure: Error {
        public let code: Int32
    }

    private let listener: TinyListener

    /// Starts on loopback; port 0 takes a free one.
    public init(port: UInt16 = 0, script: @escaping @Sendable (Request) -> Reply) throws {
        listener = try TinyListener(port: port, script: script)
    }

    deinit {
        listener.stop()
    }

    /// The port it listens on.
    public var port: Int { listener.port }
    /// `http://127.0.0.1:<port>`
    public var address: String { "http://127.0.0.1:\(port)" }
    /// Every request so far.
    public var requests: [Request] { listener.log.withLock { $0.requests } }
    /// How many connections were opened so far.
    public var connectionCount: Int { listener.log.withLock { $0.connections } }

    /// Waits until at least so many requests have come, and returns them.
    public func waitForRequests(_ count: Int) async -> [Request] {
        await listener.waitForRequests(count)
    }

    /// Waits until at least so many connections are over.
    public func waitForClosedConnections(_ count: Int) async {
        await listener.waitForClosedConnections(count)
    }

    /// Closes the port and all connections; afterwards a new server can have the port.
    public func stop() {
        listener.stop()
    }
}

/// What the threads share; outlives the server object for as long as a thread runs.
private final class TinyListener: Sendable {
    struct Log {
        var requests: [TinyHTTPServer.Request] = []
        var connections = 0
        var open: Set<Int32> = []
        var closed = 0
        var isStopped = false
        var waiters: [(count: Int, continuation: CheckedContinuation<[TinyHTTPServer.Request], Never>)] = []
        var closeWaiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    let port: Int
    let log = Mutex(Log())
    let script: @Sendable (TinyHTTPServer.Request) -> TinyHTTPServer.Reply
    private let socket: Int32
    private let accepting = Mutex<pthread_t?>(nil)

    init(port: UInt16, script: @escaping @Sendable (TinyHTTPServer.Request) -> TinyHTTPServer.Reply) throws {
        self.script = script
        // Close on exec: a process started by another test must not keep our port alive.
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let failed = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) != 0 || listen(socket, 512) != 0
                    || getsockname(socket, $0, &length) != 0
            }
        }
        guard !failed else {
            let code = errno
            Glibc.close(socket)
            throw TinyHTTPServer.StartFailure(code: code)
        }
        self.socket = socket
        self.port = Int(UInt16(bigEndian: address.sin_port))
        let thread = TinyThread.start { self.acceptConnections() }
        accepting.withLock { $0 = thread }
    }

    func waitForRequests(_ count: Int) async -> [TinyHTTPServer.Request] {
        await withCheckedContinuation { continuation in
            let ready: [TinyHTTPServer.Request]? = log.withLock { log in
                if log.requests.count >= count || log.isStopped { return log.requests }
                log.waiters.append((count, continuation))
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }

    func waitForClosedConnections(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isReady = log.withLock { log in
                if log.closed >= count || log.isStopped { return true }
                log.closeWaiters.append((count, continuation))
                return false
            }
            if isReady { continuation.resume() }
        }
    }

    func stop() {
        let closeWaiters = log.withLock { log in
            log.isStopped = true
            defer { log.closeWaiters = [] }
            return log.closeWaiters
        }
        for waiter in closeWaiters { waiter.continuation.resume() }
        let (waiters, requests) = log.withLock { log in
            log.isStopped = true
            for connection in log.open { shutdown(connection, Int32(SHUT_RDWR)) }
            defer { log.waiters = [] }
            return (log.waiters, log.requests)
        }
        for waiter in waiters { waiter.continuation.resume(returning: requests) }
        let thread = accepting.withLock { thread in
            defer { thread = nil }
            return thread
        }
        guard let thread else { return }
        shutdown(socket, Int32(SHUT_RDWR))
        pthread_join(thread, nil)
        Glibc.close(socket)
    }

    private func acceptConnections() {
        while true {
            let connection = accept(socket, nil, nil)
            guard connection >= 0 else {
                if errno == EINTR || errno == ECONNABORTED { continue }
                return
            }
            _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
            let number: Int? = log.withLock { log in
                guard !log.isStopped else { return nil }
                log.connections += 1
                log.open.insert(connection)
                return log.connections
            }
            guard let number else {
                Glibc.close(connection)
                continue
            }
            let thread = TinyThread.start {
                TinyConnection(listener: self, socket: connection, number: number).serve()
            }
            if let thread { pthread_detach(thread) } else { forget(connection) }
        }
    }

    func remember(_ request: TinyHTTPServer.Request) {
        let (ready, requests) = log.withLock { log in
            log.requests.append(request)
            let ready = log.waiters.filter { $0.count <= log.requests.count }
            log.waiters.removeAll { $0.count <= log.requests.count }
            return (ready, log.requests)
        }
        for waiter in ready { waiter.continuation.resume(returning: requests) }
    }

    /// Closes within the lock, so that `stop` cannot shut down a number that already means another socket.
    func forget(_ connection: Int32) {
        let ready = log.withLock { log in
            log.open.remove(connection)
            Glibc.close(connection)
            log.closed += 1
            let ready = log.closeWaiters.filter { $0.count <= log.closed }
            log.closeWaiters.removeAll { $0.count <= log.closed }
            return ready
        }
        for waiter in ready { waiter.continuation.resume() }
    }
}

/// One connection, on its own thread.
private final class TinyConnection {
    private let listener: TinyListener
    private let socket: Int32
    private let number: Int
    private var received: [UInt8] = []

    init(listener: TinyListener, socket: Int32, number: Int) {
        self.listener = listener
        self.socket = socket
        self.number = number
    }

    func serve() {
        while let request = readRequest() {
            listener.remember(request)
            guard perform(listener.script(request), isHead: request.method == "HEAD") else { break }
        }
        listener.forget(socket)
    }

    private func readRequest() -> TinyHTTPServer.Request? {
        var headEnd: Int?
        while headEnd == nil {
            headEnd = received.firstRange(of: Array("\r\n\r\n".utf8))?.lowerBound
            if headEnd == nil, !readMore() { return nil }
        }
        guard let headEnd else { return nil }
        let lines = String(decoding: received[..<headEnd], as: UTF8.self).split(separator: "\r\n")
        let words = (lines.first ?? "").split(separator: " ")
        guard words.count == 3 else { return nil }
        var headers = HTTPHeaderList()
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers.add(String(line[..<colon]), String(line[line.index(after: colon)...].drop { $0 == " " }))
        }
        let bodyStart = headEnd + 4
        received.removeFirst(bodyStart)
        let isChunked = headers["transfer-encoding"] == "chunked"
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        guard let body = isChunked ? readChunks() : read(length) else { return nil }
        return TinyHTTPServer.Request(
            method: String(words[0]), target: String(words[1]), headers: headers, body: body,
            connection: number)
    }

    private func read(_ count: Int) -> [UInt8]? {
        while received.count < count { if !readMore() { return nil } }
        defer { received.removeFirst(count) }
        return Array(received[..<count])
    }

    private func readChunks() -> [UInt8]? {
        var body: [UInt8] = []
        while true {
            var lineEnd = received.firstIndex(of: 10)
            while lineEnd == nil {
                if !readMore() { return nil }
                lineEnd = received.firstIndex(of: 10)
            }
            guard let lineEnd, let line = read(lineEnd + 1),
                let size = Int(String(decoding: line.dropLast(2), as: UTF8.self), radix: 16),
                let chunk = read(size + 2)
            else { return nil }
            if size == 0 { return body }
            body += chunk.dropLast(2)
        }
    }

    private func readMore() -> Bool {
        let piece = [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
            count = max(0, recv(socket, buffer.baseAddress, buffer.count, 0))
        }
        received += piece
        return !piece.isEmpty
    }

    /// True if the connection may be used again.
    private func perform(_ reply: TinyHTTPServer.Reply, isHead: Bool) -> Bool {
        switch reply {
        case .respond(let status, var headers, let body):
            if status != 204, status != 304 { headers["content-length"] = String(body.count) }
            return send(Self.head(status, headers) + (isHead ? [] : body))
        case .chunked(let status, let headers, let chunks):
            var chunks = chunks[...]
            return sendChunks(status, headers) { chunks.popFirst() }
        case .streamed(let status, let headers, let next):
            return sendChunks(status, headers, next)
        case .raw(let bytes):
            _ = send(bytes)
            return false
        case .close:
            return false
        case .hang:
            return waitForPeerToLeave(milliseconds: -1)
        case .delay(let milliseconds, let next):
            return waitForPeerToLeave(milliseconds: milliseconds) && perform(next, isHead: isHead)
        }
    }

    private func sendChunks(_ status: Int, _ headers: HTTPHeaderList, _ next: () -> [UInt8]?) -> Bool {
        var headers = headers
        headers["transfer-encoding"] = "chunked"
        guard send(Self.head(status, headers)) else { return false }
        while let chunk = next() {
            guard !chunk.isEmpty else { continue }
            let size = Array(String(chunk.count, radix: 16).utf8)
            guard send(size + Self.lineEnd + chunk + Self.lineEnd) else { return false }
        }
        return send([UInt8(ascii: "0")] + Self.lineEnd + Self.lineEnd)
    }

    /// False if the client left or the server stops; true when the time is over.
    private func waitForPeerToLeave(milliseconds: Int32) -> Bool {
        var watched = pollfd(fd: socket, events: Int16(0x2000), revents: 0)  // POLLRDHUP
        return poll(&watched, 1, milliseconds) == 0
    }

    private func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.send(
                    socket, buffer.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    private static let lineEnd: [UInt8] = [13, 10]

    private static func head(_ status: Int, _ headers: HTTPHeaderList) -> [UInt8] {
        let lines = ["HTTP/1.1 \(status) Scripted"] + headers.map { "\($0.name): \($0.value)" }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }
}

/// A thread that runs one closure.
private final class TinyThread {
    private let work: @Sendable () -> Void

    private init(_ work: @escaping @Sendable () -> Void) {
        self.work = work
    }

    static func start(_ work: @escaping @Sendable () -> Void) -> pthread_t? {
        let handedOver = Unmanaged.passRetained(TinyThread(work))
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<TinyThread>.fromOpaque(context).takeRetainedValue().work()
                return nil
            }, handedOver.toOpaque())
        guard code == 0 else {
            handedOver.release()
            return nil
        }
        return thread
    }
}
