#!/usr/bin/env bash
# Builds the release program, installs what measuring needs, and measures. Arguments go to benchmarks/bench.py.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/install-packages.sh wrk python3 python3-venv
scripts/build.sh release
python3 benchmarks/bench.py "$@"
# What else is measured; whoever gives options wants the first table only.
[[ $# -gt 0 ]] && exit 0
python3 benchmarks/relay.py
python3 benchmarks/queries.py
python3 benchmarks/chats.py
python3 benchmarks/assets.py
