/// Numbers as they look after Go has read them into floating point and written them again.
///
/// Values of state pass through this in the real sidecar, so that `1.0` comes back as `1` and digits beyond
/// 2^53 are lost. Here they must be lost as well, or a program that relies on them would fail only in
/// production.
enum GoNumber {
    /// Nil if the number is too large for floating point, which is an error there too.
    static func text(of number: String) -> String? {
        guard let value = Double(number), value.isFinite else { return nil }
        return text(of: value)
    }

    static func text(of value: Double) -> String {
        guard value != 0 else { return value.sign == .minus ? "-0" : "0" }
        let (digits, point) = shortestDigits(of: value.magnitude)
        let sign = value < 0 ? "-" : ""
        return sign + (1e-6..<1e21 ~= value.magnitude ? plain(digits, point) : exponential(digits, point))
    }

    /// The shortest digits that read back to the value, and where the point stands before them:
    /// 0.05 is ("5", -1).
    private static func shortestDigits(of value: Double) -> (digits: String, point: Int) {
        let parts = value.description.split(separator: "e")
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        var digits = mantissa.joined()
        var point = mantissa[0].count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
        while digits.count > 1, digits.hasSuffix("0") { digits.removeLast() }
        while digits.count > 1, digits.hasPrefix("0") {
            digits.removeFirst()
            point -= 1
        }
        return (digits, point)
    }

    private static func plain(_ digits: String, _ point: Int) -> String {
        if point <= 0 { return "0." + String(repeating: "0", count: -point) + digits }
        if point >= digits.count { return digits + String(repeating: "0", count: point - digits.count) }
        return digits.prefix(point) + "." + digits.dropFirst(point)
    }

    private static func exponential(_ digits: String, _ point: Int) -> String {
        let exponent = point - 1
        let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
        let sign = exponent < 0 ? "-" : "+"
        return digits.prefix(1) + fraction + "e" + sign + String(exponent.magnitude)
    }
}

extension JSONNode {
    /// The value with every number as Go writes it; nil if one of them is too large.
    var throughFloatingPoint: JSONNode? {
        switch self {
        case .null, .bool, .string: return self
        case .number(let text): return GoNumber.text(of: text).map(JSONNode.number)
        case .array(let values):
            let converted = values.compactMap(\.throughFloatingPoint)
            return converted.count == values.count ? .array(converted) : nil
        case .object(let members):
            let converted = members.compactMapValues(\.throughFloatingPoint)
            return converted.count == members.count ? .object(converted) : nil
        }
    }
}
