import Postgres
import ServiceLifecycle

/// Turns notifications of other programs, such as a tool that replays events, into signals.
struct AppendListener: Service {
    let configuration: PostgresConfiguration
    let signals: AppendSignals

    func run() async throws {
        let listener = PostgresListener(configuration, channels: [EventLog.channel])
        await cancelWhenGracefulShutdown {
            await listener.run { event in
                switch event {
                case .notification(_, let payload):
                    if let partition = AppendSignals.partition(in: payload) {
                        signals.appended(to: partition)
                    }
                case .listening:
                    signals.mayHaveMissedSome()
                case .lost:
                    break
                }
            }
        }
    }
}
