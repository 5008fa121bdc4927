#!/usr/bin/env bash
# Builds a program, with what SwiftPM says on one moving line. Usage: scripts/build.sh debug|release [PRODUCT]
set -euo pipefail
configuration=${1:-debug}
command -v swift >/dev/null || { echo "swift is not on PATH: install Swift 6.3 from https://www.swift.org/install" >&2; exit 1; }

started=$SECONDS
options=(--product "${2:-todo}" --configuration "$configuration")
[[ $configuration == release ]] && options+=(--static-swift-stdlib)
if [[ -t 1 ]]; then
    swift build "${options[@]}"
else
    # A line now and then shows that it is alive; warnings are errors in our own code and none of our business elsewhere.
    swift build "${options[@]}" 2>&1 | awk '/error:/ { print; next } /^\[/ { if (++n % 100 == 0) print }'
fi
echo "built ($configuration) in $((SECONDS - started)) s"
