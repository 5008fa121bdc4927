import CoreMetrics
import Synchronization

/// One line, or one histogram, of the exposition.
protocol MetricSeries: AnyObject, Sendable {
    /// - Parameter labels: rendered, without braces; may be empty.
    func write(_ family: FamilyNames, labels: [UInt8], to page: inout ExpositionPage)
}

/// A sum that only grows. Integers are exact to 2^53, which at a million a second lasts 285 years.
final class CounterSeries: MetricSeries, CounterHandler, FloatingPointCounterHandler {
    private let value = AtomicNumber()

    func increment(by amount: Int64) {
        if amount > 0 { value.add(Double(amount)) }
    }

    func increment(by amount: Double) {
        if amount > 0, amount.isFinite { value.add(amount) }
    }

    /// For sums kept elsewhere, such as by the kernel.
    func store(_ total: Double) {
        value.set(total)
    }

    func reset() {
        value.set(0)
    }

    func write(_ family: FamilyNames, labels: [UInt8], to page: inout ExpositionPage) {
        page.sample(family.sample, labels, value.current)
    }
}

/// A value that goes up and down.
final class GaugeSeries: MetricSeries, MeterHandler, RecorderHandler {
    private let value = AtomicNumber()

    func set(_ value: Int64) { self.value.set(Double(value)) }
    func set(_ value: Double) { self.value.set(value) }
    func record(_ value: Int64) { self.value.set(Double(value)) }
    func record(_ value: Double) { self.value.set(value) }

    func increment(by amount: Double) {
        if amount.isFinite { value.add(amount) }
    }

    func decrement(by amount: Double) {
        if amount.isFinite { value.add(-amount) }
    }

    func write(_ family: FamilyNames, labels: [UInt8], to page: inout ExpositionPage) {
        page.sample(family.sample, labels, value.current)
    }
}

/// A floating-point number that several threads add to without a lock.
private final class AtomicNumber: Sendable {
    private let bits = Atomic<UInt64>(0)

    var current: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    func set(_ value: Double) {
        bits.store(value.bitPattern, ordering: .relaxed)
    }

    func add(_ amount: Double) {
        var old = bits.load(ordering: .relaxed)
        while true {
            let new = (Double(bitPattern: old) + amount).bitPattern
            let (exchanged, found) = bits.weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
            guard !exchanged else { return }
            old = found
        }
    }
}
