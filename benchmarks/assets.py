#!/usr/bin/env python3
"""Measures how fast the gateway serves the files of the page, against Hummingbird's own file server on the same files.

Both answer the same bytes, uncompressed, to the same load generator, in turn within every round.
"""

import argparse
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import urllib.request

from scene import HERE, Failure, Scene

WEB = HERE.parent / "Sources/Services/Gateway/Web"
FILES = ["css/overlays.css", "js/lib/store.js"]


class AssetScene(Scene):
    """The platform, and the bare server beside it."""

    def start_tasks(self): pass
    def sign_up(self): pass

    def start_rival(self):
        done = subprocess.run(
            [HERE.parent / "scripts/build.sh", "release", "bare-file-server"], capture_output=True, text=True, timeout=1800)
        if done.returncode != 0:
            raise Failure(f"the bare file server cannot be built: {(done.stdout + done.stderr).strip()[-400:]}")
        self.launch("rival", [HERE.parent / ".build/release/bare-file-server", WEB, str(self.base + 92)], {})
        self.wait_for("rival", self.base + 92)

    def assets(self) -> str:
        """The folder of the assets, whose name holds their digest."""
        with urllib.request.urlopen(self.gateway + "/", timeout=10) as answer:
            return re.search(r'"(/[^"]+)/js/main\.js"', answer.read().decode())[1]


def rate(address: str, clients: int, seconds: int) -> float:
    def run(length):
        return subprocess.run(
            ["wrk", "--threads", "1", "--connections", str(clients), "--duration", f"{length}s", "--timeout", "10s", address],
            capture_output=True, text=True, timeout=length + 30).stdout

    run(1)
    output = run(seconds)
    found = re.search(r"Requests/sec: +([\d.]+)", output)
    if found is None or "Non-2xx" in output or "Socket errors" in output:
        raise Failure(f"{address}: {output.strip()[-300:]}")
    return float(found[1])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--todo", type=pathlib.Path, default=pathlib.Path(".build/release/todo"))
    parser.add_argument("--port-base", type=int, default=18000)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with AssetScene(chosen.todo.resolve(), chosen.port_base) as scene:
            root = scene.assets()
            print("| file | bytes | gateway/s | bare server/s | ratio |\n| --- | ---: | ---: | ---: | ---: |")
            for name in FILES:
                pairs = [
                    (rate(f"{scene.gateway}{root}/{name}", chosen.clients, chosen.seconds),
                     rate(f"{scene.rival}/{name}", chosen.clients, chosen.seconds)) for _ in range(chosen.rounds)]
                ratio = statistics.median(ours / bare for ours, bare in pairs)
                ours, bare = (statistics.median(column) for column in zip(*pairs))
                print(f"| {name} | {(WEB / name).stat().st_size} | {ours:.0f} | {bare:.0f} | {ratio:.2f} |")
    except (Failure, OSError) as failure:
        print(f"bench: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
