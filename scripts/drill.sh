#!/usr/bin/env bash
# The long failure drill: WRITES (20000) writes while everything is killed at random; SEED repeats a drill.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/install-packages.sh
swift build --build-tests
export TODO_DRILL_WRITES=${WRITES:-20000}
if [[ -n ${SEED:-} ]]; then export TODO_DRILL_SEED=$SEED; fi
exec swift test --skip-build --filter 'PlatformTests.*Drill'
