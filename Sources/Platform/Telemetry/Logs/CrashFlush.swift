import Glibc
import Synchronization

/// Brings the last log lines out when the process crashes or ends without a shutdown.
///
/// Lines wait some milliseconds for each other before they are written; just the ones before a crash would be
/// missing. The handler takes no memory, waits for no lock, and then leaves the signal to whoever had it before
/// (Swift's backtrace, or the system's end of the process). What `SIGKILL` takes away, nothing brings back.
enum CrashFlush {
    private static let writer = Mutex<LogWriter?>(nil)
    private static let before = Mutex<[(signal: Int32, action: sigaction)]>([])
    private static let signals = [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT]

    /// Only one log of a process can be brought out; the last one counts.
    static func install(for log: LogWriter) {
        let isFirst = writer.withLock { writer in
            defer { writer = log }
            return writer == nil
        }
        guard isFirst else { return }
        before.withLock { before in
            for signal in signals {
                var action = sigaction()
                action.__sigaction_handler.sa_sigaction = { signal, information, _ in
                    CrashFlush.handle(signal, isSent: (information?.pointee.si_code ?? 0) <= 0)
                }
                action.sa_flags = SA_ONSTACK | SA_SIGINFO
                var old = sigaction()
                if sigaction(signal, &action, &old) == 0 { before.append((signal, old)) }
            }
        }
        atexit { CrashFlush.atExit() }
    }

    /// - Parameter isSent: by some process (`kill`, `raise`, `abort`), not caused by an instruction.
    private static func handle(_ signal: Int32, isSent: Bool) {
        writer.withLockIfAvailable { $0?.rescue() }
        let restored = before.withLockIfAvailable { before -> Bool in
            for entry in before where entry.signal == signal {
                var action = entry.action
                return sigaction(signal, &action, nil) == 0
            }
            return false
        }
        if restored != true { Glibc.signal(signal, SIG_DFL) }
        // An instruction that failed is tried again and fails again, now for whoever was there before us; what was
        // sent must be sent again.
        if isSent { raise(signal) }
    }

    private static func atExit() {
        writer.withLockIfAvailable { $0 }??.flushAtExit(milliseconds: 500)
    }
}
