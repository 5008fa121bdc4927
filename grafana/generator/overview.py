"""Is the service healthy?"""
from .panels import (COUNT, EVENTS, JOB, PERCENT, RATE, SECONDS, dashboard, mean, panel, quantile, rate, row, thresholds)

JOBS = 'job=~"$job"'
DURATION = "http_server_request_duration_seconds"


def promises():
    return [
        row("Promises"),
        panel("gauge", "Budget left", "Share of the 30 days' error budget that is left, by objective. Normal is over 50 %. "
              "Below 25 %, look at the dashboard SLO and error budget before anything is released.", PERCENT,
              ("{{slo}}", 'slo:period_error_budget_remaining:ratio{slo=~".+"}'), width=12, maximum=1,
              marks=thresholds("red", (0, "orange"), (0.25, "yellow"), (0.5, "green"))),
        panel("stat", "Pages", "Alerts that want somebody now. Normal is 0; each has a page in docs/runbooks with the first "
              "three commands to type.", COUNT,
              ("firing", 'count(ALERTS{alertstate="firing", severity="page"}) or vector(0)'), width=4, spark=True,
              marks=thresholds("green", (1, "red"))),
        panel("stat", "Links down", "Dependencies that a process says it cannot use: database, sidecar, sessions. Normal is "
              "0; the panel Ready of Service health names the one.", COUNT,
              ("down", f"count(todo_dependency_up{{{JOBS}}} == 0) or vector(0)"), width=4, spark=True,
              marks=thresholds("green", (1, "red"))),
        panel("stat", "Silent processes", "Targets that Prometheus cannot scrape. Normal is 0; ServiceDown and ProcessDown "
              "say which, and todo status.", COUNT, ("silent", f"count(up{{{JOBS}}} == 0) or vector(0)"), width=4,
              spark=True, marks=thresholds("green", (1, "red"))),
        panel("table", "Alerts", "What is firing or about to. The one line that is always there is the dead man's switch; "
              "for any other open its page in docs/runbooks.", COUNT,
              ("{{alertname}}", 'sum by (alertname, severity, alertstate, job, slo) (ALERTS)'), width=24, height=6),
    ]


def outside():
    canary = 'job="canary"'
    return [
        row("From outside"),
        panel("stat", "Canary", "1 while the synthetic user's last round went well: write, event, read, delete. At 0 a user "
              "has the same trouble: todo canary --once names the step.", COUNT, ("ok", f"todo_canary_up{{{canary}}}"),
              width=4, spark=True, marks=thresholds("red", (1, "green"))),
        panel("timeseries", "Steps", "How long each step of the canary took, in the mean. The step that became slow is the "
              "one to look at; event is the whole way through outbox, broker and consumer.", SECONDS,
              ("{{step}}", mean("todo_canary_step_duration_seconds", canary, "step")), width=10),
        panel("timeseries", "Rounds", "Rounds a second by outcome: ok, or the step that failed. Normal is ok alone.", EVENTS,
              ("{{outcome}}", rate("todo_canary_rounds_total", canary, "outcome")), width=10),
    ]


def services():
    requests = rate(DURATION + "_count", JOBS, "job")
    failed = rate(DURATION + "_count", JOBS + ', http_response_status_code=~"5.."', "job")
    return [
        row("Services"),
        panel("stat", "Requests", "Requests a second by service, with the last hour below. Know your usual level; a sudden "
              "zero is an outage before it is anything else.", RATE, ("{{job}}", requests), spark=True),
        panel("stat", "Failures", "Share of requests answered with a 5xx, by service. Normal is 0; open Service health for "
              "the route and its traces.", PERCENT, ("{{job}}", f"({failed} or 0 * {requests}) / {requests}"), spark=True,
              marks=thresholds("green", (0.001, "orange"), (0.01, "red"))),
        panel("stat", "95th percentile", "Latency by service. Normal is under 200 ms; Service health shows the routes.",
              SECONDS, ("{{job}}", quantile(0.95, DURATION, JOBS, "job")), spark=True,
              marks=thresholds("green", (0.2, "orange"), (2, "red"))),
    ]


def work():
    return [
        row("Events and work"),
        panel("timeseries", "Events", "Events a second that were sent and that consumers took. Consumed is a multiple of "
              "sent, one for each group; if it falls behind, open Event flow.", EVENTS,
              ("sent", rate("todo_outbox_published_total", JOBS)),
              ("consumed", rate("messaging_client_consumed_messages_total", JOBS))),
        panel("timeseries", "Oldest waiting", "For how long the oldest event, reminder, next instance and delivery has been "
              "waiting. Normal is near zero; the tallest names the service to look at.", SECONDS,
              ("event", f"max(todo_outbox_oldest_pending_age_seconds{{{JOBS}}})"),
              ("reminder", f"max(todo_reminder_oldest_overdue_seconds{{{JOBS}}})"),
              ("next instance", f"max(todo_recurrence_oldest_pending_age_seconds{{{JOBS}}})"),
              ("notification", f"max(todo_notification_oldest_pending_age_seconds{{{JOBS}}})"),
              marks=thresholds("green", (60, "red"))),
        panel("timeseries", "Dead letters", "Dead letters by consumer that wait for a decision. Normal is none; todo events "
              "dlq list shows them.", COUNT,
              ("{{messaging_consumer_group_name}}", "sum by (messaging_consumer_group_name) (max by "
               f"(messaging_consumer_group_name, reason) (todo_consumer_dead_letters{{{JOBS}}}))"),
              marks=thresholds("green", (1, "red"))),
        panel("timeseries", "Tasks", "Tasks created by source, and tasks that changed their state, a second. This is what "
              "users do; compare it with the same hour of last week.", EVENTS,
              ("created by {{source}}", rate("todo_tasks_created_total", JOBS, "source")),
              ("{{from}} to {{to}}", rate("todo_task_transitions_total", JOBS, "from, to"))),
        panel("timeseries", "Open pages", "Streams of live updates that are open: pages that people look at. A sudden fall "
              "is a gateway that restarted, or a proxy that cuts long answers.", COUNT,
              ("{{job}}", f"sum by (job) (todo_stream_open{{{JOBS}}})")),
        panel("timeseries", "Limits", "Requests that a rate limit let through and refused. Refusals of one limiter that "
              "climb are one client in a loop, or a limit that is too low.", RATE,
              ("{{limiter}} {{decision}}", rate("todo_rate_limit_decisions_total", JOBS, "limiter, decision"))),
    ]


def overview():
    return dashboard("todo-overview", "Overview", "Is the service healthy, for users and behind them?", [JOB],
                     promises() + outside() + services() + work())
