import COTLP
import Synchronization

/// Memory for the C structs of one batch, given back all at once.
///
/// A batch of 512 spans needs some ten thousand small structs. Each is cut off the front of a chunk (no
/// per-object bookkeeping, no free), and the chunk is reused for the next batch. A budget bounds what
/// hostile input can ask for.
///
/// `@unchecked Sendable`: an arena is used by one call at a time. `withArena` takes it out of its slot
/// before use, so two calls at once get two arenas.
final class BumpArena: @unchecked Sendable {
    private static let firstChunk = 64 * 1024
    private static let largestStep = 4 * 1024 * 1024
    /// What an idle arena may hold on to between batches.
    private static let retained = 4 * 1024 * 1024

    private var chunks: [UnsafeMutableRawBufferPointer] = []
    // An arena has one user at a time, and encoding asks for memory ten thousand times a batch: the language's check
    // that two do not change these at once was a tenth of encoding.
    /// The first free byte of the newest chunk; nil without a chunk.
    @exclusivity(unchecked) private var free: UnsafeMutableRawPointer?
    /// How many bytes follow it.
    @exclusivity(unchecked) private var left = 0
    /// More bytes than packing will need for what `MessageWriter` has made since the batch began.
    @exclusivity(unchecked) private(set) var packedBound = 0
    private var budget = Int.max

    deinit {
        for chunk in chunks { chunk.deallocate() }
    }

    /// Whether something was asked for that the budget did not allow.
    private(set) var isExhausted = false

    /// Starts a batch of untrusted input that may take at most `budget` bytes.
    func begin(budget: Int) {
        self.budget = budget
        isExhausted = false
        packedBound = 0
    }

    /// Forgets everything handed out. The newest (largest) chunk stays for the next batch unless it is huge.
    func reset() {
        guard let newest = chunks.last else { return }
        for chunk in chunks.dropLast() { chunk.deallocate() }
        chunks = [newest]
        if newest.count > Self.retained {
            newest.deallocate()
            chunks = []
        }
        free = chunks.last?.baseAddress
        left = chunks.last?.count ?? 0
    }

    /// Uninitialised memory for `size` bytes, aligned for any C type; nil once the budget is spent.
    func take(_ size: Int) -> UnsafeMutableRawPointer? {
        guard size >= 0, size <= budget else {
            isExhausted = true
            return nil
        }
        budget -= Self.rounded(size)
        return cut(size)
    }

    /// Uninitialised memory for `count` values, outside the budget: for what this process itself makes.
    func allocate<Value>(_ type: Value.Type, count: Int) -> UnsafeMutablePointer<Value> {
        cut(MemoryLayout<Value>.stride * count).bindMemory(to: type, capacity: count)
    }

    /// Makes room in the bound for some messages of one kind.
    ///
    /// On the wire a field that holds a number takes a tag of 5 bytes and a varint of 10 at most, any other a tag, a length
    /// of 5 and its content, which counts for itself; and so does each message where it is a field of another.
    func expectMessages(_ count: Int, ofFields fields: Int) {
        packedBound += count * 16 * (fields + 1)
    }

    /// Makes room in the bound for a text.
    func expectContent(_ count: Int) {
        packedBound += count
    }

    private static func rounded(_ size: Int) -> Int {
        max(16, (size + 15) & ~15)
    }

    private func cut(_ size: Int) -> UnsafeMutableRawPointer {
        let rounded = Self.rounded(size)
        guard let start = free, left >= rounded else { return cutFromNewChunk(rounded) }
        free = start + rounded
        left -= rounded
        return start
    }

    private func cutFromNewChunk(_ rounded: Int) -> UnsafeMutableRawPointer {
        let step = min((chunks.last?.count ?? Self.firstChunk / 2) * 2, Self.largestStep)
        let count = max(step, rounded)
        let start = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 16)
        chunks.append(UnsafeMutableRawBufferPointer(start: start, count: count))
        free = start + rounded
        left = count - rounded
        return start
    }
}

extension BumpArena {
    /// The idle arena of the process: exports follow one another, so one is nearly always enough.
    private static let idle = Mutex<BumpArena?>(nil)

    /// Runs `body` with an arena that no one else uses and that is emptied afterwards.
    static func withArena<Result, Failure: Error>(
        budget: Int = .max, _ body: (BumpArena) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let arena = idle.withLock { $0.take() } ?? BumpArena()
        arena.begin(budget: budget)
        defer {
            arena.reset()
            idle.withLock { $0 = arena }
        }
        return try body(arena)
    }

    /// Calls `body` with a protobuf-c allocator that takes from this arena and frees nothing.
    func withAllocator<Result>(_ body: (UnsafeMutablePointer<ProtobufCAllocator>) -> Result) -> Result {
        withExtendedLifetime(self) {
            var allocator = ProtobufCAllocator(
                alloc: { arena, size in
                    guard let arena else { return nil }
                    return Unmanaged<BumpArena>.fromOpaque(arena).takeUnretainedValue()
                        .take(Int(clamping: size))
                },
                free: { _, _ in },
                allocator_data: Unmanaged.passUnretained(self).toOpaque())
            return body(&allocator)
        }
    }
}
