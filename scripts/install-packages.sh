#!/usr/bin/env bash
# Installs the Debian packages that the build and the platform need, and those named as arguments, if any is missing.
# Asks apt only then.
set -euo pipefail

packages=(
    libpq-dev libcurl4-openssl-dev libprotobuf-c-dev zlib1g-dev   # linked
    postgresql postgresql-client                       # the local database and the tests' own
    curl make git ca-certificates tzdata
    "$@"
)

missing=()
for package in "${packages[@]}"; do
    dpkg-query --show --showformat='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed \
        || missing+=("$package")
done
((${#missing[@]} == 0)) && exit 0

run=()
if ((EUID != 0)); then
    command -v sudo >/dev/null || { echo "missing packages: ${missing[*]} (install them as root)" >&2; exit 1; }
    run=(sudo)
fi
command -v apt-get >/dev/null || { echo "missing packages: ${missing[*]} (this is no Debian: install them yourself)" >&2; exit 1; }

echo "installing ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# A package's own service must not start: the platform runs its own database, and nothing else is wanted.
if ! { DEBIAN_FRONTEND=noninteractive "${run[@]}" apt-get update \
    && DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 "${run[@]}" apt-get install --yes --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "the packages could not be installed: ${missing[*]}" >&2
    exit 1
fi
