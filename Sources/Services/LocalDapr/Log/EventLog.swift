import Postgres
import Synchronization

/// The durable log: topics cut into partitions, offsets without gaps, and how far each consumer group has
/// come.
///
/// An append takes its offset from the partition's row in the statement that stores the record. The row stays
/// locked until the commit, so no reader ever sees offset n+1 before n, and reading "from my position on"
/// misses nothing.
final class EventLog: Sendable {
    /// Where a program other than this one tells of its appends; the payload is `<partition>:<topic>`.
    ///
    /// Our own appends wake consumers directly. Notifying in their transactions would take a lock of the whole
    /// database at each commit and forbid commits to share a disk flush: measured, 465 appends a second
    /// instead of 2 000.
    static let channel = "broker_append"

    private let database: PostgresClient
    private let signals: AppendSignals
    private let partitioner: Partitioner
    private let partitionsPerTopic: Int
    private let knownCounts = Mutex<[String: Int]>([:])

    init(
        database: PostgresClient, signals: AppendSignals, partitioner: Partitioner = Partitioner(),
        partitionsPerTopic: Int = 8
    ) {
        self.database = database
        self.signals = signals
        self.partitioner = partitioner
        self.partitionsPerTopic = partitionsPerTopic
    }

    /// How many partitions the topic has; makes the topic if nobody has used it yet.
    func partitionCount(of topic: String) async throws -> Int {
        if let known = knownCounts.withLock({ $0[topic] }) { return known }
        try await database.execute(
            """
            INSERT INTO broker.partition (topic, number)
            SELECT \(topic), number FROM generate_series(0, \(partitionsPerTopic - 1)::int) AS number
            WHERE NOT EXISTS (SELECT FROM broker.partition WHERE topic = \(topic))
            ON CONFLICT DO NOTHING
            """)
        let rows = try await database.query(
            "SELECT count(*) AS partitions FROM broker.partition WHERE topic = \(topic)")
        guard let count = try rows.first?.value("partitions", as: Int.self), count > 0 else {
            throw LocalDaprError.logUnavailable(topic: topic)
        }
        knownCounts.withLock { $0[topic] = count }
        return count
    }

    /// Stores an event, returns after the commit, and wakes the consumers of its partition.
    func append(topic: String, key: String?, metadata: [String: String], body: [UInt8]) async throws {
        let count = try await partitionCount(of: topic)
        let number = partitioner.partition(forKey: key, of: count)
        let metadata = JSONNode.object(metadata.mapValues(JSONNode.string)).bytes
        let stored = try await database.query(
            """
            WITH slot AS (
                UPDATE broker.partition SET next_offset = next_offset + 1
                WHERE topic = \(topic) AND number = \(number) RETURNING next_offset - 1 AS taken
            ), stored AS (
                INSERT INTO broker.record (topic, partition, log_offset, record_key, metadata, body)
                SELECT \(topic), \(number), taken, \(key), \(json: metadata), \(body) FROM slot
                RETURNING log_offset
            )
            SELECT log_offset FROM stored
            """)
        guard !stored.isEmpty else {
            knownCounts.withLock { $0[topic] = nil }
            throw LocalDaprError.logUnavailable(topic: topic)
        }
        signals.appended(to: Partition(topic: topic, number: number))
    }

