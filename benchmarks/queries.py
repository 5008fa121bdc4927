#!/usr/bin/env python3
"""Measures lists, filters and search of one user with many tasks, over HTTP through gateway and sidecar, telemetry on.

A platform is filled with loadtest/seed-tasks.sql: the same tasks every time, of one user and of many others. One caller
asks one question after another; the goal for each is a p95 of 50 ms.
"""

import argparse
import pathlib
import subprocess
import sys
import time
import urllib.parse
import urllib.request

from scene import HERE, Failure, Scene

QUESTIONS = [
    ("list", "tasks", {}),
    ("list by due", "tasks", {"sort": "due"}),
    ("list by -priority, due", "tasks", {"sort": "-priority,due"}),
    ("list by title", "tasks", {"sort": "title"}),
    ("filter today", "tasks", {"filter": "today"}),
    ("filter overdue by due", "tasks", {"filter": "overdue", "sort": "due"}),
    ("filter tag and priority", "tasks", {"filter": "#tag7 AND priority >= high AND status:open"}),
    ("filter list, NOT", "tasks", {"filter": "@list3 AND NOT p1", "sort": "-updated"}),
    ("filter title contains", "tasks", {"filter": "title: topic1999"}),
    ("search one word", "tasks/search", {"q": "topic77 "}),
    ("search two words", "tasks/search", {"q": "review topic77"}),
    ("search prefix", "tasks/search", {"q": "topic19"}),
    ("search phrase", "tasks/search", {"q": '"with group7"'}),
    ("search misspelt", "tasks/search", {"q": "tpoic77 "}),
    ("search nothing", "tasks/search", {"q": "elephant"}),
]


class QueryScene(Scene):
    """The platform alone."""

    def start_tasks(self): pass
    def start_rival(self): pass

    def fill(self, tasks: int, users: int):
        done = subprocess.run(
            ["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--set=user={self.users['reader']}",
             f"--set=tasks={tasks}", f"--set=users={users}", f"--file={HERE.parent}/loadtest/seed-tasks.sql",
             self.database_url("todo_admin")], capture_output=True, text=True, timeout=600)
        if done.returncode != 0:
            raise Failure(f"psql: {done.stderr.strip()}")


def ask(url: str, token: str) -> tuple[float, int]:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    start = time.perf_counter()
    body = urllib.request.urlopen(request, timeout=30).read()
    return (time.perf_counter() - start) * 1000, body.count(b'"createdAt"')


def main() -> int:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--todo", type=pathlib.Path, default=HERE.parent / ".build/release/todo")
    reader.add_argument("--port-base", type=int, default=21600)
    reader.add_argument("--tasks", type=int, default=100_000)
    reader.add_argument("--users", type=int, default=1000)
    reader.add_argument("--rounds", type=int, default=50)
    chosen = reader.parse_args()
    try:
        with QueryScene(chosen.todo.resolve(), chosen.port_base) as scene:
            scene.fill(chosen.tasks, chosen.users)
            print("| question | items | p50 ms | p95 ms |\n| --- | ---: | ---: | ---: |")
            for name, path, query in QUESTIONS:
                scene.sign_in()
                url = f"{scene.gateway}/api/v1/{path}?{urllib.parse.urlencode(query)}"
                answers = [ask(url, scene.tokens["reader"]) for _ in range(chosen.rounds)]
                times = sorted(elapsed for elapsed, _ in answers)
                print(f"| {name} | {answers[-1][1]} | {times[len(times) // 2]:.1f} "
                      f"| {times[len(times) * 95 // 100]:.1f} |", flush=True)
    except Failure as failure:
        print(f"queries: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
