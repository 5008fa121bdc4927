#!/usr/bin/env python3
"""Writes the dashboards in grafana/dashboards/. `--check` only says whether they are up to date.

Dashboards are code because fifty panels share ten rules: every panel has a title, a unit and a description that says what
it shows, what is normal and what to do; every query narrows by `job`, rates over $__rate_interval, and data sources are
variables. The JSON is checked in, as Grafana reads it.
"""
import json
import pathlib
import sys

HOME = pathlib.Path(__file__).parent
PROMETHEUS = {"type": "prometheus", "uid": "${datasource}"}
PERCENT, SECONDS, RATE, COUNT, BYTES = "percentunit", "s", "reqps", "short", "bytes"


def thresholds(*steps):
    """Colours by value: a colour for everything, then (from, colour)."""
    first, *rest = steps
    return {"mode": "absolute", "steps": [{"color": first, "value": None}]
            + [{"color": colour, "value": value} for value, colour in rest]}


def panel(kind, title, description, unit, *queries, width=8, height=8, marks=None, exemplars=False, maximum=None,
          options=None):
    targets = []
    for index, (legend, expression) in enumerate(queries):
        targets.append({"refId": chr(65 + index), "datasource": PROMETHEUS, "expr": expression,
                        "legendFormat": legend, "editorMode": "code", "range": kind != "stat" and kind != "gauge",
                        "instant": kind in ("stat", "gauge", "table"), "exemplar": exemplars})
    defaults = {"unit": unit, "thresholds": marks or thresholds("green")}
    if maximum is not None:
        defaults.update({"min": 0, "max": maximum})
    if kind == "timeseries":
        defaults["custom"] = {"lineWidth": 1, "fillOpacity": 5, "showPoints": "never",
                              "thresholdsStyle": {"mode": "line" if marks else "off"}}
    chosen = {
        "timeseries": {"legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
                       "tooltip": {"mode": "multi", "sort": "desc"}},
        "stat": {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}, "colorMode": "value",
                 "graphMode": "area", "textMode": "auto"},
        "gauge": {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
                  "showThresholdLabels": False, "showThresholdMarkers": True},
        "table": {"showHeader": True},
    }[kind]
    return {"type": kind, "title": title, "description": description, "datasource": PROMETHEUS,
            "gridPos": {"w": width, "h": height}, "fieldConfig": {"defaults": defaults, "overrides": []},
            "options": {**chosen, **(options or {})}, "targets": targets}


def row(title, repeat=None):
    made = {"type": "row", "title": title, "collapsed": False, "gridPos": {"w": 24, "h": 1}, "panels": []}
    if repeat:
        made["repeat"] = repeat
    return made


def placed(panels):
    """Left to right, then down; numbers by order."""
    x = y = tallest = 0
    for number, item in enumerate(panels, 1):
        box = item["gridPos"]
        if item["type"] == "row" or x + box["w"] > 24:
            y, x, tallest = y + tallest, 0, 0
        box.update({"x": x, "y": y})
        item["id"] = number
        x, tallest = x + box["w"], max(tallest, box["h"])
        if item["type"] == "row":
            y, x, tallest = y + 1, 0, 0
    return panels


def variable(name, label, query):
    return {"type": "query", "name": name, "label": label, "datasource": PROMETHEUS, "definition": query,
            "query": {"query": query, "refId": name}, "refresh": 2, "multi": True, "includeAll": True,
            "allValue": ".+", "current": {"text": "All", "value": "$__all"}, "sort": 1, "options": [], "hide": 0}


SOURCE = {"type": "datasource", "name": "datasource", "label": "Data source", "query": "prometheus", "refresh": 1,
          "options": [], "hide": 0, "current": {}}
JOB = variable("job", "Service", "label_values(up, job)")
INSTANCE = variable("instance", "Process", 'label_values(up{job=~"$job"}, instance)')
ANNOTATIONS = {"list": [
    {"name": "Deploys", "enable": True, "iconColor": "blue", "datasource": PROMETHEUS, "titleFormat": "deploy {{job}}",
     "expr": "count by (job, version) (todo_build_info unless todo_build_info offset 2m)", "step": "60s"},
    {"name": "Pages", "enable": True, "iconColor": "red", "datasource": PROMETHEUS, "titleFormat": "{{alertname}}",
     "expr": 'ALERTS{alertstate="firing", severity="page"}', "step": "60s"},
]}


