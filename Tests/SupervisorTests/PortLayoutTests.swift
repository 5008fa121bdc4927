import Testing

@testable import Supervisor

@Suite struct PortLayoutTests {
    @Test func `the default ports are those of the documentation`() throws {
        let ports = try PortLayout(base: nil)
        #expect(
            RoleTable.all.map { ports.http(slot: $0.slot) } == [8081, 8082, 8083, 8084, 8085, 8086, 8080])
        #expect(
            RoleTable.all.map { ports.admin(slot: $0.slot) } == [9181, 9182, 9183, 9184, 9185, 9186, 9180])
        #expect(
            RoleTable.all.map { ports.sidecarAPI(slot: $0.slot) } == [
                3501, 3502, 3503, 3504, 3505, 3506, 3500,
            ])
        #expect(ports.admin(slot: RoleTable.sidecarSlot) == 9187)
        #expect(ports.admin(slot: RoleTable.tracesSlot) == 9188)
        #expect([ports.otlp, ports.traceQuery, ports.postgres] == [4318, 16_686, 15_432])
    }

    @Test func `a base moves everything into one block of a hundred`() throws {
        let ports = try PortLayout(base: 20_000)
        #expect(
            RoleTable.all.map { ports.http(slot: $0.slot) } == [
                20_001, 20_002, 20_003, 20_004, 20_005, 20_006, 20_000,
            ])
        #expect(ports.admin(slot: 0) == 20_020)
        #expect(ports.admin(slot: RoleTable.sidecarSlot) == 20_027)
        #expect(ports.admin(slot: RoleTable.tracesSlot) == 20_028)
        #expect(ports.sidecarAPI(slot: 1) == 20_041)
        #expect([ports.otlp, ports.traceQuery, ports.postgres] == [20_060, 20_061, 20_062])
    }

    @Test(arguments: [nil, 20_000]) func `no port is claimed twice`(base: Int?) throws {
        let claims = try PortLayout(base: base).claims(roles: RoleTable.all, withPostgres: true)
        #expect(claims.count == RoleTable.all.count * 3 + 5)
        #expect(Set(claims.map(\.port)).count == claims.count)
        if let base { #expect(claims.allSatisfy { (base..<base + 100).contains($0.port) }) }
    }

    @Test(arguments: [0, 80, 1023, 65_437, 70_000, -5]) func `a base without room is refused`(base: Int) {
        #expect(throws: SupervisorError.badPortBase(base)) { try PortLayout(base: base) }
    }

    @Test func `every role has a place of its own and the gateway starts last`() {
        #expect(Set(RoleTable.all.map(\.slot)).count == RoleTable.all.count)
        #expect(RoleTable.all.allSatisfy { (0..<RoleTable.slotCount).contains($0.slot) })
        #expect(RoleTable.all.last?.name == "gateway")
    }

    @Test func `a port somebody listens on is not free`() {
        let port = TemporaryFolder.freePort()
        #expect(LoopbackPort.isFree(port))
        #expect(!LoopbackPort.isListening(port))
    }
}
