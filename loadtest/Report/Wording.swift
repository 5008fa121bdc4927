#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

extension Duration {
    /// As people read it: `1.84 s`, `23.4 ms`, `0.21 ms`.
    var short: String {
        let milliseconds = inMilliseconds
        return switch abs(milliseconds) {
        case 10_000...: "\((milliseconds / 1000).text(1)) s"
        case 1000...: "\((milliseconds / 1000).text(2)) s"
        case 100...: "\(milliseconds.text(0)) ms"
        case 10...: "\(milliseconds.text(1)) ms"
        default: "\(milliseconds.text(2)) ms"
        }
    }
}

extension Duration? {
    /// A dash where nothing was measured.
    var short: String { self?.short ?? "–" }
}

extension Double {
    /// With so many digits after the point.
    func text(_ digits: Int) -> String {
        guard isFinite else { return "–" }
        let scale = pow(10, Double(digits))
        let whole = (abs(self) * scale).rounded()
        guard whole < 9e15 else { return String(self) }
        let number = Int64(whole)
        let sign = self < 0 && number > 0 ? "−" : ""
        guard digits > 0 else { return sign + String(number) }
        let divisor = Int64(scale)
        let rest = String(number % divisor)
        return "\(sign)\(number / divisor).\(String(repeating: "0", count: digits - rest.count))\(rest)"
    }

    /// A share as percent, with enough digits to tell 99.9 from 99.95.
    var percent: String {
        // Down, not to the nearest: 99.9996 % is not everything.
        let value = (self * 1e6 + 1e-6).rounded(.down) / 1e4
        var text = value.text(3)
        while text.hasSuffix("0") { text.removeLast() }
        return (text.hasSuffix(".") ? String(text.dropLast()) : text) + " %"
    }
}

extension Int {
    /// Digits in groups of three.
    var grouped: String {
        let digits = String(magnitude)
        var text = ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place) % 3 == 0 { text.append("\u{202F}") }
            text.append(digit)
        }
        return self < 0 ? "−\(text)" : text
    }
}
