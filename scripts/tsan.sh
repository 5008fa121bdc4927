#!/usr/bin/env bash
# The tests of the core modules and of the architecture under ThreadSanitizer. Any report fails the run.
# A build of its own (.build-tsan), several minutes when cold.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=.build-tsan
suites='^(ArchitectureTests|TodoDomainTests|PostgresTests|CurlHTTPTests|OTLPTests|TelemetryTests|DaprTests|EventFlowTests)\.'
edges=$(mktemp --suffix .so)
reports=$(mktemp -d)
trap 'rm -rf "$edges" "$reports"' EXIT

# The compiler that comes with Swift, because it knows Swift's calling convention.
clang=$(dirname "$(readlink -f "$(command -v swift)")")/clang
"$clang" -O1 -fPIC -shared -Wall -Werror -o "$edges" Tests/ThreadSanitizer/runtime_edges.c

swift build --build-tests --sanitize=thread --scratch-path "$scratch"
# exitcode: the run fails although tests passed. Reports go to files, because tests write on standard error too.
status=0
LD_PRELOAD=$edges TSAN_OPTIONS="suppressions=$PWD/Tests/ThreadSanitizer/suppressions.txt log_path=$reports/report exitcode=66 halt_on_error=0 second_deadlock_stack=1" \
    swift test --skip-build --sanitize=thread --scratch-path "$scratch" \
    --filter "$suites" --parallel --experimental-maximum-parallelization-width 4 "$@" || status=$?
count=$(cat "$reports"/* 2>/dev/null | grep -c '^WARNING: ThreadSanitizer' || true)
cat "$reports"/* 2>/dev/null | head -n 400 || true
echo "ThreadSanitizer: $count reports"
((count == 0)) || exit 1
exit "$status"
