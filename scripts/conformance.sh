#!/usr/bin/env bash
# Asks a sidecar everything in the conformance table: the stand-in, or a real daprd if DAPR_HTTP_ENDPOINT names one.
# How to start a daprd for it: docs/conformance.md.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -n "${DAPR_HTTP_ENDPOINT:-}" ]; then
    echo "asking $DAPR_HTTP_ENDPOINT; the app double listens on ${CONFORMANCE_APP_PORT:-6001}"
else
    echo "asking the stand-in"
fi
exec swift test --filter ConformanceTests
