"""Which service, and which route of it, is slow or failing."""
from urllib.parse import quote

from .panels import (COUNT, EVENTS, INSTANCE, JOB, PERCENT, QUIET, RATE, SECONDS, dashboard, heat, panel, quantile, quantiles,
                     rate, row, thresholds, variable, within)

SERVER = 'job=~"$job", instance=~"$instance"'
DURATION = "http_server_request_duration_seconds"
TASKS = SERVER + ', http_route=~"/api/v1/tasks(/.*)?", http_route!~"/api/v1/tasks/(search|import|export|bulk)"'
SEARCH = SERVER + ', http_route="/api/v1/tasks/search"'

# Grafana fills the label in; the search opens beside the dashboard.
TRACES = {"title": "Traces of ${__field.labels.job}", "targetBlank": True, "url": "/explore?schemaVersion=1&panes=" + quote(
    '{"a":{"datasource":"tempo","queries":[{"refId":"A","queryType":"traceql",'
    '"query":"{resource.service.name=\\"${__field.labels.job}\\" && span.http.route=\\"${__field.labels.http_route}\\"}"}]}}',
    safe="${}._")}


def page():
    def vital(name):
        return (name.upper(), quantile(0.75, f"todo_page_{name}_seconds", SERVER))
    return [
        row("On the page"),
        panel("timeseries", "On screen", "What browsers measured, three pages in four: first byte, first thing on screen, "
              "largest element. LCP is good within 2.5 s; slow with a quick gateway is the way to the user.", SECONDS,
              vital("ttfb"), vital("fcp"), vital("lcp"), marks=thresholds("green", (2.5, "red"))),
        panel("timeseries", "Answers to people", "The slowest answer to something a person did (INP), three pages in four. "
              "Good is within 200 ms; more is a script that works too long.", SECONDS, vital("inp"),
              marks=thresholds("green", (0.2, "orange"), (0.5, "red"))),
        panel("timeseries", "Broken", "Scripts of pages that failed, by type, and what the page's policy kept from happening. "
              f"Normal is none; after a release it is that release. {QUIET}", EVENTS,
              ("{{type}}", rate("todo_page_errors_total", SERVER, "type")),
              ("policy {{directive}}", rate("todo_page_csp_violations_total", SERVER, "directive"))),
    ]


def red():
    routes = SERVER + ', http_route=~"$http_route"'
    all_requests = rate(DURATION + "_count", SERVER, "job")
    failures = rate(DURATION + "_count", SERVER + ', http_response_status_code=~"5.."', "job")
    return dashboard(
        "todo-red", "Service health", "Which service, and which route of it, is slow or failing.",
        [JOB, INSTANCE, variable("http_route", "Route", f'label_values({DURATION}_count{{job=~"$job"}}, http_route)')],
        [
            row("Requests"),
            panel("timeseries", "Requests", "Requests a second by service. Know your usual level; a sudden zero is an "
                  "outage before it is anything else.", RATE, ("{{job}}", all_requests)),
            panel("timeseries", "Failures", "Share of requests answered with a 5xx. Normal is nothing; open a trace of an "
                  "exemplar next door, or todo trace.", PERCENT,
                  ("{{job}}", f"({failures} or 0 * {all_requests}) / {all_requests}"),
                  marks=thresholds("green", (0.001, "red"))),
            panel("timeseries", "Latency", "Median, 95th and 99th percentile of the chosen routes; dots are requests whose "
                  "trace is one click away. Task routes must stay under 200 ms, searches under 2 s.", SECONDS,
                  *quantiles(DURATION, routes), marks=thresholds("green", (0.2, "orange"), (2, "red")), exemplars=True),
            heat("Latency, all of it", "Every request of the chosen routes by its duration. Two bands are two kinds of "
                 "requests; a band that climbs is a dependency that slows down.", SECONDS, DURATION, routes, width=16),
            panel("timeseries", "Within the promise", "Share of task requests answered within 200 ms and of searches within "
                  "2 s, read from the buckets, not guessed between two. Promised are 99 %; look at Slowest routes.", PERCENT,
                  ("tasks", within(DURATION, TASKS, r"0\\.2")), ("search", within(DURATION, SEARCH, r"2|2\\.0")),
                  marks=thresholds("red", (0.99, "green"))),
            panel("timeseries", "Under way", "Requests being served. Growing without more requests means that something "
                  "behind is slow.", COUNT, ("{{job}}", f"sum by (job) (http_server_active_requests{{{SERVER}}})")),
            panel("timeseries", "Status codes", "Answers a second by status. 429 is a limit at work, 503 is shedding or a "
                  "missing dependency.", RATE,
                  ("{{http_response_status_code}}", rate(DURATION + "_count", SERVER, "http_response_status_code"))),
            panel("timeseries", "Turned away", "Requests refused before a route saw them: shed (too many), refused (form, "
                  "size, slowness), abandoned by clients. Normal is none.", RATE,
                  *[(f"{what} {{{{job}}}}", rate(f"todo_http_requests_{what}_total", SERVER, "job"))
                    for what in ("shed", "refused", "abandoned")]),
            panel("table", "Slowest routes", "95th percentile of the ten slowest routes: the route to look at first. Its link "
                  "opens its traces. Normal is under 200 ms, for searches under 2 s.", SECONDS,
                  ("{{job}} {{http_route}}", f"topk(10, {quantile(0.95, DURATION, SERVER, 'job, http_route')})"),
                  width=24, links=[TRACES]),
            row("Behind it"),
            panel("timeseries", "Statements", "95th percentile of database statements by kind. A kind that became slow has "
                  "lost an index or waits for a lock.", SECONDS,
                  ("{{db_query_summary}}",
                   f"topk(8, {quantile(0.95, 'db_client_operation_duration_seconds', SERVER, 'db_query_summary')})")),
            panel("timeseries", "Connections", "Connections of the pool in use, idle, and callers that wait. Waiting callers "
                  "for minutes mean ConnectionPoolSaturated.", COUNT,
                  ("{{job}} {{db_client_connection_state}}",
                   f"sum by (job, db_client_connection_state) (db_client_connection_count{{{SERVER}}})"),
                  ("{{job}} waiting", f"sum by (job) (db_client_connection_pending_requests{{{SERVER}}})")),
            panel("timeseries", "Ready", "1 while the process can use what it needs. A line at 0 names the dependency to "
                  "mend.", COUNT, ("{{job}} {{dependency}}", f"min by (job, dependency) (todo_dependency_up{{{SERVER}}})"),
                  maximum=1),
        ] + page())
