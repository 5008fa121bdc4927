#!/usr/bin/env python3
"""How many instructions of a create are telemetry: `tasks` without tracing, with every trace and with a tenth.

Time differs from run to run by more than telemetry costs; instructions, counted by Valgrind, hardly do. Only the program's own
are counted, not the kernel's. What start-up and idling cost falls out: a short run is taken off a long one.
"""

import argparse
import json
import pathlib
import re
import signal
import subprocess
import sys
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from load import NEW_TASK  # noqa: E402
from scene import Failure  # noqa: E402
from share import SUBJECTS, TelemetryScene  # noqa: E402


class CountedScene(TelemetryScene):
    """Each `tasks` under Valgrind, which cannot read the debugging information of Swift and so gets a program without."""

    def launch(self, name, command, environment):
        if name in SUBJECTS:
            bare = self.folder / "todo-bare"
            if not bare.exists():
                subprocess.run(["strip", "-o", bare, command[0]], check=True)
            command = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null",
                       f"--log-file={self.folder}/{name}.count", bare, *command[1:]]
        super().launch(name, command, environment)

    def create(self, name: str, count: int):
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.writers.split(',')[0]}"}
        body = json.dumps(NEW_TASK).encode()
        for _ in range(count):
            request = urllib.request.Request(f"{getattr(self, name)}/api/v1/tasks", data=body, headers=headers)
            urllib.request.urlopen(request, timeout=60).read()

    def instructions(self, name: str) -> int:
        self.children[name].send_signal(signal.SIGTERM)
        self.children[name].wait(60)
        found = re.search(r"I +refs: +([\d,]+)", (self.folder / f"{name}.count").read_text())
        if found is None:
            raise Failure(f"Valgrind counted nothing for {name}")
        return int(found[1].replace(",", ""))


def count(todo: pathlib.Path, base: int, creates: int) -> dict[str, int]:
    with CountedScene(todo, base) as scene:
        for name in SUBJECTS:
            scene.set_back()
            scene.sign_in()
            scene.create(name, creates)
        time.sleep(8)  # What is queued is exported.
        return {name: scene.instructions(name) for name in SUBJECTS}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--todo", type=pathlib.Path, default=pathlib.Path(".build/release/todo"))
    parser.add_argument("--port-base", type=int, default=17500)
    parser.add_argument("--few", type=int, default=200)
    parser.add_argument("--many", type=int, default=800)
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        few, many = (count(chosen.todo.resolve(), chosen.port_base, creates) for creates in (chosen.few, chosen.many))
    except (Failure, OSError, subprocess.SubprocessError) as failure:
        print(f"instructions: {failure}", file=sys.stderr)
        return 1
    print("| create | thousand instructions | share of telemetry |\n|---|---:|---:|")
    spent = {name: (many[name] - few[name]) / (chosen.many - chosen.few) for name in SUBJECTS}
    for name, instructions in spent.items():
        share = "" if name == "off" else f"{(1 - spent['off'] / instructions) * 100:.1f} %"
        print(f"| {name} | {instructions / 1000:.0f} | {share} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
