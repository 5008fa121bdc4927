/// Ports of real Dapr: places 70 to 95 of a block, or ports near those of the stand-in.
extension PortLayout {
    /// What the scheduler listens for.
    enum SchedulerPort: Int, CaseIterable, Sendable {
        case api
        case store
        case storePeers
        case health
        case metrics

        fileprivate var purpose: String {
            switch self {
            case .api: "scheduler"
            case .store: "scheduler (store)"
            case .storePeers: "scheduler (store's peers)"
            case .health: "scheduler (health)"
            case .metrics: "scheduler (metrics)"
            }
        }
    }

    func daprGRPC(slot: Int) -> Int { base.map { $0 + 70 + slot } ?? 3510 + slot }

    func daprInternal(slot: Int) -> Int { base.map { $0 + 77 + slot } ?? 3520 + slot }

    func daprMetrics(slot: Int) -> Int { base.map { $0 + 84 + slot } ?? 9190 + slot }

    func scheduler(_ port: SchedulerPort) -> Int {
        base.map { $0 + 91 + port.rawValue } ?? 3530 + port.rawValue
    }

    func daprClaims(roles: [RoleSpecification]) -> [PortClaim] {
        roles.flatMap { role in
            [
                PortClaim(port: daprGRPC(slot: role.slot), purpose: "daprd of \(role.name) (gRPC)"),
                PortClaim(port: daprInternal(slot: role.slot), purpose: "daprd of \(role.name) (internal)"),
                PortClaim(port: daprMetrics(slot: role.slot), purpose: "daprd of \(role.name) (metrics)"),
            ]
        } + SchedulerPort.allCases.map { PortClaim(port: scheduler($0), purpose: $0.purpose) }
    }
}
