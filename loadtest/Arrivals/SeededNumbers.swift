/// Random numbers that are the same for the same seed, on every machine (SplitMix64).
struct SeededNumbers: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// An own sequence for a part of a run, which does not change when another part takes more numbers.
    init(seed: UInt64, part: UInt64) {
        var mixed = SeededNumbers(seed: seed ^ (part &* 0x9E37_79B9_7F4A_7C15))
        state = mixed.next()
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// More than 0 and at most 1, so that its logarithm is a number.
    mutating func share() -> Double {
        (Double(next() >> 11) + 1) / 9_007_199_254_740_992
    }
}
