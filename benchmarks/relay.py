#!/usr/bin/env python3
"""Measures the way of an event: how many the relay sends in a second, and how long one takes to its consumer.

  throughput   a backlog is laid into the outbox, then `tasks` is started on it: once against a sidecar that says
               yes to everything (the relay alone), once against the platform's own (with the broker's work)
  latency      tasks are created at a steady rate; stages are read from the metrics of `tasks` and `audit`

Everything shares the machine: figures compare with their neighbours, not with other machines.
"""

import argparse
import asyncio
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request

from scene import NEW_TASK, Failure, Scene, descendants, processor_seconds


class Yes(asyncio.Protocol):
    """A sidecar that takes everything: what is left of the time is the relay's own."""

    def connection_made(self, transport):
        self.transport, self.buffer = transport, b""

    def data_received(self, data):
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end].lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15:].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self.buffer) < end + 4 + length:
                if b"100-continue" in head and len(self.buffer) == end + 4:
                    self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                return
            self.buffer = self.buffer[end + 4 + length:]
            self.transport.write(b"HTTP/1.1 204 No Content\r\n\r\n")


def start_yes(port: int):
    async def serve():
        server = await asyncio.get_running_loop().create_server(Yes, "127.0.0.1", port)
        await server.serve_forever()

    threading.Thread(target=lambda: asyncio.run(serve()), daemon=True).start()


