#!/usr/bin/env python3
"""How much of a create's processor time is telemetry: `tasks` without tracing, with every trace and with a tenth.

All three run on the same tables and are asked in turns; what they export goes to a receiver that forgets it. Metrics
and the line of the request log are part of all three.
"""

import argparse
import pathlib
import signal
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from load import wrk  # noqa: E402
from scene import Failure, Scene  # noqa: E402

SUBJECTS = {
    "off": {"OTEL_SDK_DISABLED": "true"},
    "all": {"OTEL_TRACES_SAMPLER": "parentbased_always_on"},
    "tenth": {"OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.1"},
}


class TelemetryScene(Scene):
    """The usual platform, and three times `tasks` beside it."""

    def start_tasks(self):
        receiver = subprocess.Popen(
            [sys.executable, HERE / "receiver.py"], stdout=subprocess.PIPE, text=True, start_new_session=True)
        self.children["receiver"] = receiver
        endpoint = f"http://127.0.0.1:{receiver.stdout.readline().strip()}"
        for number, (name, telemetry) in enumerate(SUBJECTS.items()):
            port = self.base + 90 + 2 * number
            setattr(self, name, f"http://127.0.0.1:{port}")
            self.launch(name, [self.todo, "tasks"], {
                "TODO_PORT": str(port), "TODO_ADMIN_PORT": str(port + 1),
                "DATABASE_URL": self.database_url("tasks_api"), "DAPR_HTTP_PORT": str(self.base + 41),
                "DAPR_API_TOKEN": self.secrets["dapr-api-token.tasks"], "TODO_OUTBOX_RELAY": "false",
                "OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, **telemetry})
            self.wait_for(name, port)

    def start_rival(self):
        pass


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--todo", type=pathlib.Path, default=pathlib.Path(".build/release/todo"))
    parser.add_argument("--port-base", type=int, default=17500)
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--seconds", type=int, default=1)
    parser.add_argument("--clients", type=int, default=8)
    chosen = parser.parse_args()
    # Whatever ends this program, what it started ends first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    spent = {name: [] for name in SUBJECTS}
    try:
        with TelemetryScene(chosen.todo.resolve(), chosen.port_base) as scene:
            for number in range(chosen.rounds):
                scene.set_back()
                scene.sign_in()
                # Whoever comes first finds the tables empty, so all come first in turn.
                order = list(SUBJECTS)
                for name in order[number % 3:] + order[:number % 3]:
                    spent[name].append(wrk(scene, name, "create", chosen.clients, chosen.seconds).processor)
    except Failure as failure:
        print(f"share: {failure}", file=sys.stderr)
        return 1
    # What else the machine does differs from round to round, so shares are made within each.
    print("| create | CPU µs/request | share of telemetry, median | 80 % of rounds |\n|---|---|---|---|")
    for name, samples in spent.items():
        shares = sorted((1 - off / with_spans) * 100 for off, with_spans in zip(spent["off"], samples))
        low, high = shares[len(shares) // 10], shares[-1 - len(shares) // 10]
        share = "" if name == "off" else f"{statistics.median(shares):.1f} %"
        spread = "" if name == "off" else f"{low:.1f} – {high:.1f} %"
        print(f"| {name} | {statistics.median(samples):.0f} | {share} | {spread} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
