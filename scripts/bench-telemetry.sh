#!/usr/bin/env bash
# What telemetry costs: spans, metrics and encoding in nanoseconds and allocations, with rivals in Python beside them; then
# 10 000 spans a second for 15 s; then its share of a create (with --share, which builds the program and needs wrk).
set -euo pipefail
cd "$(dirname "$0")/.."

if [[ ${1:-} == --share ]]; then
    scripts/install-packages.sh wrk python3 python3-venv
    scripts/build.sh release
    shift
    exec python3 benchmarks/telemetry/share.py "$@"
fi

# A folder of its own: the release program is built with other options.
swift build -c release --product telemetry-benchmark --scratch-path .build-bench
ours=.build-bench/release/telemetry-benchmark
rival=.build/python/bin/python
scripts/install-python.sh
work=$(mktemp -d)
trap '[[ -z ${receiver:-} ]] || kill "$receiver"; rm -rf "$work"' EXIT

cc -O2 -shared -fPIC -o "$work/allocations.so" benchmarks/telemetry/allocations.c
LD_PRELOAD=$work/allocations.so $ours "$@"
[[ $# -eq 0 ]] || exit 0
echo
if [[ -x $rival ]]; then $rival benchmarks/telemetry/rival.py; fi
echo
python3 benchmarks/telemetry/receiver.py >"$work/port" &
receiver=$!
until [[ -s $work/port ]]; do sleep 0.05; done
export OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:$(<"$work/port")"
$ours load
echo
if [[ -x $rival ]]; then $rival benchmarks/telemetry/rival.py load; fi
