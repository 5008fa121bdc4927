#!/usr/bin/env python3
"""Measures create and list of tasks against two yardsticks, and prints one table.

pgbench runs the very same statements without any service: the ceiling. The rival does the same work in
FastAPI. Subjects take turns within each round, so that a disturbed minute disturbs them all. Load generators,
database and service share the machine: figures compare with their neighbours, not with other machines.
"""

import argparse
import json
import os
import pathlib
import signal
import sys
import time

import same_sql
from load import pgbench, wrk
from report import Row, compare, table
from scene import Failure, Scene

SUBJECTS = ["pgbench", "tasks", "gateway", "rival"]


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--todo", type=pathlib.Path, default=pathlib.Path(".build/release/todo"))
    parser.add_argument("--port-base", type=int, default=17300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5, help="length of one measurement")
    parser.add_argument("--clients", type=int, nargs="+", default=[8, 32])
    parser.add_argument("--limit", type=int, default=420, help="seconds after which no further round begins")
    parser.add_argument("--actions", nargs="+", default=["create", "list"], choices=["create", "list"])
    parser.add_argument("--subjects", nargs="+", default=SUBJECTS, choices=SUBJECTS)
    parser.add_argument("--json", type=pathlib.Path, default=pathlib.Path(".build/bench.json"))
    return parser.parse_args()


def measure(scene: Scene, chosen: argparse.Namespace) -> list[Row]:
    rows = [
        Row(subject, action, clients)
        for action in chosen.actions for clients in chosen.clients for subject in chosen.subjects]
    started = time.monotonic()
    for turn in range(chosen.rounds):
        length = (time.monotonic() - started) / turn if turn else 0
        if turn and time.monotonic() - started + length > chosen.limit:
            print(f"stopped after {turn} rounds: {chosen.limit} s are over", file=sys.stderr)
            break
        for row in rows:
            print(f"round {turn + 1}: {row.name}, {row.clients} clients", file=sys.stderr)
            scene.set_back()
            scene.sign_in()
            row.samples.append(
                pgbench(scene, row.action, row.clients, chosen.seconds) if row.subject == "pgbench"
                else wrk(scene, row.subject, row.action, row.clients, chosen.seconds))
    compare(rows)
    return rows


def main() -> int:
    chosen = options()
    # Whatever ends this program, what it started ends first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    load = os.getloadavg()[0]
    if load > 1:
        print(f"bench: the machine is busy (load {load:.1f}): take the figures with care", file=sys.stderr)
    try:
        with Scene(chosen.todo.resolve(), chosen.port_base) as scene:
            scene.set_back()
            same_sql.check(scene)
            rows = measure(scene, chosen)
    except Failure as failure:
        print(f"bench: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print(table(rows))
    chosen.json.parent.mkdir(parents=True, exist_ok=True)
    chosen.json.write_text(json.dumps({
        "processors": os.cpu_count(), "loadBefore": load, "rounds": len(rows[0].samples), "secondsEach": chosen.seconds,
        "rows": [row.record() for row in rows]}, indent=2) + "\n")
    print(f"\nalso in {chosen.json}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
