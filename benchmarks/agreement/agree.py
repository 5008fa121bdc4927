"""Holds the load generator's figures against those of wrk on the same address: rate, mean, p50, p90 and p99 must agree
within 10 %. Both keep the same number of connections busy; rounds alternate, medians are compared.

    python3 benchmarks/agreement/agree.py [--url URL --header 'Authorization: Bearer …'] [--program .build/release/todo-load]

Without --url a server of its own answers in 5 to 20 ms."""

import argparse
import json
import pathlib
import re
import socket
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).parent
UNITS = {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}


def milliseconds(text):
    value, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()
    return float(value) * UNITS[unit]


def wrk(options):
    headers = [part for header in options.header for part in ("--header", header)]
    done = subprocess.run(
        ["wrk", "--threads", "1", "--connections", str(options.connections), "--duration", f"{options.seconds}s", "--latency",
         *headers, options.url], capture_output=True, text=True, check=True)
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        sys.exit(f"wrk was not answered with success:\n{done.stdout}")
    found = {"mean": milliseconds(re.search(r"Latency\s+(\S+)", done.stdout)[1])}
    for percent in (50, 90, 99):
        found[f"p{percent}"] = milliseconds(re.search(rf"(?m)^\s+{percent}%\s+(\S+)", done.stdout)[1])
    return {"requests/s": float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1])} | found


def ours(options):
    headers = [part for header in options.header for part in ("--header", header)]
    done = subprocess.run(
        [options.program, "address", options.url, "--connections", str(options.connections), "--duration",
         f"{options.seconds}s", "--json", *headers], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"todo-load was not answered with success:\n{done.stdout}{done.stderr}")
    found = json.loads(done.stdout)
    return {"requests/s": found["perSecond"]} | {
        name: found["corrected"][name] for name in ("mean", "p50", "p90", "p99")}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url")
    parser.add_argument("--header", action="append", default=[])
    parser.add_argument("--program", default=".build/release/todo-load")
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    server = None
    if not options.url:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        server = subprocess.Popen([sys.executable, HERE / "server.py", str(port), "10"])
        options.url = f"http://127.0.0.1:{port}/"
        time.sleep(1)
    try:
        rounds = [(wrk(options), ours(options)) for _ in range(options.rounds)]
    finally:
        if server:
            server.terminate()
            server.wait()
    worst = 0
    print(f"| {options.url.split('?')[0]} | wrk | todo-load | difference |\n|---|---:|---:|---:|")
    for name in rounds[0][0]:
        theirs, own = (statistics.median(round[side][name] for round in rounds) for side in (0, 1))
        difference = own / theirs - 1
        worst = max(worst, abs(difference))
        print(f"| {name}{'' if '/' in name else ', ms'} | {theirs:.2f} | {own:.2f} | {difference:+.1%} |")
    sys.exit(f"they differ by {worst:.0%}" if worst > 0.1 else 0)


main()
