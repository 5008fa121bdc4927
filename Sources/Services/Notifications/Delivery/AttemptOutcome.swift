import FoundationEssentials
import TodoDomain

/// What became of one attempt on a message.
enum AttemptOutcome: Sendable, Hashable {
    /// The receiver took it.
    case delivered(status: Int?)
    /// Worth another attempt, no sooner than the receiver asks.
    case retry(reason: String, status: Int? = nil, after: TimeInterval? = nil)
    /// This message will never be taken.
    case refused(reason: String, status: Int? = nil)
    /// The place itself is no more.
    case gone(status: Int)

    /// What an HTTP answer means.
    ///
    /// - Parameter isPush: push services say 404 for subscriptions that ended; a webhook's 404 is most likely a mistake
    ///   that will be mended, and its own way to unsubscribe is 410.
    init(status: Int, retryAfter: String?, isPush: Bool, now: Date) {
        switch status {
        case 200..<300: self = .delivered(status: status)
        case 410: self = .gone(status: status)
        case 404 where isPush: self = .gone(status: status)
        case 400, 413, 415, 422: self = .refused(reason: "rejected", status: status)
        case 300..<400: self = .retry(reason: "redirected", status: status)
        default:
            self = .retry(
                reason: "status", status: status, after: RetryAfter.seconds(retryAfter, now: now))
        }
    }

    /// One word for metrics and spans.
    var word: String {
        switch self {
        case .delivered: "delivered"
        case .retry: "retry"
        case .refused: "refused"
        case .gone: "gone"
        }
    }

    /// One word of a bounded set; nil when it arrived.
    var reason: String? {
        switch self {
        case .delivered: nil
        case .retry(let reason, _, _), .refused(let reason, _): reason
        case .gone: "gone"
        }
    }

    var status: Int? {
        switch self {
        case .delivered(let status), .retry(_, let status, _), .refused(_, let status): status
        case .gone(let status): status
        }
    }
}

/// `Retry-After` (RFC 9110 §10.2.3): seconds, or a date in its preferred form.
enum RetryAfter {
    static func seconds(_ text: String?, now: Date) -> TimeInterval? {
        guard let text else { return nil }
        if let seconds = Int(text) { return seconds >= 0 ? Double(min(seconds, 31_536_000)) : nil }
        return date(text).map { max(0, $0.timeIntervalSince(now)) }
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// `Sun, 06 Nov 1994 08:49:37 GMT`.
    private static func date(_ text: String) -> Date? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", words[1].utf8.count == 2,
            let month = months.firstIndex(of: String(words[2])),
            let local = LocalDateTime(
                "\(words[3])-\(month < 9 ? "0" : "")\(month + 1)-\(words[1])T\(words[4])")
        else { return nil }
        return Date(timeIntervalSince1970: Double(ZoneRules.utc.unix(ofLocal: local)))
    }

    /// A moment in the form that mails have (RFC 5322 §3.3).
    static func mailDate(_ moment: Date) -> String {
        let local = ZoneRules.utc.local(ofUnix: Int64(moment.timeIntervalSince1970))
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let time = local.time ?? LocalDateTime.Time(hour: 0, minute: 0)
        return "\(two(local.day)) \(months[local.month - 1]) \(local.year) "
            + "\(two(time.hour)):\(two(time.minute)):\(two(time.second)) +0000"
    }
}

/// When a message is tried again, and when no more.
struct RetryPacing: Sendable {
    let limits: DeliveryLimits
    /// From 0 to 1.
    let chance: @Sendable () -> Double

    /// The pause after so many failed attempts, in the upper half of its step; nil to give up.
    ///
    /// - Parameter age: how long the message has been tried already.
    func pause(after attempts: Int, age: TimeInterval, asked: TimeInterval?) -> TimeInterval? {
        let step = min(
            limits.longestPause, limits.firstPause * Double(1 << min(max(0, attempts - 1), 30)))
        let pause = max(asked ?? 0, step * (0.5 + chance() / 2))
        return age + pause <= limits.giveUpAfter ? pause : nil
    }
}
