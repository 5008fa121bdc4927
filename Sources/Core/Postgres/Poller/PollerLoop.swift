import CPostgres

/// The body of the poller's thread. Not Sendable: it never leaves it.
final class PollerLoop {
    private struct Alarm {
        let time: ContinuousClock.Instant
        let action: @Sendable () -> Void
    }

    private let inbox: PollerInbox
    private let epoll: Int32
    private var drivers: [UInt64: ConnectionDriver] = [:]
    /// Latest first, so that what is due is popped from the end.
    private var alarms: [Alarm] = []

    init(inbox: PollerInbox, epoll: Int32) {
        self.inbox = inbox
        self.epoll = epoll
    }

    func run() {
        var tokens = [UInt64](repeating: 0, count: 64)
        var events = [UInt32](repeating: 0, count: 64)
        while true {
            let count = cpq_epoll_wait(epoll, &tokens, &events, 64, millisecondsToNextDeadline())
            for index in 0..<max(0, Int(count)) where tokens[index] != 0 {
                touch(tokens[index]) { $0.becameReady() }
            }
            for command in inbox.drain() { perform(command) }
            let now = ContinuousClock.now
            while let alarm = alarms.last, alarm.time <= now {
                alarms.removeLast()
                alarm.action()
            }
            for (id, driver) in drivers {
                if let deadline = driver.deadline, deadline <= now { touch(id) { $0.deadlinePassed() } }
            }
        }
    }

    private func perform(_ command: PollerCommand) {
        switch command {
        case .open(let id, let configuration, let observer):
            let driver = ConnectionDriver(
                id: id, configuration: configuration, epoll: epoll, observer: observer)
            drivers[id] = driver
            driver.start(inbox: inbox)
        case .started(let id, let pointer):
            guard drivers[id] != nil else {
                pointer.map { PQfinish($0.pointer) }
                return
            }
            touch(id) { $0.started(pointer?.pointer) }
        case .run(let request, let id):
            guard drivers[id] != nil else {
                request.complete(.neverSent(.connectionLost, isReusable: false))
                return
            }
            touch(id) { $0.run(request) }
        case .cancel(let request):
            for id in drivers.keys { touch(id) { $0.cancel(request) } }
        case .close(let id):
            touch(id) { $0.close(.closed) }
        case .schedule(let time, let action):
            let index = alarms.firstIndex { $0.time <= time } ?? alarms.endIndex
            alarms.insert(Alarm(time: time, action: action), at: index)
        }
    }

    /// Lets a driver work and forgets it when it has closed.
    private func touch(_ id: UInt64, _ work: (ConnectionDriver) -> Void) {
        guard let driver = drivers[id] else { return }
        work(driver)
        if driver.isClosed { drivers[id] = nil }
    }

    private func millisecondsToNextDeadline() -> Int32 {
        var next = alarms.last?.time
        for driver in drivers.values {
            if let deadline = driver.deadline { next = min(next ?? deadline, deadline) }
        }
        guard let next else { return -1 }
        return Int32(clamping: max(0, (next - .now).milliseconds))
    }
}
