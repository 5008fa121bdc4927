#!/usr/bin/env bash
# The Python packages that tests hold our work against, in an environment of their own under .build/python: the official
# protobufs of OpenTelemetry and, to be measured against, its SDK, a receiver that others wrote, the reference parser of
# OpenMetrics, a yardstick for recurrence rules, a reader of YAML, Grafana's schema, a decoder of web push, a mail
# server, what holds the API against its description, what drives a browser, and texts that attack models. Asks the
# package index only if one is missing; without an index the tests that need them say so and are left out, but for
# those of the page, which fail.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(
    opentelemetry-proto==1.45.2 opentelemetry-sdk==1.45.2 opentelemetry-exporter-otlp-proto-http==1.45.2
    rotel==0.0.1a15 prometheus-client==0.26.0 python-dateutil==2.9.0.post0
    PyYAML==6.0.3 grafana-foundation-sdk==0.0.21 http-ece==1.2.1 aiosmtpd==1.4.6
    jsonschema==4.26.0 schemathesis==4.32.5 playwright==1.65.2 axe-playwright-python==0.1.8
    bastioncorpus==0.6.0 matplotlib==3.11.2
)
home=.build/python
stamp="$home/installed"

[[ -f $stamp && $(<"$stamp") == "${packages[*]}" ]] && exit 0

echo "installing ${packages[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
rm -rf "$home"
if ! { python3 -m venv "$home" && "$home/bin/pip" install --disable-pip-version-check "${packages[@]}"; } >"$log" 2>&1; then
    tail -n 5 "$log" >&2
    echo "the Python packages could not be installed: tests of the wire against them are left out" >&2
    rm -rf "$home"
    exit 0
fi
echo "${packages[*]}" >"$stamp"