class RelayScene(Scene):
    """The platform, without the yardsticks of create and list."""

    settings = {}

    def start_tasks(self): pass
    def start_rival(self): pass

    def start_relay(self, sidecar_port: int):
        self.launch("relay", [self.todo, "tasks"], {
            "TODO_PORT": str(self.base + 90), "TODO_ADMIN_PORT": str(self.base + 91),
            "DATABASE_URL": self.database_url("tasks_api"),
            "TODO_WORKER_DATABASE_URL": self.database_url("tasks_worker"),
            "DAPR_HTTP_PORT": str(sidecar_port), "DAPR_API_TOKEN": self.secrets["dapr-api-token.tasks"],
            "OTEL_TRACES_EXPORTER": "none", "TODO_OUTBOX_RELAY": "true"})

    def stop_relay(self):
        child = self.children.pop("relay")
        child.send_signal(signal.SIGTERM)
        child.wait(20)

    def counts(self):
        """One session that counts again and again: a new one for each would cost more than it measures."""
        session = subprocess.Popen(
            ["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", self.database_url("todo_admin")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            while True:
                session.stdin.write("SELECT count(*) FROM tasks.outbox;\n")
                session.stdin.flush()
                yield int(session.stdout.readline())
        finally:
            session.stdin.close()
            session.wait()

    def fill(self, events: int, keys: int):
        self.sql(f"""
            TRUNCATE tasks.outbox;
            INSERT INTO tasks.outbox (id, topic, type, subject, partition_key, sequence, user_id, actor, payload,
              traceparent, created_at)
            SELECT gen_random_uuid(), 'todo.events', 'todo.task.updated.v1', md5((n % {keys})::text)::uuid::text,
              md5((n % {keys})::text)::uuid::text, 1 + n / {keys}, '{self.users["writer"]}', 'user',
              '{json.dumps({"task": NEW_TASK | {"id": "x", "status": "open", "version": 1}})}',
              '00-' || md5(n::text) || '-00f067aa0ba902b7-01', now()
            FROM generate_series(0, {events - 1}) AS n;
            CHECKPOINT;""")


def throughput(scene: RelayScene, name: str, port: int, events: int, keys: int) -> dict:
    """From the first deleted row to the last: start and sign-in of the process are not the relay's work."""
    scene.fill(events, keys)
    scene.start_relay(port)
    counts = scene.counts()
    try:
        pids = descendants(scene.children["relay"].pid)
        begun, first, left, changed, processor = None, events, events, time.monotonic(), 0.0
        while left:
            now, count = time.monotonic(), next(counts)
            if count < left:
                changed = now
                if begun is None:
                    begun, first, processor = now, count, processor_seconds(pids)
            left = count
            if now - changed > 60:
                raise Failure(f"{name}: {left} of {events} events are still there, and none leaves")
            time.sleep(0.2)
        if begun is None or first == 0:
            raise Failure(f"{name}: {events} events are too few to be measured")
        return {
            "sidecar": name, "keys": keys, "events": events, "perSecond": first / (time.monotonic() - begun),
            "processorMicroseconds": (processor_seconds(pids) - processor) * 1e6 / first}
    finally:
        counts.close()
        scene.stop_relay()


def histogram(port: int, metric: str, **labels) -> dict[float, float]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        text = answer.read().decode()
    buckets: dict[float, float] = {}
    for line in text.splitlines():
        if line.startswith(metric + "_bucket") and all(f'{key}="{value}"' in line for key, value in labels.items()):
            bound = re.search(r'le="([^"]+)"', line)[1]
            buckets[float(bound)] = buckets.get(float(bound), 0) + float(line.split(" # ")[0].rsplit(" ", 1)[1])
    return buckets


def quantile(before: dict, after: dict, share: float) -> float | None:
    """Milliseconds; straight between the boundaries of the bucket it falls into."""
    counts = sorted((bound, after[bound] - before.get(bound, 0)) for bound in after)
    if not counts or counts[-1][1] <= 0:
        return None
    wanted, lower, below = counts[-1][1] * share, 0.0, 0.0
    for bound, count in counts:
        if count >= wanted:
            return (lower if bound == float("inf") else
                    lower + (bound - lower) * (wanted - below) / max(count - below, 1e-9)) * 1000
        lower, below = bound, count
    return None


def latency(scene: RelayScene, rate: int, seconds: int) -> list[dict]:
    scene.sql("TRUNCATE tasks.outbox")
    scene.start_relay(scene.base + 41)
    scene.wait_for("relay", scene.base + 90)
    tasks, audit = scene.base + 91, scene.base + 25
    stages = [
        ("outbox wait", tasks, "todo_event_stage_duration_seconds", {"stage": "outbox_wait"}),
        ("publish", tasks, "todo_event_stage_duration_seconds", {"stage": "publish"}),
        ("broker", audit, "todo_event_stage_duration_seconds", {"stage": "broker"}),
        ("handler", audit, "messaging_process_duration_seconds", {}),
        ("write → effect", audit, "todo_event_end_to_end_duration_seconds", {})]
    try:
        write(scene, rate, 3)
        before = [histogram(port, metric, **labels) for _, port, metric, labels in stages]
        write(scene, rate, seconds)
        time.sleep(3)
        after = [histogram(port, metric, **labels) for _, port, metric, labels in stages]
    finally:
        scene.stop_relay()
    return [
        {"stage": stage[0], "p50": quantile(old, new, 0.5), "p99": quantile(old, new, 0.99)}
        for stage, old, new in zip(stages, before, after)]


def write(scene: RelayScene, rate: int, seconds: int):
    """At fixed times, whatever the answers take: a slow answer must not slow the question down."""
    body, begin = json.dumps(NEW_TASK).encode(), time.monotonic()
    lanes = 16
    headers = {"Authorization": f"Bearer {scene.tokens['writer']}", "Content-Type": "application/json"}
    failures: list[str] = []

    def lane(number: int):
        for turn in range(number, rate * seconds, lanes):
            time.sleep(max(0, begin + turn / rate - time.monotonic()))
            try:
                request = urllib.request.Request(
                    f"http://127.0.0.1:{scene.base + 90}/api/v1/tasks", body, headers, method="POST")
                urllib.request.urlopen(request, timeout=10).read()
            except OSError as error:
                failures.append(str(error))

    threads = [threading.Thread(target=lane, args=(number,)) for number in range(lanes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise Failure(f"{len(failures)} writes failed, such as: {failures[0]}")


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--todo", type=pathlib.Path, default=pathlib.Path(".build/release/todo"))
    parser.add_argument("--port-base", type=int, default=17700)
    parser.add_argument("--events", type=int, default=30_000, help="the backlog of one measurement")
    parser.add_argument("--rate", type=int, default=200, help="writes a second while latency is measured")
    parser.add_argument("--seconds", type=int, default=20, help="how long latency is measured")
    parser.add_argument("--only", choices=["throughput", "latency"])
    parser.add_argument("--json", type=pathlib.Path, default=pathlib.Path(".build/bench-relay.json"))
    return parser.parse_args()


def main() -> int:
    chosen = options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    load = os.getloadavg()[0]
    if load > 1:
        print(f"bench: the machine is busy (load {load:.1f}): take the figures with care", file=sys.stderr)
    rates, stages = [], []
    try:
        with RelayScene(chosen.todo.resolve(), chosen.port_base) as scene:
            # First, because consumers are still busy with the backlogs of the other long after they were sent.
            if chosen.only != "throughput":
                print(f"latency at {chosen.rate}/s", file=sys.stderr)
                stages = latency(scene, chosen.rate, chosen.seconds)
            if chosen.only != "latency":
                start_yes(scene.base + 95)
                for name, port in (("says yes", scene.base + 95), ("stand-in", scene.base + 41)):
                    for keys in (chosen.events, 40, 1):
                        events = chosen.events if keys > 1 else chosen.events // 10
                        print(f"throughput: {name}, {keys} keys", file=sys.stderr)
                        rates.append(throughput(scene, name, port, events, keys))
    except Failure as failure:
        print(f"bench: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    if rates:
        print("| relay against the sidecar | keys | events/s | CPU µs/event |\n| --- | ---: | ---: | ---: |")
        for row in rates:
            print(f"| {row['sidecar']} | {row['keys']} | {row['perSecond']:.0f} | {row['processorMicroseconds']:.0f} |")
    if stages:
        print(f"\n| stage at {chosen.rate} writes/s | p50 ms | p99 ms |\n| --- | ---: | ---: |")
        for row in stages:
            shown = ["" if row[name] is None else f"{row[name]:.1f}" for name in ("p50", "p99")]
            print(f"| {row['stage']} | {shown[0]} | {shown[1]} |")
    chosen.json.parent.mkdir(parents=True, exist_ok=True)
    chosen.json.write_text(json.dumps(
        {"processors": os.cpu_count(), "loadBefore": load, "throughput": rates, "stages": stages}, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
