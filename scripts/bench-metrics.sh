#!/usr/bin/env bash
# What metrics cost, in nanoseconds and allocations, and the same with Prometheus' client for Python beside it.
set -euo pipefail
cd "$(dirname "$0")/.."

swift build -c release --product metrics-benchmark
hook=$(mktemp --suffix .so)
trap 'rm -f "$hook"' EXIT
cc -O2 -shared -fPIC -o "$hook" benchmarks/metrics/allocations.c
LD_PRELOAD=$hook .build/release/metrics-benchmark
echo
scripts/install-python.sh
if [[ -x .build/python/bin/python ]]; then .build/python/bin/python benchmarks/metrics/rival.py; fi
