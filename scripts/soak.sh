#!/usr/bin/env bash
# The telemetry of one process whose receiver is away for SECONDS_AWAY (300) seconds and whose log nobody reads, at 5000 spans and
# 500 log lines a second: memory stays flat, no caller waits, the shutdown keeps its bound.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/install-packages.sh
swift build --build-tests
export TODO_SOAK_SECONDS=${SECONDS_AWAY:-300}
exec swift test --skip-build --filter 'TelemetryTests.SoakTests'
