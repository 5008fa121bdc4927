#!/usr/bin/env python3
"""Holds thousands of live streams open, as pages do, and measures what the gateway needs for them.

Each stream is opened, told that it is ready, and kept. Then every user writes a task, and each of his streams must tell of
it once. Memory is that of the gateway's process (resident), before and with the streams.
"""

import argparse
import asyncio
import json
import pathlib
import re
import resource
import signal
import subprocess
import sys
import time
import urllib.request

from scene import NEW_TASK, Failure, Scene


class StreamScene(Scene):
    """The platform, with its relay: what is written reaches open pages."""

    settings = {"TODO_OUTBOX_RELAY": "true", "TODO_STREAM_LIMIT": "1000"}

    def start_tasks(self): pass
    def start_rival(self): pass

    def resident(self) -> float:
        """MB of the gateway."""
        status = subprocess.run(
            [self.todo, "status", "--json", "--data", self.data], capture_output=True, text=True, timeout=30)
        pid = next(role["pid"] for role in json.loads(status.stdout)["roles"] if role["role"] == "gateway")
        return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1]) / 1024

    def write(self, name: str):
        request = urllib.request.Request(
            f"{self.gateway}/api/v1/tasks", json.dumps(NEW_TASK).encode(),
            {"Content-Type": "application/json", "Authorization": f"Bearer {self.tokens[name]}"})
        urllib.request.urlopen(request, timeout=60).read()


class Stream:
    """One open page."""

    def __init__(self, scene: StreamScene, user: str):
        self.scene, self.user = scene, user
        self.ready, self.told, self.changes = asyncio.Event(), asyncio.Event(), 0

    async def run(self):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.scene.base)
        try:
            writer.write(
                f"GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
                f"Authorization: Bearer {self.scene.tokens[self.user]}\r\n\r\n".encode())
            status = await reader.readline()
            if b" 200 " not in status:
                raise Failure(f"a stream was answered {status.decode().strip()}")
            while line := await reader.readline():
                if line.startswith(b"event: ready"):
                    self.ready.set()
                elif line.startswith(b"event: change"):
                    self.changes += 1
                    self.told.set()
            raise Failure("a stream ended")
        finally:
            writer.close()


async def measure(scene: StreamScene, count: int) -> dict:
    users = list(scene.tokens)
    before = scene.resident()
    streams = [Stream(scene, users[number % len(users)]) for number in range(count)]
    tasks, began = [], time.monotonic()
    for start in range(0, count, 200):
        tasks += [asyncio.create_task(stream.run()) for stream in streams[start:start + 200]]
        await wait_for(tasks, [stream.ready for stream in streams[start:start + 200]], 60)
    opened = time.monotonic() - began
    began = time.monotonic()
    for user in users:
        await asyncio.to_thread(scene.write, user)
    await wait_for(tasks, [stream.told for stream in streams], 120)
    told = time.monotonic() - began
    await asyncio.sleep(2)
    if twice := sum(stream.changes != 1 for stream in streams):
        raise Failure(f"{twice} streams told of one write more than once")
    resident = scene.resident()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return {"streams": count, "before": before, "with": resident, "opened": opened, "told": told}


async def wait_for(tasks, events, seconds: float):
    """All events, unless a stream fails or the time is over."""
    waiting = asyncio.gather(*(event.wait() for event in events))
    done, _ = await asyncio.wait([waiting, *tasks], timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    if waiting not in done:
        waiting.cancel()
        for task in done:
            task.result()
        raise Failure(f"{sum(not event.is_set() for event in events)} streams had not heard in {seconds:.0f} s")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--todo", type=pathlib.Path, default=pathlib.Path(".build/release/todo"))
    parser.add_argument("--port-base", type=int, default=17900)
    parser.add_argument("--streams", type=int, default=5000)
    parser.add_argument("--memory", type=float, default=500, help="MB that the gateway may take with all of them")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        with StreamScene(chosen.todo.resolve(), chosen.port_base) as scene:
            found = asyncio.run(measure(scene, chosen.streams))
    except (Failure, OSError) as failure:
        print(f"streams: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print("| streams | gateway before MB | with them MB | opened in s | all told of a write in s |\n"
          "| ---: | ---: | ---: | ---: | ---: |")
    print(f"| {found['streams']} | {found['before']:.0f} | {found['with']:.0f} | {found['opened']:.1f} | {found['told']:.1f} |")
    if found["with"] > chosen.memory:
        print(f"streams: more than {chosen.memory:.0f} MB", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
