/// The same numbers at each run and everywhere (SplitMix64), so that an input that fails can be had again.
public struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// The series of numbers that belongs to a seed.
    public init(_ seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Text of characters that parsers stumble over, and of pieces that make sense to them.
    public mutating func text(of pieces: [String], upTo length: Int) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...length, using: &self) {
            text += pieces.randomElement(using: &self) ?? ""
        }
        return text
    }
}
