#!/usr/bin/env python3
"""The same operations with Prometheus' own client for Python, as a yardstick."""

import statistics
import time

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.openmetrics.exposition import generate_latest as openmetrics
from prometheus_client.exposition import generate_latest as text

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.2, 0.25, 0.5, 0.75, 1, 2, 2.5, 5, 7.5, 10)
EXEMPLAR = {"trace_id": "0af7651916cd43dd8448eb211c80319c", "span_id": "b7ad6b7169203331"}


def measure(name, operations, work):
    rounds = []
    for number in range(23):
        start = time.perf_counter_ns()
        work(operations)
        if number >= 2:
            rounds.append((time.perf_counter_ns() - start) / operations)
    rounds.sort()
    low, high = rounds[len(rounds) // 10], rounds[len(rounds) * 9 // 10]
    print(f"| {name} | {statistics.median(rounds) / 1000:.1f} µs | {low / 1000:.1f} – {high / 1000:.1f} µs |")


def repeat(call):
    def work(operations):
        for _ in range(operations):
            call()

    return work


registry = CollectorRegistry()
counter = Counter("created", "Tasks created.", ["source"], registry=registry)
histogram = Histogram("duration", "Durations.", ["route"], buckets=BOUNDS, registry=registry)
for number in range(125):
    child = histogram.labels(f"/api/v1/things/{number}")
    for step in range(12):
        child.observe(0.001 * 2**step, EXEMPLAR)
for number in range(2500):
    counter.labels(f"/api/v1/things/{number}").inc(number)

handle, buckets = counter.labels("/api/v1/things/1"), histogram.labels("/api/v1/things/1")
print("| prometheus-client for Python | median | 80 % of rounds |\n|---|---|---|")
measure("counter, handle kept", 20_000, repeat(handle.inc))
measure("histogram with exemplar", 20_000, repeat(lambda: buckets.observe(0.03, EXEMPLAR)))
measure("page of 5 000 lines, text", 1, lambda _: text(registry))
measure("page of 5 000 lines, OpenMetrics", 1, lambda _: openmetrics(registry))
