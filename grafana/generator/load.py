"""What did the last load run see?"""
from .panels import (BYTES, COUNT, EVENTS, JOB, LOAD_RUN, PERCENT, RATE, SECONDS, dashboard, panel, quantile, rate, row, thresholds,
                     variable)

CLIENT = 'job="load", scenario=~"$scenario"'
GATEWAY = 'job=~"$job", job="gateway"'
SERVER = "http_server_request_duration_seconds"
SEEN = "todo_load_request_duration_seconds"


def requests():
    planned, made = rate("todo_load_requests_planned_total", CLIENT), rate(SEEN + "_count", CLIENT)
    failed = rate("todo_load_requests_failed_total", CLIENT)
    return [
        row("What the client saw"),
        panel("timeseries", "Requests", "Requests a second: planned, made, and as the gateway counted them. All three agree "
              f"in a valid run; made below planned is a generator that is too slow. {LOAD_RUN}", RATE,
              ("planned", planned), ("made", made), ("counted by the gateway", rate(SERVER + "_count", GATEWAY))),
        panel("timeseries", "99th percentile, two views", "From the planned start at the client, and at the gateway. What "
              f"lies between is connections, queues and the generator itself. {LOAD_RUN}", SECONDS,
              ("client", quantile(0.99, SEEN, CLIENT)), ("gateway", quantile(0.99, SERVER, GATEWAY))),
        panel("timeseries", "Beyond the server", "Client's 99th percentile less the gateway's. Normal is some milliseconds; "
              f"more means that the run measured its own machine. {LOAD_RUN}", SECONDS,
              ("difference", f"{quantile(0.99, SEEN, CLIENT)} - {quantile(0.99, SERVER, GATEWAY)}"),
              marks=thresholds("green", (0.05, "orange"))),
        panel("timeseries", "By scenario", "95th percentile by scenario, from the planned start. The scenario that misses "
              f"its objective is the one to look at. {LOAD_RUN}", SECONDS,
              ("{{scenario}}", quantile(0.95, SEEN, CLIENT, "scenario")), marks=thresholds("green", (0.2, "orange"))),
        panel("timeseries", "Failures", f"Share of requests that failed or were not what the scenario expected. Normal is 0; "
              f"the report names them. {LOAD_RUN}", PERCENT, ("failed", f"{failed} / {made}"),
              marks=thresholds("green", (0.001, "red"))),
        panel("timeseries", "Behind schedule", "How late the generator starts its requests. Over 10 ms the generator is the "
              f"bottleneck and the run is invalid. {LOAD_RUN}", SECONDS,
              ("late", 'max(todo_load_schedule_lag_seconds{job="load"})'), marks=thresholds("green", (0.01, "red"))),
    ]


def effects():
    return [
        row("What followed"),
        panel("timeseries", "Write to effect", "99th percentile from a write's answer to its effect, seen from outside. "
              f"Promised are 500 ms; Event flow shows where it waits. {LOAD_RUN}", SECONDS,
              ("p99", quantile(0.99, "todo_load_effect_delay_seconds", 'job="load"')),
              marks=thresholds("green", (0.5, "red"))),
        panel("stat", "Missing and double", f"Effects that did not come, and those that came twice. Both are 0, or an event "
              f"was lost or repeated. {LOAD_RUN}", COUNT,
              ("{{kind}}", 'sum by (kind) (todo_load_effects_wrong{job="load"})'), marks=thresholds("green", (1, "red"))),
        panel("timeseries", "Users", f"Users at work, as planned by the profile of the run. {LOAD_RUN}", COUNT,
              ("users", 'sum(todo_load_users{job="load"})')),
    ]


def under_load():
    every = 'job=~"$job"'
    return [
        row("What it cost"),
        panel("timeseries", "Processor", "Processors in use by service. The one that reaches its cores first is the limit of "
              "the whole.", COUNT, ("{{job}}", rate("process_cpu_seconds_total", every, "job")), width=6),
        panel("timeseries", "Memory", "Memory in RAM by service. It returns to its level after a run.", BYTES,
              ("{{job}}", f"sum by (job) (process_resident_memory_bytes{{{every}}})"), width=6),
        panel("timeseries", "Waiting events", "Events in the outboxes. A hill during the run is normal, a plateau after it is "
              "not.", COUNT, ("{{job}}", f"max by (job) (todo_outbox_pending_events{{{every}}})"), width=6),
        panel("timeseries", "Events", "Events a second that were sent and consumed. They follow the writes of the run; a "
              "consumer that lags shows here first.", EVENTS,
              ("sent", rate("todo_outbox_published_total", every)),
              ("consumed", rate("messaging_client_consumed_messages_total", every)), width=6),
    ]


def load():
    return dashboard(
        "todo-load", "Load run", "What did the last load run see, and what did it cost?",
        [JOB, variable("scenario", "Scenario", f"label_values({SEEN}_count, scenario)", f"Scenarios of the run. {LOAD_RUN}")],
        requests() + effects() + under_load())
