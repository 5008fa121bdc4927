/// Where everything listens: the default ports, or one block of 100 from a base.
public struct PortLayout: Codable, Sendable, Equatable {
    /// The first port of the block; nil means the default ports.
    public let base: Int?

    /// A layout; refuses a base whose block would not fit.
    public init(base: Int?) throws {
        if let base, !(1024...65_436).contains(base) { throw SupervisorError.badPortBase(base) }
        self.base = base
    }

    func http(slot: Int) -> Int { (base ?? 8080) + slot }

    func admin(slot: Int) -> Int { base.map { $0 + 20 + slot } ?? 9180 + slot }

    func sidecarAPI(slot: Int) -> Int { base.map { $0 + 40 + slot } ?? 3500 + slot }

    var otlp: Int { base.map { $0 + 60 } ?? 4318 }

    var traceQuery: Int { base.map { $0 + 61 } ?? 16_686 }

    var postgres: Int { base.map { $0 + 62 } ?? 15_432 }

    /// Every port the platform will open, each with what it is for, in the order of their numbers.
    func claims(roles: [RoleSpecification], withPostgres: Bool, withDapr: Bool = false) -> [PortClaim] {
        var claims: [PortClaim] = []
        for role in roles {
            claims.append(PortClaim(port: http(slot: role.slot), purpose: role.name))
            claims.append(PortClaim(port: admin(slot: role.slot), purpose: "\(role.name) (admin)"))
            claims.append(PortClaim(port: sidecarAPI(slot: role.slot), purpose: "sidecar of \(role.name)"))
        }
        if withDapr {
            claims += daprClaims(roles: roles)
        } else {
            claims.append(PortClaim(port: admin(slot: RoleTable.sidecarSlot), purpose: "sidecar (admin)"))
        }
        claims.append(PortClaim(port: otlp, purpose: "traces (OTLP)"))
        claims.append(PortClaim(port: traceQuery, purpose: "traces"))
        claims.append(PortClaim(port: admin(slot: RoleTable.tracesSlot), purpose: "traces (admin)"))
        if withPostgres { claims.append(PortClaim(port: postgres, purpose: "postgres")) }
        return claims.sorted { $0.port < $1.port }
    }
}

/// A port and what it is needed for.
struct PortClaim: Sendable, Equatable {
    let port: Int
    let purpose: String
}
