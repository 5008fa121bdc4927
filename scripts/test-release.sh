#!/usr/bin/env bash
# What only the static release binary can show: it links no Swift library, knows time zones, and runs from any folder.
# Builds it first if it is not up to date.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/build.sh release
todo=$PWD/.build/release/todo
work=$(mktemp -d)
data=$work/data
base=${TEST_RELEASE_PORT_BASE:-17300}
failed=0

finish() {
    "$todo" down --data "$data" >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap finish EXIT

check() {
    if [[ $2 == "$3" ]]; then echo "ok    $1"; else
        echo "WRONG $1: $2, not $3"
        failed=1
    fi
}

check "no Swift library is linked" "$(ldd "$todo" | grep -c libswift || true)" 0

mkdir "$work/empty"
status=0
complaint=$(env -i PATH="$PATH" DATABASE_URL=postgres://u:p@127.0.0.1:1/d TODO_ZONEINFO="$work/empty" \
    OTEL_TRACES_EXPORTER=none TODO_PORT=$((base + 90)) TODO_ADMIN_PORT=$((base + 91)) "$todo" tasks 2>&1) || status=$?
check "without time zones it does not start" "$status" 78
check "and says why" "$(grep -c "time zone database in $work/empty" <<<"$complaint" || true)" 1

cd "$work"
"$todo" up --detach --data "$data" --port-base "$base" >"$work/up.log" 2>&1 || { tail -n 5 "$work/up.log"; exit 1; }
"$todo" status --data "$data" --wait 60 >/dev/null
api=http://127.0.0.1:$base/api/v1
call() { curl -sS --max-time 10 "$api/$1" -H 'Content-Type: application/json' "${@:3}" -d "$2"; }
token=$(call auth/sign-up '{"email": "release@example.com", "password": "correct horse battery"}' \
    | sed 's/.*"accessToken":"\([^"]*\)".*/\1/')

preview() {
    local name=$1 rule=$2 start=$3 zone=$4 wanted=$5 found
    found=$(call recurrence/preview "{\"rrule\": \"$rule\", \"start\": \"$start\", \"tz\": \"$zone\", \"count\": 3}" \
        -H "Authorization: Bearer $token" | grep -o '"instant":"[^"]*"' | cut -c12-27 | tr '\n' ' ')
    check "$name" "${found% }" "$wanted"
}

preview "a time that clocks skip" FREQ=DAILY 2026-03-07T02:30 America/New_York \
    "2026-03-07T07:30 2026-03-08T07:30 2026-03-09T06:30"
preview "a time that clocks show twice" FREQ=DAILY 2026-10-31T01:30 America/New_York \
    "2026-10-31T05:30 2026-11-01T05:30 2026-11-02T06:30"
preview "the end of summer time" "FREQ=WEEKLY;BYDAY=SU" 2026-10-18T23:59 Europe/Berlin \
    "2026-10-18T21:59 2026-10-25T22:59 2026-11-01T22:59"
preview "the ends of months" "FREQ=MONTHLY;BYMONTHDAY=-1" 2026-01-31T23:30 America/New_York \
    "2026-02-01T04:30 2026-03-01T04:30 2026-04-01T03:30"
preview "half an hour of summer time" FREQ=DAILY 2026-10-04T02:15 Australia/Lord_Howe \
    "2026-10-03T15:45 2026-10-04T15:15 2026-10-05T15:15"
preview "a day that never was" FREQ=DAILY 2011-12-29T09:00 Pacific/Apia \
    "2011-12-29T19:00 2011-12-30T19:00 2011-12-31T19:00"
preview "a year beyond the listed ones" FREQ=YEARLY 2077-07-01T12:00 Europe/Dublin \
    "2077-07-01T11:00 2078-07-01T11:00 2079-07-01T11:00"
exit $failed
