"""How the trace store bears 200 000 spans: memory, and how long a trace takes to open.

Starts `todo traces` of the release build with a folder of its own, posts traces of some thirty spans each by OTLP, as
several processes would send them, opens traces at random, asks Jaeger's and our own searches, starts it again and opens
the same traces from the disk. Prints one line for each figure; ends with 1 when a goal is missed.

    python3 benchmarks/inspector.py [SPANS]
"""

import http.client
import json
import os
import pathlib
import random
import socket
import subprocess
import sys
import tempfile
import time

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = os.environ.get("TODO_PROGRAM", str(ROOT / ".build/release/todo"))
SERVICES = ["gateway", "tasks", "audit", "reminders", "recurring", "notifications"]
# Goals: a trace opens within 100 ms in 99 of 100 cases, and the process stays below 300 MB.
GOAL_MS, GOAL_MB = 100, 300


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Store:
    """A trace store of its own."""

    def __init__(self, folder):
        self.query, self.otlp, admin = free_port(), free_port(), free_port()
        environment = dict(
            os.environ, TODO_PORT=str(self.query), TODO_OTLP_PORT=str(self.otlp), TODO_ADMIN_PORT=str(admin),
            TODO_HOST="127.0.0.1", TODO_TRACES_DIRECTORY=folder, OTEL_TRACES_EXPORTER="none",
            OTEL_LOGS_EXPORTER="none", TODO_LOG_LEVEL="warning")
        self.process = subprocess.Popen([PROGRAM, "traces"], env=environment)
        for _ in range(600):
            try:
                self.get("/api/services")
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit("the trace store does not start")

    def get(self, path):
        """The answer's length and the milliseconds it took, from the first byte sent to the last received."""
        connection = http.client.HTTPConnection("127.0.0.1", self.query, timeout=60)
        start = time.perf_counter()
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        took = (time.perf_counter() - start) * 1000
        connection.close()
        if answer.status != 200:
            raise SystemExit(f"GET {path}: {answer.status} {body[:200]!r}")
        return body, took

    def post(self, connection, body):
        connection.request("POST", "/v1/traces", body, {"content-type": "application/x-protobuf"})
        answer = connection.getresponse()
        if answer.status != 200 or answer.read():
            raise SystemExit(f"an export was not taken: {answer.status}")

    def memory(self):
        """Resident megabytes now, and the most there were."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        figures = {line.split(":")[0]: line.split()[1] for line in status.splitlines() if line.startswith("Vm")}
        return int(figures["VmRSS"]) / 1024, int(figures["VmHWM"]) / 1024

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


def attribute(item, key, value):
    entry = item.attributes.add()
    entry.key = key
    if isinstance(value, int):
        entry.value.int_value = value
    else:
        entry.value.string_value = value


def resource_spans(request, service):
    group = request.resource_spans.add()
    for key, value in {
        "service.name": service, "service.version": "0.1.0", "service.namespace": "todo",
        "service.instance.id": f"3f0c7a52-0000-4000-8000-{SERVICES.index(service):012d}",
        "deployment.environment.name": "local", "host.name": "machine", "host.arch": "amd64",
        "os.type": "linux", "os.description": "Debian GNU/Linux 12", "process.pid": 4711,
        "process.executable.path": "/usr/local/bin/todo", "process.runtime.name": "swift",
        "process.runtime.version": "6.3.1", "telemetry.sdk.language": "swift",
        "telemetry.sdk.name": "todo-telemetry", "telemetry.sdk.version": "0.1.0",
    }.items():
        attribute(group.resource, key, value)
    scope = group.scope_spans.add()
    scope.scope.name = f"todo.{service}"
    return scope


def make_trace(chance, start):
    """The spans of a write and what followed: by service, some thirty of them."""
    trace, task = chance.randbytes(16), f"{chance.getrandbits(128):032x}"
    spans, parent = [], b""
    for number in range(chance.randint(25, 35)):
        service = SERVICES[min(number // 5, len(SERVICES) - 1)]
        identifier = chance.randbytes(8)
        spans.append((service, trace, identifier, parent, number, start + number * 700_000, task))
        if number % 4 == 0:
            parent = identifier
    return trace, spans


def fill(scope, item):
    service, trace, identifier, parent, number, start, task = item
    span = scope.spans.add()
    span.trace_id, span.span_id, span.parent_span_id = trace, identifier, parent
    span.start_time_unix_nano, span.end_time_unix_nano = start, start + 5_000_000
    if number % 5 == 0:
        span.name, span.kind = f"POST /api/v1/{service}/{{id}}", 2
        attribute(span, "http.request.method", "POST")
        attribute(span, "http.route", f"/api/v1/{service}/{{id}}")
        attribute(span, "http.response.status_code", 200)
        attribute(span, "url.path", f"/api/v1/{service}/{task}")
    else:
        span.name, span.kind = f"INSERT {service}", 3
        attribute(span, "db.system.name", "postgresql")
        attribute(span, "db.namespace", service)
        attribute(span, "db.query.summary", f"INSERT {service}")
        attribute(span, "db.query.text", f"INSERT INTO {service} (id, body, change) VALUES ($1, $2, $3) RETURNING id")
    attribute(span, "todo.task.id", task)


def post_all(store, spans_wanted, chance):
    """Posts all spans in exports of one process each; returns trace ids, seconds and bytes."""
    ids, sent, size = [], 0, 0
    connection = http.client.HTTPConnection("127.0.0.1", store.otlp, timeout=60)
    spent, now = 0.0, time.time_ns() - 3_600_000_000_000
    while sent < spans_wanted:
        batch = {}
        for _ in range(50):
            now += 10_000_000
            trace, spans = make_trace(chance, now)
            ids.append(trace.hex())
            for item in spans:
                batch.setdefault(item[0], []).append(item)
        for service, items in batch.items():
            request = ExportTraceServiceRequest()
            scope = resource_spans(request, service)
            for item in items:
                fill(scope, item)
            body = request.SerializeToString()
            start = time.perf_counter()
            store.post(connection, body)
            spent += time.perf_counter() - start
            sent, size = sent + len(items), size + len(body)
    connection.close()
    return ids, sent, spent, size


def percentiles(values):
    values = sorted(values)
    return values[len(values) // 2], values[min(len(values) - 1, int(len(values) * 0.99))], values[-1]


def opened(store, ids, chance, path, count=300):
    return percentiles([store.get(path.format(chance.choice(ids)))[1] for _ in range(count)])


def report(name, figures):
    print(f"{name:<46} p50 {figures[0]:7.1f} ms   p99 {figures[1]:7.1f} ms   max {figures[2]:7.1f} ms", flush=True)


def measure(store, ids, chance, when):
    worst = 0
    for name, path in [
        ("tree", "/inspector/traces/{}"), ("analysis", "/inspector/traces/{}/analysis"),
        ("Jaeger", "/api/traces/{}"), ("Tempo v2", "/tempo/api/v2/traces/{}"),
    ]:
        figures = opened(store, ids, chance, path)
        report(f"{when}: a trace as {name}", figures)
        worst = max(worst, figures[1])
    for name, path in [
        ("newest 20", "/inspector/traces?limit=20"),
        ("service, operation, duration", "/inspector/traces?service=audit&operation=INSERT+audit&min=10ms&limit=20"),
        ("an attribute that one trace has", "/inspector/traces?tag=no.such%3Dvalue"),
        ("Jaeger, 20 whole traces", "/api/traces?service=audit&limit=20"),
        ("services", "/inspector/services"),
    ]:
        report(f"{when}: {name}", percentiles([store.get(path)[1] for _ in range(30)]))
    return worst


def main():
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    chance = random.Random(20261121)
    with tempfile.TemporaryDirectory(prefix="todo-inspector-") as folder:
        store = Store(folder)
        try:
            base = store.memory()[0]
            ids, sent, spent, size = post_all(store, wanted, chance)
            print(f"{sent} spans of {len(ids)} traces taken in {spent:.1f} s ({sent / spent:.0f}/s), {size / sent:.0f} B each")
            worst = measure(store, ids, chance, "new")
            figures = json.loads(store.get("/inspector/store")[0])
            now, most = store.memory()
            print(f"memory: {base:.0f} MB empty, {now:.0f} MB now, {most:.0f} MB at most; of the store's own count "
                  f"{figures['memoryBytes'] / 1e6:.0f} MB; {figures['diskBytes'] / 1e6:.0f} MB on disk")
        finally:
            store.stop()
        started = time.perf_counter()
        store = Store(folder)
        try:
            while (found := json.loads(store.get("/inspector/store")[0])["spans"]) < sent:
                if time.perf_counter() - started > 300:
                    raise SystemExit(f"after a restart {found} of {sent} spans are found")
                time.sleep(0.1)
            print(f"after a restart all spans are found again in {time.perf_counter() - started:.1f} s")
            worst = max(worst, measure(store, ids, chance, "from disk"))
            now, again = store.memory()
            print(f"memory: {now:.0f} MB now, {again:.0f} MB at most")
        finally:
            store.stop()
    missed = [text for text, isMissed in [
        (f"a trace opens in {worst:.0f} ms, more than {GOAL_MS}", worst > GOAL_MS),
        (f"memory was {max(most, again):.0f} MB, more than {GOAL_MB}", max(most, again) > GOAL_MB),
    ] if isMissed]
    for text in missed:
        print(f"missed: {text}")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
