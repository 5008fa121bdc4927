"""Is the process well?"""
from .panels import (BYTES, COUNT, INSTANCE, JOB, PERCENT, PRODUCTION, SECONDS, dashboard, panel, quantile, rate, row,
                     thresholds)

SERVER = 'job=~"$job", instance=~"$instance"'


def processes():
    return [
        row("Process"),
        panel("timeseries", "Processor", "Processors in use by process. At the number of cores of the pod everything waits; "
              "compare with Waiting for a thread.", COUNT,
              ("{{job}} {{instance}}", f"rate(process_cpu_seconds_total{{{SERVER}}}[$__rate_interval])")),
        panel("timeseries", "Memory", "Memory in RAM by process. It levels off within minutes; a line that only climbs is a "
              "leak: compare with Heap.", BYTES, ("{{job}} {{instance}}", f"process_resident_memory_bytes{{{SERVER}}}")),
        panel("timeseries", "Heap", "What the allocator holds, used and free. Used climbs with a leak; free that stays high "
              "is fragmentation.", BYTES, ("{{job}} {{state}}", f"sum by (job, state) (todo_runtime_heap_bytes{{{SERVER}}})")),
        panel("timeseries", "File descriptors", "Share of the open files a process may have. Over 80 % is "
              "FileDescriptorsRunningOut; connections that are not closed.", PERCENT,
              ("{{job}}", f"max by (job) (process_open_fds{{{SERVER}}} / process_max_fds{{{SERVER}}})"),
              marks=thresholds("green", (0.8, "red"))),
        panel("timeseries", "Threads", "Threads by process: constant after the start. A climbing line is something that "
              "makes a thread for each request.", COUNT, ("{{job}} {{instance}}", f"process_threads{{{SERVER}}}")),
        panel("timeseries", "Connections", "Connections of clients by listener, and refused ones a second. Refusals mean "
              "that the limit is reached.", COUNT,
              ("{{job}} {{listener}}", f"sum by (job, listener) (todo_http_connections_open{{{SERVER}}})"),
              ("refused {{job}}", rate("todo_http_connections_refused_total", SERVER, "job"))),
    ]


def waiting():
    return [
        row("Waiting inside"),
        panel("timeseries", "Waiting for an event loop", "99th percentile of how long work waits until its event loop comes "
              "to it. Normal is under 10 ms; more is a handler that blocks the loop, or no processor time.", SECONDS,
              ("{{job}}", quantile(0.99, "todo_runtime_event_loop_delay_seconds", SERVER, "job")), width=12,
              marks=thresholds("green", (0.1, "red"))),
        panel("timeseries", "Waiting for a thread", "99th percentile of how long a task waits until a thread of Swift's pool "
              "comes to it. More than 10 ms is code that blocks the pool, or no processor time.", SECONDS,
              ("{{job}}", quantile(0.99, "todo_runtime_task_delay_seconds", SERVER, "job")), width=12,
              marks=thresholds("green", (0.1, "red"))),
    ]


def lives():
    return [
        row("Lives"),
        panel("timeseries", "Age", "Seconds since each process began. A line that falls to zero is a restart; saw teeth are "
              "ProcessCrashLooping.", SECONDS, ("{{job}} {{instance}}", f"time() - process_start_time_seconds{{{SERVER}}}")),
        panel("stat", "Restarts", "Starts of each service within the shown hour, beyond the first. Normal is 0 outside of "
              "deploys.", COUNT, ("{{job}}", f"sum by (job) (changes(process_start_time_seconds{{{SERVER}}}[$__range]))"),
              marks=thresholds("green", (1, "orange"), (3, "red"))),
        panel("table", "Builds", "Which version and revision runs where. Two versions of one service outside of a deploy "
              "are a rollout that stands still.", COUNT,
              ("{{job}} {{version}}", f"count by (job, version, revision, swift_version) (todo_build_info{{{SERVER}}})")),
        panel("timeseries", "Pods", f"Pods by phase, from kube-state-metrics. Anything but Running for minutes: kubectl "
              f"describe pod. {PRODUCTION}", COUNT,
              ("{{phase}}", 'sum by (phase) (kube_pod_status_phase{namespace="todo"})')),
        panel("timeseries", "Container restarts", "Restarts of containers an hour, from kube-state-metrics, sidecars "
              f"included. Normal is 0; kubectl logs --previous. {PRODUCTION}", COUNT,
              ("{{pod}} {{container}}",
               '3600 * rate(kube_pod_container_status_restarts_total{namespace="todo"}[$__rate_interval])')),
        panel("timeseries", "Throttled", "Share of the time in which a container wanted a processor and was not let. Normal "
              f"is 0: no processor limits are set. {PRODUCTION}", PERCENT,
              ("{{pod}}", 'sum by (pod) (rate(container_cpu_cfs_throttled_periods_total{namespace="todo"}[$__rate_interval]))'
               ' / sum by (pod) (rate(container_cpu_cfs_periods_total{namespace="todo"}[$__rate_interval]))'), maximum=1),
    ]


def runtime():
    return dashboard("todo-runtime", "Runtime", "Are the processes well?", [JOB, INSTANCE], processes() + waiting() + lives())
