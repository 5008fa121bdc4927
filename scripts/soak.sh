#!/usr/bin/env bash
# What takes too long for every run:
#  - the telemetry of one process whose receiver is away for SECONDS_AWAY (300) seconds and whose log nobody reads, at 5000 spans
#    and 500 log lines a second: memory stays flat, no caller waits, the shutdown keeps its bound
#  - 2000 reminders within ten seconds, of the release program, while every service of it is killed once
#  - 5000 open live streams, for which the gateway has 500 MB
#  - 200 000 spans in the trace store, which opens a trace within 100 ms and has 300 MB, also after a restart
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/install-packages.sh
swift build --build-tests
export TODO_SOAK_SECONDS=${SECONDS_AWAY:-300}
swift test --skip-build --filter 'TelemetryTests.SoakTests'
scripts/build.sh release
TODO_TEST_PROGRAM=$PWD/.build/release/todo TODO_REMINDERS_TEST_COUNT=2000 \
    swift test --skip-build --filter 'ReminderDisturbanceTests'
python3 benchmarks/streams.py
scripts/install-python.sh
.build/python/bin/python benchmarks/inspector.py
