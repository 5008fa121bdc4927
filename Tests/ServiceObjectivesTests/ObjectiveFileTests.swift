import Foundation
import ServiceObjectives
import Telemetry
import Testing

struct ObjectiveFileTests {
    private func read(_ objective: String) throws -> ServiceObjectives {
        let json = #"{"version": 1, "periodDays": 30, "objectives": [\#(objective)]}"#
        return try ServiceObjectives(json: Data(json.utf8))
    }

    private func counters(name: String = "a", service: String = "s", objective: String = "0.999") -> String {
        """
        {"name": "\(name)", "service": "\(service)", "objective": \(objective), "goodEvent": "Good.",
         "events": {"total": [{"counter": "t", "match": "job='x'"}], "bad": [{"counter": "b", "match": ""}]},
         "expectedWhile": "up"}
        """
    }

    @Test func `the platform's own objectives are read, and say what was promised`() throws {
        let objectives = try Repository.objectives()
        #expect(objectives["api-availability"]?.objective == 0.999)
        #expect(objectives["api-availability"]?.errorBudget == 0.001)
        let limits = objectives.objectives.compactMap { objective -> String? in
            guard case .durations(let source) = objective.events else { return nil }
            return "\(objective.name) \(source.goodWithinSeconds)"
        }
        #expect(
            limits == [
                "task-latency 0.2", "search-latency 2.0", "event-latency 0.5", "reminder-timeliness 60.0",
                "chat-latency 10.0",
            ])
    }

    @Test func `every limit is the boundary of a bucket`() throws {
        for objective in try Repository.objectives().objectives {
            guard case .durations(let source) = objective.events else { continue }
            let descriptor = try #require(
                MetricCatalogue.all.first { $0.prometheusName == source.histogram }, "\(source.histogram)")
            #expect(descriptor.buckets.bounds.contains(source.goodWithinSeconds), "\(objective.name)")
        }
    }

    @Test(arguments: [
        ("{}", "objectives.0: name is missing"),
        (#"{"name": 3}"#, "objectives.0.name: another type is expected"),
        ("7", "objectives.0: another type is expected"),
    ])
    func `a file that cannot be read says where`(objective: String, place: String) {
        #expect(throws: ServiceObjectivesError.unreadable(place)) { try read(objective) }
        #expect(throws: ServiceObjectivesError.unreadable("it is no JSON")) {
            try ServiceObjectives(json: Data("{".utf8))
        }
    }

    @Test func `what cannot be is refused`() throws {
        for wrong in ["0", "1", "1.2", "-0.5", "0.999999"] {
            #expect(throws: ServiceObjectivesError.self) { try read(counters(objective: wrong)) }
        }
        for name in ["", "A", "a b", "../a", "-a"] {
            #expect(throws: ServiceObjectivesError.self) { try read(counters(name: name)) }
            #expect(throws: ServiceObjectivesError.self) { try read(counters(service: name)) }
        }
        #expect(throws: ServiceObjectivesError.invalid(objective: "a", reason: "the name occurs twice")) {
            try read(counters() + "," + counters())
        }
        #expect(throws: ServiceObjectivesError.self) { try read("") }
        #expect(throws: ServiceObjectivesError.unknownVersion(2)) {
            try ServiceObjectives(json: Data(#"{"version": 2, "periodDays": 30, "objectives": []}"#.utf8))
        }
        #expect(try read(counters()).objectives.count == 1)
    }

    @Test func `windows shrink for a rehearsal, within what can be measured`() throws {
        for scale in [0, 0.001, 1.5, -1, .nan] {
            #expect(throws: ServiceObjectivesError.self) { try BurnRateWindows(scale: scale) }
        }
        let file = try #require(
            try read(counters()).ruleFiles(windows: try BurnRateWindows(scale: 0.02)).first)
        #expect(file.text.contains("FOR REHEARSALS"))
        // Names stay, so that dashboards and routes work; what they look back on shrinks.
        #expect(file.text.contains("slo:sli_error:ratio_rate1h"))
        #expect(file.text.contains("[1m12s]"))
        #expect(!file.text.contains("[1h]"))
    }
}

struct GeneratedRulesTests {
    @Test func `the checked-in rules are what the objectives say`() throws {
        let files = try Repository.objectives().ruleFiles()
        for file in files {
            #expect(try Repository.text("prometheus/rules/\(file.name)") == file.text, "run `todo slo rules`")
        }
        let generated = Repository.names(in: "prometheus/rules", ending: ".yml").filter {
            $0.hasPrefix("slo-")
        }
        #expect(generated == files.map(\.name).sorted())
    }

    @Test func `numbers are those a person would write`() throws {
        for file in try Repository.objectives().ruleFiles() {
            for line in file.text.split(separator: "\n") {
                #expect(!line.contains("00000") && !line.contains("99999") && !line.contains("e-"), "\(line)")
            }
        }
        let text = try #require(try Repository.objectives().ruleFiles().first).text
        for number in ["> 0.0144\n", "> 0.006\n", "> 0.003\n", "> 0.001\n", "vector(0.999)"] {
            #expect(text.contains(number))
        }
    }

    @Test(arguments: [(0.9, ["medium", "slow", "trickle"]), (0.8, ["slow", "trickle"]), (0.999, nil)])
    func `a tier that could never fire is left out`(objective: Double, tiers: [String]?) throws {
        let source = EventSource.counters(
            total: [CounterSelector(counter: "t", match: "")], bad: [CounterSelector(counter: "b", match: "")]
        )
        let objectives = ServiceObjectives(
            periodDays: 30,
            objectives: [
                ServiceObjective(
                    name: "a", service: "s", objective: objective, goodEvent: "Good.", events: source,
                    expectedWhile: "up")
            ])
        let text = try #require(objectives.ruleFiles().first).text
        for tier in ["fast", "medium", "slow", "trickle"] {
            let isThere = text.contains("burnrate_tier: '\(tier)'")
            #expect(isThere == (tiers?.contains(tier) ?? true), "\(tier)")
        }
    }

    @Test func `the same objectives make the same rules`() throws {
        #expect(try Repository.objectives().ruleFiles() == Repository.objectives().ruleFiles())
    }
}
