// EventFlow: how a write becomes an event, and an event becomes an effect, without loss and without doubles.
//
//   transaction: state change + outbox row ─ commit ─ NOTIFY ─ relay ─ sidecar ─ … ─ consumer: inbox row + effect
//
// - `Outbox.append` runs in the transaction of the state change. It opens and closes the `create` span there and
//   stores its context in the row, because the context must exist before the commit and must survive retries.
// - `OutboxRelay` sends what is committed, the events of a key one after the other, and never holds a
//   transaction while it talks to the sidecar. Relays share the keys by shards, each held by a lease.
// - `EventConsumer` records the event id in the transaction of the effect: a redelivery finds the id and has no
//   effect. What can never succeed is dropped with a reason; everything else is asked for again.
// - `DeadLetters` is what an operator finds and does: the reason we wrote down, a replay through our own consumer.
//
// Rejected: Dapr's own outbox (no key, hence no order, and it loses the trace), and deleting rows inside a
// transaction held open over the publish call (a slow broker would pin connections and snapshots).
