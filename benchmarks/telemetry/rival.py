#!/usr/bin/env python3
"""The same operations with OpenTelemetry's SDK and Prometheus' client for Python, as a yardstick.

`rival.py load` makes spans for 15 s as `telemetry-benchmark load` does, and exports them.
"""

import os
import resource
import statistics
import sys
import time

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.openmetrics.exposition import generate_latest as openmetrics
from prometheus_client.exposition import generate_latest as text

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.2, 0.25, 0.5, 0.75, 1, 2, 2.5, 5, 7.5, 10)
EXEMPLAR = {"trace_id": "0af7651916cd43dd8448eb211c80319c", "span_id": "b7ad6b7169203331"}
DETAILS = {
    "http.request.method": "GET", "http.route": "/api/v1/tasks/{id}", "url.path": "/api/v1/tasks/0193f1a2",
    "url.scheme": "http", "server.address": "tasks.internal", "server.port": 8080,
    "network.protocol.version": "1.1", "http.response.status_code": 200, "http.response.body.size": 1234,
    "todo.cache.hit": True}


class Forgetful(SpanExporter):
    """Keeps the latest spans, to have some to encode."""

    latest: list = []

    def export(self, spans):
        Forgetful.latest = list(spans)
        return SpanExportResult.SUCCESS


def load():
    """As many spans of 10 000 a second as it can, in bursts of 100."""
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(
        os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] + "/v1/traces")))
    tracer = provider.get_tracer("benchmark")
    idle, _ = bursts(lambda: None)
    spent, wall = bursts(lambda: [make(tracer) for _ in range(100)])
    provider.shutdown()
    share, each = (spent - idle) / wall * 100, (spent - idle) / 150_000 * 1e6
    print(f"| opentelemetry-sdk for Python: 150 000 spans in {wall:.1f} s, exported | |\n|---|---|")
    print(f"| processor | {share:.1f} % of one core |\n| processor time of a span | {each:.1f} µs |")
    print(f"| memory, highest | {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000:.0f} MB |")


def bursts(work):
    start, begin, due = time.process_time(), time.monotonic(), time.monotonic()
    for _ in range(1500):
        work()
        due += 0.01
        if due > time.monotonic():
            time.sleep(due - time.monotonic())
    return time.process_time() - start, time.monotonic() - begin


def make(tracer, context=None):
    span = tracer.start_span("GET /api/v1/tasks/{id}", context=context, kind=trace.SpanKind.SERVER)
    for key, value in DETAILS.items():
        span.set_attribute(key, value)
    span.end()


def measure(name, operations, work, settle=lambda: None):
    rounds = []
    for number in range(23):
        start = time.thread_time_ns()
        work(operations)
        if number >= 2:
            rounds.append((time.thread_time_ns() - start) / operations)
        settle()
    rounds.sort()
    low, high = rounds[len(rounds) // 10], rounds[len(rounds) * 9 // 10]
    print(f"| {name} | {statistics.median(rounds) / 1000:.1f} µs | {low / 1000:.1f} – {high / 1000:.1f} µs |")


def repeat(call):
    def work(operations):
        for _ in range(operations):
            call()

    return work


if sys.argv[1:] == ["load"]:
    load()
    sys.exit()

print("| opentelemetry-sdk for Python | median | 80 % of rounds |\n|---|---|---|")
provider = TracerProvider()
batches = BatchSpanProcessor(Forgetful())
provider.add_span_processor(batches)
tracer = provider.get_tracer("benchmark")
flags = {flag: trace.set_span_in_context(trace.NonRecordingSpan(trace.SpanContext(
    1, 3, is_remote=True, trace_flags=trace.TraceFlags(flag)))) for flag in (0, 1)}
measure("span, 10 attributes one by one", 500, repeat(lambda: make(tracer, flags[1])), batches.force_flush)
measure(
    "dropped span", 500, repeat(lambda: tracer.start_span("GET", context=flags[0]).end()), batches.force_flush)
for _ in range(512):
    make(tracer, flags[1])
batches.force_flush()
spans = (Forgetful.latest * 512)[:512]
measure("encoding of 512 spans of 10 attributes", 1, lambda _: encode_spans(spans).SerializeToString())
print()
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
