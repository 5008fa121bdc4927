"""Where an event waits."""
from .panels import (COUNT, EVENTS, JOB, MILLISECONDS, PERCENT, PRODUCTION, QUIET, SECONDS, dashboard, mean, panel, quantile,
                     quantiles, rate, row, thresholds, variable, within)

JOBS = 'job=~"$job"'
TOPIC = JOBS + ', messaging_destination_name=~"$topic"'
AGE = "todo_event_end_to_end_duration_seconds"
GROUP = "messaging_consumer_group_name"


def the_way():
    return [
        row("The way"),
        panel("timeseries", "End to end", "From an event's commit to the end of its handling; dots lead to traces. "
              "Promised: 99 % within 500 ms, the line.", SECONDS, *quantiles(AGE, TOPIC),
              marks=thresholds("green", (0.5, "red")), exemplars=True),
        panel("timeseries", "Where the time goes", "Mean time in each stage. The tallest is the one to mend: outbox_wait "
              "is the relay, publish the sidecar and broker, broker the consumer's sidecar, handler our code.", SECONDS,
              ("{{stage}}", mean("todo_event_stage_duration_seconds", JOBS, "stage")), stacked=True),
        panel("timeseries", "Within 500 ms", "Share of events handled within 500 ms, read from the bucket itself. Promised "
              "are 99 %; the stages next door say where the rest waits.", PERCENT, ("events", within(AGE, TOPIC, r"0\\.5")),
              marks=thresholds("red", (0.99, "green"))),
        panel("timeseries", "Slowest consumers", "95th percentile by group and topic. The consumer to look at first when the "
              "handler stage is the tallest.", SECONDS,
              (f"{{{{{GROUP}}}}} {{{{messaging_destination_name}}}}",
               f"topk(6, {quantile(0.95, AGE, TOPIC, GROUP + ', messaging_destination_name')})"), width=16),
        panel("timeseries", "Untraced, from the future", "Events that came without a trace context, and events that seem to "
              "be younger than now. Normal is none: a producer lost its context, or a clock is wrong.", EVENTS,
              ("untraced {{job}}", rate("todo_event_untraced_total", JOBS, "job")),
              ("clock {{job}}", rate("todo_clock_skew_events_total", JOBS, "job"))),
    ]


def outbox():
    return [
        row("Outbox"),
        panel("timeseries", "Waiting", "Events in the outbox. Near zero, with short bumps by bursts. If it grows, see "
              "whether the relay is paused.", COUNT, ("{{job}}", f"max by (job) (todo_outbox_pending_events{{{JOBS}}})")),
        panel("timeseries", "Oldest waiting", "Age of the oldest event in the outbox. Over 5 s for a minute pages "
              "(OutboxEventsStuck).", SECONDS,
              ("{{job}}", f"max by (job) (todo_outbox_oldest_pending_age_seconds{{{JOBS}}})"),
              marks=thresholds("green", (5, "red"))),
        panel("timeseries", "Set aside", "Events refused for good. Normal is none; else a person decides: "
              "OutboxEventsParked.", COUNT, ("{{job}}", f"max by (job) (todo_outbox_parked_events{{{JOBS}}})"),
              marks=thresholds("green", (1, "red"))),
        panel("timeseries", "Sent", "Events a second that the broker took, by topic. It follows the writes of users; zero "
              "while there are writes is an outage of the relay.", EVENTS,
              ("{{messaging_destination_name}}", rate("todo_outbox_published_total", TOPIC, "messaging_destination_name")), width=6),
        panel("timeseries", "Relay", "Shards of the outbox each service's processes hold, and 1 while a relay waits for "
              "its sidecar. The sum of shards is constant.", COUNT,
              ("shards {{job}}", f"sum by (job) (todo_outbox_relay_shards{{{JOBS}}})"),
              ("paused {{job}}", f"max by (job) (todo_outbox_relay_paused{{{JOBS}}})"), width=6),
        panel("timeseries", "Commit to broker", "95th percentile from the commit to the broker's acknowledgement, by topic. "
              "Normal is some milliseconds; more is the relay, the sidecar or the broker.", SECONDS,
              ("{{messaging_destination_name}}",
               quantile(0.95, "todo_outbox_relay_delay_seconds", TOPIC, "messaging_destination_name")), width=6),
        panel("timeseries", "Refused sends", f"Attempts to send that failed, by reason. Normal is none. {QUIET}", EVENTS,
              ("{{error_type}}", rate("todo_outbox_publish_failures_total", JOBS, "error_type")), width=6),
    ]


