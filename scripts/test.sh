#!/usr/bin/env bash
# Everything that must be true before a change lands, the quick checks first. Each stage says how long it took.
set -euo pipefail
cd "$(dirname "$0")/.."

stage() {
    local name=$1 started=$SECONDS
    shift
    echo "── $name"
    "$@"
    echo "── $name: $((SECONDS - started)) s"
}

stage "format" swift format lint --strict --recursive Sources Tests Package.swift
stage "scripts" bash -n scripts/*.sh .ci/run
stage "build" swift build --build-tests
# Eight at a time: all at once, hundreds of tests would wait for two cores until their own time limits pass.
stage "tests" scripts/run-tests.sh
