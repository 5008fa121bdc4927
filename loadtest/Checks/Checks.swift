/// What is looked at after every run, in the order of the report.
enum Checks {
    /// New ones for each run: some remember what they saw before it.
    static var all: [any RunCheck] {
        [ReconciliationCheck(), SpanTreeCheck(), AgreementCheck(), TailCheck(), BudgetCheck()]
    }

    /// To be called before the first request.
    static func begin(_ checks: [any RunCheck], in surroundings: Surroundings) async {
        for check in checks {
            if let watching = check as? any WatchingCheck { await watching.begin(in: surroundings) }
        }
    }
}