    /// Stores several events in one transaction, each partition's in the order given.
    ///
    /// The rows of the partitions are locked in the order of their numbers, so that two such calls never wait for
    /// each other.
    func append(_ records: [NewRecord], to topic: String) async throws {
        guard !records.isEmpty else { return }
        let count = try await partitionCount(of: topic)
        let numbers = records.map { partitioner.partition(forKey: $0.key, of: count) }
        let entries = zip(records, numbers).map { record, number in record.json(partition: number) }
        let stored = try await database.query(
            """
            WITH given AS (
                SELECT (e->>'n')::int AS number, e->>'k' AS record_key, (e->'m')::jsonb AS metadata,
                    decode(e->>'b', 'base64') AS body, place
                FROM json_array_elements(\(json: JSONNode.array(entries).bytes)::json)
                    WITH ORDINALITY AS g(e, place)
            ), amounts AS (
                SELECT number, count(*) AS amount FROM given GROUP BY number
            ), locked AS (
                SELECT number FROM broker.partition
                WHERE topic = \(topic) AND number IN (SELECT number FROM amounts)
                ORDER BY number FOR UPDATE
            ), slot AS (
                UPDATE broker.partition p SET next_offset = p.next_offset + amounts.amount
                FROM amounts JOIN locked USING (number)
                WHERE p.topic = \(topic) AND p.number = amounts.number
                RETURNING p.number, p.next_offset - amounts.amount AS first
            ), stored AS (
                INSERT INTO broker.record (topic, partition, log_offset, record_key, metadata, body)
                SELECT \(topic), number,
                    first + row_number() OVER (PARTITION BY number ORDER BY place) - 1,
                    record_key, metadata, body
                FROM given JOIN slot USING (number)
                RETURNING 1
            )
            SELECT count(*) AS records FROM stored
            """)
        guard try stored.first?.value("records", as: Int.self) == records.count else {
            knownCounts.withLock { $0[topic] = nil }
            throw LocalDaprError.logUnavailable(topic: topic)
        }
        for number in Set(numbers) { signals.appended(to: Partition(topic: topic, number: number)) }
    }

    /// The records from `offset` on, in order.
    func records(in partition: Partition, from offset: Int64, limit: Int) async throws -> [EventRecord] {
        let rows = try await database.query(
            """
            SELECT log_offset, record_key, metadata::text AS metadata, body,
                (extract(epoch FROM appended_at) * 1000)::bigint AS appended
            FROM broker.record
            WHERE topic = \(partition.topic) AND partition = \(partition.number) AND log_offset >= \(offset)
            ORDER BY log_offset LIMIT \(limit)
            """)
        return try rows.map { row in
            EventRecord(
                partition: partition, offset: try row.value("log_offset"), key: try row.value("record_key"),
                metadata: JSONReader.read(Array(try row.value("metadata", as: String.self).utf8))?.textMembers
                    ?? [:],
                body: try row.value("body"), appendedMilliseconds: try row.value("appended"))
        }
    }

    /// The first offset that the group has not finished; `nil` for a group that has finished none.
    func position(of group: String, in partition: Partition) async throws -> Int64? {
        let rows = try await database.query(
            """
            SELECT next_offset FROM broker.group_position
            WHERE consumer_group = \(group) AND topic = \(partition.topic) AND partition = \(partition.number)
            """)
        return try rows.first?.value("next_offset")
    }

    /// The offset that the next record will have.
    func end(of partition: Partition) async throws -> Int64 {
        let rows = try await database.query(
            """
            SELECT next_offset FROM broker.partition
            WHERE topic = \(partition.topic) AND number = \(partition.number)
            """)
        return try rows.first?.value("next_offset") ?? 0
    }

    /// Remembers that the group has finished everything before `offset`.
    ///
    /// This commit does not wait for the disk: if the database crashes just then, the event comes once more,
    /// which every consumer must bear anyway.
    func advance(_ group: String, in partition: Partition, to offset: Int64) async throws {
        _ = try await database.query(
            """
            INSERT INTO broker.group_position (consumer_group, topic, partition, next_offset)
            VALUES (\(group), \(partition.topic), \(partition.number), \(offset))
            ON CONFLICT (consumer_group, topic, partition) DO UPDATE SET next_offset = excluded.next_offset
            RETURNING set_config('synchronous_commit', 'off', true)
            """)
    }

    /// Forgets records that are older than the retention, read or not, as a broker does. Dead letters wait for
    /// people, so they are kept longer.
    func discardRecords(olderThan age: Duration, deadLetters: Duration? = nil) async throws -> Int {
        let deadLetters = deadLetters ?? age
        return try await database.execute(
            """
            DELETE FROM broker.record WHERE appended_at < now() - make_interval(
                secs => CASE WHEN topic LIKE '%.dlq' THEN \(deadLetters.inSeconds)::float8
                    ELSE \(age.inSeconds)::float8 END)
            """)
    }

    /// Whether the log can be reached.
    func isReachable() async -> Bool {
        do {
            try await database.ping()
            return true
        } catch {
            return false
        }
    }
}
