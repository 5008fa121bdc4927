"""Can these graphs be trusted?"""
from .panels import (BYTES, COUNT, EVENTS, INSTANCE, JOB, PERCENT, PRODUCTION, QUIET, SECONDS, dashboard, panel, quantile,
                     rate, row, thresholds)

SERVER = 'job=~"$job", instance=~"$instance"'


def export():
    return [
        row("Spans and logs"),
        panel("timeseries", "Queue of spans", "Share of each process's queue of spans that is full. Normal is near 0; full "
              "means that spans are dropped (SpansDropped).", PERCENT,
              ("{{job}}", f"max by (job) (otel_sdk_processor_span_queue_size{{{SERVER}}} / "
               f"otel_sdk_processor_span_queue_capacity{{{SERVER}}})"), maximum=1, marks=thresholds("green", (0.8, "red"))),
        panel("timeseries", "Spans", "Spans started and exported a second. Exported falls behind started by what sampling "
              "drops, and by nothing else.", EVENTS,
              ("started {{otel_span_sampling_result}}",
               rate("otel_sdk_span_started_total", SERVER, "otel_span_sampling_result")),
              ("exported", rate("otel_sdk_exporter_span_exported_total", SERVER + ', error_type=""'))),
        panel("timeseries", "Lost spans", f"Spans dropped before export and lost in it, a second, by reason. Normal is none; "
              f"trees of these minutes have holes. {QUIET}", EVENTS,
              ("dropped {{job}} {{error_type}}",
               rate("otel_sdk_processor_span_processed_total", SERVER + ', error_type!=""', "job, error_type")),
              ("lost {{job}} {{error_type}}",
               rate("otel_sdk_exporter_span_exported_total", SERVER + ', error_type!=""', "job, error_type"))),
        panel("timeseries", "Export", "95th percentile of exports with their retries, by service and kind. Normal is under "
              "100 ms; climbing, the receiver is slow.", SECONDS,
              ("{{job}} {{otel_component_type}}",
               quantile(0.95, "otel_sdk_exporter_operation_duration_seconds", SERVER, "job, otel_component_type"))),
        panel("timeseries", "Log lines", "Lines of logs a second by service. A hill is something that repeats itself.", EVENTS,
              ("{{job}}", rate("otel_sdk_log_created_total", SERVER, "job"))),
        panel("timeseries", "Lost log lines", "Lines dropped, and repeated ones counted instead of written, a second. "
              "Dropped ones are LogLinesDropped; repeated ones name a loop.", EVENTS,
              ("dropped {{job}} {{error_type}}", rate("todo_telemetry_log_lines_dropped_total", SERVER, "job, error_type")),
              ("repeated {{job}}", rate("todo_telemetry_log_lines_suppressed_total", SERVER, "job"))),
    ]


def scrapes():
    return [
        row("Metrics"),
        panel("timeseries", "Targets", "1 while Prometheus can scrape the process. A gap in a graph and a 0 here are the "
              "same gap.", COUNT, ("{{job}}", 'min by (job) (up{job=~"$job"})'), maximum=1),
        panel("timeseries", "Series by target", "Series that each process shows. Levels off; a line that climbs is a label "
              "with too many values.", COUNT, ("{{job}} {{instance}}", f"scrape_samples_scraped{{{SERVER}}}")),
        panel("timeseries", "Scrapes", "How long a scrape takes, and how long of that the process wrote. Normal is under "
              "100 ms; scrapes over 5 s are given up.", SECONDS,
              ("scrape {{job}}", f"max by (job) (scrape_duration_seconds{{{SERVER}}})"),
              ("written {{job}}", quantile(0.95, "otel_sdk_metric_reader_collection_duration_seconds", SERVER, "job"))),
        panel("timeseries", "Overflow", "Label sets that found no room, by metric. Normal is none: MetricSeriesOverflow. "
              f"{QUIET}", EVENTS, ("{{job}} {{metric}}", rate("todo_telemetry_series_overflow_total", SERVER, "job, metric"))),
        panel("timeseries", "Rules", "How long the slowest group of rules took, and failed evaluations a second. Seconds, or "
              "any failure, make alerts blind: PrometheusRulesFailing.", SECONDS,
              ("slowest", 'max(prometheus_rule_group_last_duration_seconds{job="prometheus"})'),
              ("failed", rate("prometheus_rule_evaluation_failures_total", 'job="prometheus"'))),
        panel("timeseries", "Alerts sent", "Alerts that Prometheus gave to Alertmanager, and those it could not, a second. "
              "Dropped ones reach nobody.", EVENTS,
              ("sent", rate("prometheus_notifications_sent_total", 'job="prometheus"')),
              ("dropped", rate("prometheus_notifications_dropped_total", 'job="prometheus"'))),
    ]


def collector():
    return [
        row("Collector"),
        panel("timeseries", "Spans through the collector", "Spans taken, refused and sent on a second. Refused ones come "
              f"back as retries of the services; sent falls behind by what sampling drops. {PRODUCTION}", EVENTS,
              ("taken", rate("otelcol_receiver_accepted_spans_total", 'job="otel-collector"')),
              ("refused", rate("otelcol_receiver_refused_spans_total", 'job="otel-collector"')),
              ("sent", rate("otelcol_exporter_sent_spans_total", 'job="otel-collector"')), width=6),
        panel("timeseries", "Sampling", "Traces kept and dropped a second, by policy. Errors and slow ones are kept whole, of "
              f"the rest a tenth. {PRODUCTION}", EVENTS,
              ("{{policy}} kept {{sampled}}", rate("otelcol_processor_tail_sampling_count_traces_sampled_total",
                                                   'job="otel-collector"', "policy, sampled")), width=6),
        panel("timeseries", "Decided too early", "Traces that were thrown out before their decision, and spans that came "
              f"after it, a second. Normal is none; num_traces or decision_wait is too small. {PRODUCTION}", EVENTS,
              ("too early", rate("otelcol_processor_tail_sampling_sampling_trace_dropped_too_early_total",
                                 'job="otel-collector"')),
              ("late", rate("otelcol_processor_tail_sampling_sampling_late_span_age_count", 'job="otel-collector"')), width=6),
        panel("timeseries", "Collector's memory", f"Memory of each collector. At 75 % of its limit it refuses spans. "
              f"{PRODUCTION}", BYTES, ("{{instance}}", 'otelcol_process_memory_rss_bytes{job="otel-collector"}'), width=6),
    ]


def telemetry():
    return dashboard("todo-telemetry", "Telemetry about itself", "Can the other graphs be trusted?", [JOB, INSTANCE],
                     export() + scrapes() + collector())