def dashboard(uid, title, description, variables, panels):
    return {"uid": uid, "title": title, "description": description, "tags": ["todo"], "editable": False,
            "schemaVersion": 42, "version": 1, "refresh": "30s", "time": {"from": "now-1h", "to": "now"},
            "timezone": "browser", "graphTooltip": 1, "annotations": ANNOTATIONS,
            "templating": {"list": [SOURCE] + variables},
            "links": [{"type": "dashboards", "title": "Todo", "tags": ["todo"], "asDropdown": True,
                       "includeVars": False, "keepTime": True, "icon": "external link", "url": "", "tooltip": "",
                       "targetBlank": False}],
            "panels": placed(panels)}


def budget():
    pick = 'slo=~"$slo"'
    stops = thresholds("red", (0, "orange"), (0.25, "yellow"), (0.5, "green"))
    return dashboard(
        "todo-slo", "SLO and error budget", "How much of what was promised is left, and how fast it goes.",
        [variable("slo", "Objective", "label_values(slo:objective:ratio, slo)")],
        [
            row("Promises"),
            panel("stat", "Objective", "The promised share of good events, from loadtest/slo.json. It changes only by "
                  "decision.", PERCENT, ("{{slo}}", f"slo:objective:ratio{{{pick}}}"), options={"graphMode": "none"}),
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


def red():
    server = 'job=~"$job", instance=~"$instance"'
    duration = "http_server_request_duration_seconds"

    def quantile(q):
        return (f"p{int(q * 100)}", f"histogram_quantile({q}, sum by (le) "
                f"(rate({duration}_bucket{{{server}, http_route=~\"$http_route\"}}[$__rate_interval])))")

    def within(limit, spelling, route):
        pick = f"{server}, {route}"
        return (f'sum(rate({duration}_bucket{{{pick}, le=~"{spelling}"}}[$__rate_interval])) '
                f"/ sum(rate({duration}_count{{{pick}}}[$__rate_interval]))")
    tasks = 'http_route=~"/api/v1/tasks(/.*)?"'
    return dashboard(
        "todo-red", "Service health", "Which service, and which route of it, is slow or failing.",
        [JOB, INSTANCE, variable("http_route", "Route", f'label_values({duration}_count{{job=~"$job"}}, http_route)')],
        [
            row("Requests"),
            panel("timeseries", "Requests", "Requests a second by service. Know your usual level; a sudden zero is an "
                  "outage before it is anything else.", RATE,
                  ("{{job}}", f"sum by (job) (rate({duration}_count{{{server}}}[$__rate_interval]))")),
            panel("timeseries", "Failures", "Share of requests answered with a 5xx. Normal is nothing; open a trace of an "
                  "exemplar next door, or todo trace.", PERCENT,
                  ("{{job}}", f'(sum by (job) (rate({duration}_count{{{server}, http_response_status_code=~"5.."}}'
                   f"[$__rate_interval])) or 0 * sum by (job) (rate({duration}_count{{{server}}}[$__rate_interval]))) "
                   f"/ sum by (job) (rate({duration}_count{{{server}}}[$__rate_interval]))"), marks=thresholds("green", (0.001, "red"))),
            panel("timeseries", "Latency", "Median, 95th and 99th percentile of the chosen routes; dots are requests whose "
                  "trace is one click away. Task routes must stay under 200 ms, searches under 2 s.", SECONDS,
                  quantile(0.5), quantile(0.95), quantile(0.99), marks=thresholds("green", (0.2, "orange"), (2, "red")),
                  exemplars=True),
            panel("timeseries", "Within 200 ms", "Share of task requests answered within 200 ms, read from the bucket itself, "
                  "not guessed between two. Promised are 99 %.", PERCENT,
                  ("tasks", within(0.2, "0\\\\.2", tasks)), marks=thresholds("red", (0.99, "green"))),
            panel("timeseries", "Under way", "Requests being served. Growing without more requests means that something "
                  "behind is slow.", COUNT, ("{{job}}", f"sum by (job) (http_server_active_requests{{{server}}})")),
            panel("timeseries", "Status codes", "Answers a second by status. 429 is a limit at work, 503 is shedding or a "
                  "missing dependency.", RATE,
                  ("{{http_response_status_code}}", f"sum by (http_response_status_code) (rate({duration}_count"
                   f"{{{server}}}[$__rate_interval]))")),
            panel("timeseries", "Slowest routes", "95th percentile of the five slowest routes. The route to look at first.",
                  SECONDS, ("{{job}} {{http_route}}", f"topk(5, histogram_quantile(0.95, sum by (job, http_route, le) "
                            f"(rate({duration}_bucket{{{server}}}[$__rate_interval]))))"), width=16),
            panel("timeseries", "Turned away", "Requests refused before a route saw them: shed (too many), refused (form, "
                  "size, slowness), abandoned by clients. Normal is none.", RATE,
                  ("shed {{job}}", f"sum by (job) (rate(todo_http_requests_shed_total{{{server}}}[$__rate_interval]))"),
                  ("refused {{job}}", f"sum by (job) (rate(todo_http_requests_refused_total{{{server}}}[$__rate_interval]))"),
                  ("abandoned {{job}}",
                   f"sum by (job) (rate(todo_http_requests_abandoned_total{{{server}}}[$__rate_interval]))")),
            row("Behind it"),
            panel("timeseries", "Statements", "95th percentile of database statements by kind. A kind that became slow has "
                  "lost an index or waits for a lock.", SECONDS,
                  ("{{db_query_summary}}", f"topk(8, histogram_quantile(0.95, sum by (db_query_summary, le) "
                   f"(rate(db_client_operation_duration_seconds_bucket{{{server}}}[$__rate_interval]))))")),
            panel("timeseries", "Connections", "Connections of the pool in use, idle, and callers that wait. Waiting callers "
                  "for minutes mean ConnectionPoolSaturated.", COUNT,
                  ("{{job}} {{db_client_connection_state}}",
                   f"sum by (job, db_client_connection_state) (db_client_connection_count{{{server}}})"),
                  ("{{job}} waiting", f"sum by (job) (db_client_connection_pending_requests{{{server}}})")),
            panel("timeseries", "Ready", "1 while the process can use what it needs. A line at 0 names the dependency to "
                  "mend.", COUNT, ("{{job}} {{dependency}}", f"min by (job, dependency) (todo_dependency_up{{{server}}})"),
                  maximum=1),
        ])


def events():
    jobs = 'job=~"$job"'
    topic = 'messaging_destination_name=~"$topic"'
    age = "todo_event_end_to_end_duration_seconds"

    def quantile(q):
        return (f"p{int(q * 100)}", f"histogram_quantile({q}, sum by (le) "
                f"(rate({age}_bucket{{{jobs}, {topic}}}[$__rate_interval])))")
    return dashboard(
        "todo-events", "Event flow", "Where an event waits on its way from the commit to its consumers.",
        [JOB, variable("topic", "Topic", "label_values(todo_outbox_published_total, messaging_destination_name)")],
        [
            row("The way"),
            panel("timeseries", "End to end", "From an event's commit to the end of its handling; dots lead to traces. "
                  "Promised: 99 % within 500 ms, the line.", SECONDS, quantile(0.5), quantile(0.95), quantile(0.99),
                  marks=thresholds("green", (0.5, "red")), exemplars=True),
            panel("timeseries", "Where the time goes", "Mean time in each stage. The tallest is the one to mend: outbox_wait "
                  "is the relay, publish the sidecar and broker, broker the consumer's sidecar, handler our code.", SECONDS,
                  ("{{stage}}", f"sum by (stage) (rate(todo_event_stage_duration_seconds_sum{{{jobs}}}[$__rate_interval])) "
                   f"/ sum by (stage) (rate(todo_event_stage_duration_seconds_count{{{jobs}}}[$__rate_interval]))")),
            panel("timeseries", "Within 500 ms", "Share of events handled within 500 ms, read from the bucket itself.", PERCENT,
                  ("events", f'sum(rate({age}_bucket{{{jobs}, {topic}, le=~"0\\\\.5"}}[$__rate_interval])) / '
                   f"sum(rate({age}_count{{{jobs}, {topic}}}[$__rate_interval]))"), marks=thresholds("red", (0.99, "green"))),
            row("Outbox"),
            panel("timeseries", "Waiting", "Events in the outbox. Near zero, with short bumps by bursts.", COUNT,
                  ("{{job}}", f"max by (job) (todo_outbox_pending_events{{{jobs}}})")),
            panel("timeseries", "Oldest waiting", "Age of the oldest event in the outbox. Over 5 s for a minute pages "
                  "(OutboxEventsStuck).", SECONDS,
                  ("{{job}}", f"max by (job) (todo_outbox_oldest_pending_age_seconds{{{jobs}}})"),
                  marks=thresholds("green", (5, "red"))),
            panel("timeseries", "Set aside", "Events refused for good. Not zero: OutboxEventsParked.", COUNT,
                  ("{{job}}", f"max by (job) (todo_outbox_parked_events{{{jobs}}})"), marks=thresholds("green", (1, "red"))),
            panel("timeseries", "Sent", "Events a second that the broker took, by topic.", RATE,
                  ("{{messaging_destination_name}}",
                   f"sum by (messaging_destination_name) (rate(todo_outbox_published_total{{{jobs}, {topic}}}[$__rate_interval]))")),
            panel("timeseries", "Relay", "Shards of the outbox each service's processes hold, and 1 while a relay waits for "
                  "its sidecar. The sum of shards is constant.", COUNT,
                  ("shards {{job}}", f"sum by (job) (todo_outbox_relay_shards{{{jobs}}})"),
                  ("paused {{job}}", f"max by (job) (todo_outbox_relay_paused{{{jobs}}})")),
            panel("timeseries", "Refused sends", "Attempts to send that failed, by reason. Normal is none. [may-be-empty]", RATE,
                  ("{{error_type}}", f"sum by (error_type) (rate(todo_outbox_publish_failures_total{{{jobs}}}[$__rate_interval]))")),
            row("Consumers"),
            panel("timeseries", "Consumed", "Events a second that consumers took, by topic and group. Follows Sent.", RATE,
                  ("{{messaging_consumer_group_name}} {{messaging_destination_name}}",
                   "sum by (messaging_consumer_group_name, messaging_destination_name) "
                   f"(rate(messaging_client_consumed_messages_total{{{jobs}, {topic}}}[$__rate_interval]))")),
            panel("timeseries", "Outcomes", "What became of attempts: done, duplicate (seen before, harmless), retry, rejected. "
                  "Retries without end are a poisoned event or a dependency that is away.", RATE,
                  ("{{messaging_consumer_group_name}} {{outcome}}", "sum by (messaging_consumer_group_name, outcome) "
                   f"(rate(todo_consumer_attempts_total{{{jobs}}}[$__rate_interval]))")),
            panel("timeseries", "Dead letters", "Dead letters waiting for a decision: todo events dlq list. Normal is none.",
                  COUNT, ("{{messaging_consumer_group_name}} {{reason}}",
                          "max by (messaging_consumer_group_name, reason) "
                          f"(todo_consumer_dead_letters{{{jobs}}})"), marks=thresholds("green", (1, "red"))),
            panel("timeseries", "In hand", "Events being handled right now. Near zero; a number that stands still is a handler that hangs.", COUNT,
                  ("{{messaging_consumer_group_name}}",
                   f"sum by (messaging_consumer_group_name) (todo_consumer_in_flight{{{jobs}}})")),
            panel("timeseries", "Lag in Kafka", "Events that wait for a group in the broker, from the Kafka exporter; nothing "
                  "on one machine. [may-be-empty] [production]", COUNT,
                  ("{{consumergroup}} {{topic}}",
                   'sum by (consumergroup, topic) (kafka_consumergroup_lag{topic=~"$topic"})')),
            panel("timeseries", "Sidecar to application", "95th percentile of the sidecar's deliveries, in milliseconds as "
                  "Dapr measures.", "ms",
                  ("{{app_id}} {{topic}}", "histogram_quantile(0.95, sum by (app_id, topic, le) "
                   '(rate(dapr_component_pubsub_ingress_latencies_bucket{topic=~"$topic"}[$__rate_interval])))')),
        ])


def main():
    made = {f"{d['uid']}.json": json.dumps(d, indent=2, ensure_ascii=False) + "\n" for d in (budget(), red(), events())}
    folder = HOME / "dashboards"
    found = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.json")}
    if "--check" in sys.argv:
        wrong = sorted(name for name in made.keys() | found.keys() if made.get(name) != found.get(name))
        for name in wrong:
            print(f"grafana/dashboards/{name} is out of date: run grafana/make-dashboards.py")
        return 1 if wrong else 0
    for name in found.keys() - made.keys():
        (folder / name).unlink()
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")
    print(f"wrote {len(made)} dashboards")
    return 0


if __name__ == "__main__":
    sys.exit(main())
