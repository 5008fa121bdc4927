import CurlHTTP
import FoundationEssentials
import Logging
import ServiceLifecycle
import Tracing

/// Knocks at one application's route at the times of a `bindings.cron` component. Nothing is remembered: what
/// fell into a time without the application does not come later, and every replica is knocked at.
struct CronBinding: Service {
    let link: AppLink
    let name: String
    private let route: String
    private let isUnasked: Bool
    private let schedule: CronSchedule
    private let timing: SidecarTiming

    /// Nil if the component is no cron binding.
    init?(_ declaration: ComponentDeclaration, for link: AppLink, timing: SidecarTiming)
        throws(LocalDaprError)
    {
        guard declaration.type == "bindings.cron" else { return nil }
        do throws(ScheduleError) {
            schedule = try CronSchedule(declaration.setting("schedule") ?? "", form: .fiveOrSixFields)
        } catch {
            throw .componentUnusable(component: declaration.name, why: "schedule: \(error.reason)")
        }
        self.link = link
        self.timing = timing
        name = declaration.name
        let path = declaration.setting("route").flatMap { $0.isEmpty ? nil : $0 } ?? declaration.name
        route = path.hasPrefix("/") ? path : "/" + path
        isUnasked = declaration.setting("direction")?.lowercased() == "input"
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                try Task.checkCancellation()
                if link.presence.isReady {
                    let isWanted = isUnasked ? true : await ask()
                    try await knock(isWanted: isWanted)
                }
                try await Task.sleep(for: timing.portPoll)
            }
        }
    }

    /// Whether the application has the route.
    private func ask() async -> Bool {
        let request = link.request("OPTIONS", route, headers: [], timeout: timing.blocks.bindingProbe)
        let status = (try? await link.http.send(request))?.status
        let isWanted = status.map { (200..<300).contains($0) || $0 == 405 } ?? false
        link.logger.info(
            isWanted ? "binding starts" : "application does not want the binding",
            metadata: ["dapr.component": "\(name)"])
        return isWanted
    }

    /// Until the application is gone; then it is asked anew.
    private func knock(isWanted: Bool) async throws {
        var next = isWanted ? schedule.next(after: Date()) : nil
        while link.presence.isReady {
            let untilNext = next.map { max(0, $0.timeIntervalSince(Date())) } ?? .infinity
            let pause = min(Duration.seconds(min(untilNext, 3600)), timing.presencePoll)
            try await Task.sleep(for: pause)
            guard let tick = next, tick <= Date(), link.presence.isReady else { continue }
            await tickOnce()
            next = schedule.next(after: max(tick, Date()))
        }
    }

    private func tickOnce() async {
        let start = ContinuousClock.now
        let span = link.tracer.startSpan("bindings/\(name)", context: .topLevel, ofKind: .client)
        defer { span.end() }
        var headers = [
            ("content-type", "application/json"), ("timeZone", "Local"),
            ("readTimeUTC", Self.goText(of: Date())),
        ]
        for (name, value) in link.tracer.headers(for: span.context) where name != "baggage" {
            headers.append((name, value))
        }
        let request = link.request("POST", route, headers: headers, timeout: timing.blocks.callback)
        let status = (try? await link.http.send(request))?.status
        let isTaken = status == 200
        if let status { span.attributes["http.response.status_code"] = status }
        if !isTaken {
            span.setStatus(SpanStatus(code: .error))
            link.logger.warning(
                "binding's tick not taken",
                metadata: [
                    "dapr.component": "\(name)",
                    "http.response.status_code": "\(status.map(String.init) ?? "none")",
                ])
        }
        BlockMetrics(appID: link.app.id).ticked(
            component: name, succeeded: isTaken, took: ContinuousClock.now - start)
    }

    /// As Go prints a time: `2026-11-21 07:31:27.125 +0000 UTC`.
    static func goText(of date: Date) -> String {
        let milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded(.down))
        let time = CivilTime(secondsSince1970: milliseconds.floorDivided(by: 1000))
        let two = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
        var fraction = String(
            String(milliseconds - milliseconds.floorDivided(by: 1000) * 1000 + 1000).dropFirst())
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(time.year)-\(two(time.month))-\(two(time.day)) "
            + "\(two(time.hour)):\(two(time.minute)):\(two(time.second))"
            + (fraction.isEmpty ? "" : ".\(fraction)") + " +0000 UTC"
    }
}