def consumers():
    return [
        row("Consumers"),
        panel("timeseries", "Consumed", "Events a second that consumers took, by topic and group. Follows Sent; a group "
              "that does not follow has stopped.", EVENTS,
              (f"{{{{{GROUP}}}}} {{{{messaging_destination_name}}}}",
               rate("messaging_client_consumed_messages_total", TOPIC, GROUP + ", messaging_destination_name"))),
        panel("timeseries", "Outcomes", "What became of attempts: done, duplicate (seen before, harmless), retry, rejected. "
              "Retries without end are a poisoned event or a dependency that is away.", EVENTS,
              (f"{{{{{GROUP}}}}} {{{{outcome}}}}", rate("todo_consumer_attempts_total", JOBS, GROUP + ", outcome"))),
        panel("timeseries", "Retries", f"Deliveries that consumers asked to have again, by reason. Normal is none. {QUIET}",
              EVENTS, (f"{{{{{GROUP}}}}} {{{{reason}}}}", rate("todo_consumer_retries_total", JOBS, GROUP + ", reason"))),
        panel("timeseries", "Dead letters", "Dead letters waiting for a decision: todo events dlq list. Normal is none.",
              COUNT, (f"{{{{{GROUP}}}}} {{{{reason}}}}",
                      f"max by ({GROUP}, reason) (todo_consumer_dead_letters{{{JOBS}}})"),
              marks=thresholds("green", (1, "red"))),
        panel("timeseries", "In hand", "Events being handled right now. Near zero; a number that stands still is a handler "
              "that hangs.", COUNT, (f"{{{{{GROUP}}}}}", f"sum by ({GROUP}) (todo_consumer_in_flight{{{JOBS}}})")),
        panel("timeseries", "Handling", "95th percentile of our own part of the way, by group. Compare it with the stages "
              "above; slow handlers wait for the database first.", SECONDS,
              (f"{{{{{GROUP}}}}}", quantile(0.95, "messaging_process_duration_seconds", TOPIC, GROUP))),
    ]


def broker():
    return [
        row("Sidecar and broker"),
        panel("timeseries", "Sidecar to application", "95th percentile of the sidecar's deliveries, in milliseconds as "
              "Dapr measures. Above Handling it is the sidecar that is slow.", MILLISECONDS,
              ("{{app_id}} {{topic}}",
               quantile(0.95, "dapr_component_pubsub_ingress_latencies", 'topic=~"$topic"', "app_id, topic"))),
        panel("timeseries", "Application to broker", "95th percentile of the sidecar's sends, in milliseconds as Dapr "
              "measures. Slow here is the broker, or its replication.", MILLISECONDS,
              ("{{app_id}}", quantile(0.95, "dapr_component_pubsub_egress_latencies", 'app_id=~".+"', "app_id"))),
        panel("timeseries", "Lag in Kafka", f"Events that wait for a group in the broker, from the Kafka exporter. Normal is "
              f"near zero; over 1000 for ten minutes is ConsumerLagHigh. {PRODUCTION}", COUNT,
              ("{{consumergroup}} {{topic}}", 'sum by (consumergroup, topic) (kafka_consumergroup_lag{topic=~"$topic"})')),
    ]


def events():
    return dashboard(
        "todo-events", "Event flow", "Where an event waits on its way from the commit to its consumers.",
        [JOB, variable("topic", "Topic", "label_values(todo_outbox_published_total, messaging_destination_name)")],
        the_way() + outbox() + consumers() + broker())
