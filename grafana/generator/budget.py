"""How much of what was promised is left."""
from .panels import COUNT, PERCENT, RATE, SECONDS, dashboard, panel, row, thresholds, variable


def budget():
    pick = 'slo=~"$slo"'
    stops = thresholds("red", (0, "orange"), (0.25, "yellow"), (0.5, "green"))
    return dashboard(
        "todo-slo", "SLO and error budget", "How much of what was promised is left, and how fast it goes.",
        [variable("slo", "Objective", "label_values(slo:objective:ratio, slo)")],
        [
            row("Promises"),
            panel("stat", "Objective", "The promised share of good events, from loadtest/slo.json. It changes only by "
                  "decision.", PERCENT, ("{{slo}}", f"slo:objective:ratio{{{pick}}}")),
            panel("gauge", "Budget left", "Share of the 30 days' error budget that is left. Normal is over 50 %. Under "
                  "25 % risky releases wait; under 0 the promise is broken.", PERCENT,
                  ("{{slo}}", f"slo:period_error_budget_remaining:ratio{{{pick}}}"), marks=stops, maximum=1),
            panel("stat", "Time to exhaustion", "When the budget will be spent at the speed of the last six hours. "
                  "Empty while nothing burns. [may-be-empty]", SECONDS,
                  ("{{slo}}", f"slo:error_budget_exhaustion:seconds{{{pick}}}"),
                  marks=thresholds("red", (86400, "orange"), (259200, "green"))),
            row("Burning"),
            panel("timeseries", "Burn rate now", "Bad events of five minutes against the budget: 1 spends it in exactly "
                  "30 days. Lines are where alerts begin: 1 trickle, 6 medium, 14.4 fast.", COUNT,
                  ("{{slo}}", f"slo:current_burn_rate:ratio{{{pick}}}"),
                  marks=thresholds("green", (1, "yellow"), (6, "orange"), (14.4, "red")), width=12),
            panel("timeseries", "Burn rate by window", "The windows of the alerts. A tier fires while its long and its "
                  "short window are both above its line: long alone is recovery, short alone a beginning.", COUNT,
                  ("{{slo}} 1h", f"slo:sli_error:ratio_rate1h{{{pick}}} / on (slo) slo:error_budget:ratio{{{pick}}}"),
                  ("{{slo}} 6h", f"slo:sli_error:ratio_rate6h{{{pick}}} / on (slo) slo:error_budget:ratio{{{pick}}}"),
                  ("{{slo}} 1d", f"slo:sli_error:ratio_rate1d{{{pick}}} / on (slo) slo:error_budget:ratio{{{pick}}}"),
                  ("{{slo}} 3d", f"slo:sli_error:ratio_rate3d{{{pick}}} / on (slo) slo:error_budget:ratio{{{pick}}}"),
                  marks=thresholds("green", (1, "yellow"), (6, "orange"), (14.4, "red")), width=12),
            panel("timeseries", "Budget over time", "The budget that was left at each moment. It falls in steps by "
                  "incidents and rises when they leave the 30 days.", PERCENT,
                  ("{{slo}}", f"slo:period_error_budget_remaining:ratio{{{pick}}}"), marks=stops, width=12),
            panel("timeseries", "Bad events", "Bad events a second. Normal is none, or a few now and then.", RATE,
                  ("{{slo}}", f"slo:events_bad:rate5m{{{pick}}}"), width=6),
            panel("timeseries", "Valid events", "All events that count, a second. Zero means that nothing is asked of the "
                  "service; a gap means that nothing is measured.", RATE,
                  ("{{slo}}", f"slo:events:rate5m{{{pick}}}"), width=6),
            panel("table", "Firing tiers", "Alerts of these objectives that are firing or about to. Normal is none; each has "
                  "a page in docs/runbooks. [may-be-empty]", COUNT,
                  ("{{slo}} {{burnrate_tier}}", f'ALERTS{{alertname=~"SLO.+", {pick}}}'), width=24, height=6),
        ])
