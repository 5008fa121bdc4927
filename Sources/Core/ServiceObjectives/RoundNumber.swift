/// Numbers as a person would write them: 1 - 0.999 is 0.001, not 0.0010000000000000009.
enum RoundNumber {
    /// To nine digits after the point, which no objective needs.
    static func rounded(_ value: Double) -> Double {
        (value * 1e9).rounded() / 1e9
    }

    /// Without an exponent and without needless digits.
    static func text(_ value: Double) -> String {
        let billionths = Int64((value * 1e9).rounded())
        let whole = billionths.magnitude / 1_000_000_000
        var digits = String(billionths.magnitude % 1_000_000_000)
        digits = String(repeating: "0", count: 9 - digits.count) + digits
        while digits.hasSuffix("0") { digits.removeLast() }
        let sign = billionths < 0 ? "-" : ""
        return digits.isEmpty ? "\(sign)\(whole)" : "\(sign)\(whole).\(digits)"
    }
}
