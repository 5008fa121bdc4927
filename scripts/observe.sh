#!/usr/bin/env bash
# Prometheus, Alertmanager and postgres-exporter beside a running platform, with the repository's rules; Grafana as well
# where it is installed. Ctrl-C ends all of them and removes what they wrote.
#
# Targets are made from `todo status`, so any block of ports will do. The configuration is a copy: only intervals,
# addresses and, in a rehearsal, windows differ from the files in prometheus/.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/.."

usage() {
    cat <<'TEXT'
Usage: scripts/observe.sh [options]        (make observe OBSERVE="[options]")

  --data DIR            the platform's folder (default: .todo)
  --port-base N         Prometheus at N, Alertmanager N+1, postgres-exporter N+2, Grafana N+3, canary N+4
                        (default: 9090, 9093, 9197, 3000, 9198)
  --store DIR           keep what Prometheus recorded there (default: a temporary folder, removed at the end)
  --interval SECONDS    between scrapes and between evaluations of rules (default: 15 and 30)
  --window-scale F      a rehearsal: all windows of rules times F, so that 0.02 makes an hour 72 seconds
  --no-canary           start no synthetic user
  --help

TODO names the program (default: .build/release/todo, else .build/debug/todo).
TEXT
}

fail() { echo "observe: $1" >&2; exit 1; }

data=.todo base= store= interval= scale= canary=yes
while (($# > 0)); do
    case $1 in
        --data|--port-base|--store|--interval|--window-scale)
            (($# > 1)) || fail "$1 needs a value; --help tells more" ;;&
        --data) data=$2; shift 2 ;;
        --port-base) base=$2; shift 2 ;;
        --store) store=$2; shift 2 ;;
        --interval) interval=$2; shift 2 ;;
        --window-scale) scale=$2; shift 2 ;;
        --no-canary) canary=; shift ;;
        --help|-h) usage; exit 0 ;;
        *) fail "what is '$1'? --help tells what there is" ;;
    esac
done
[[ -z $base || ($base =~ ^[0-9]{4,5}$ && $base -ge 1024 && $base -le 65500) ]] || fail "--port-base must be from 1024 to 65500"
[[ -z $interval || $interval =~ ^[1-9][0-9]{0,2}$ ]] || fail "--interval must be whole seconds"
[[ -z $scale || $scale =~ ^(0?\.[0-9]*[1-9][0-9]*|1(\.0*)?)$ ]] || fail "--window-scale must be more than 0 and at most 1"

todo=${TODO:-}
for candidate in .build/release/todo .build/debug/todo; do [[ -n $todo || ! -x $candidate ]] || todo=$candidate; done
[[ -n $todo && -x $todo ]] || fail "the program is not built: make release"
missing=()
for program in prometheus prometheus-alertmanager prometheus-postgres-exporter curl perl psql; do
    command -v "$program" >/dev/null || missing+=("$program")
done
((${#missing[@]} == 0)) || fail "not installed: ${missing[*]} (make test-packages installs them)"

# Every line is: role, state, process, addresses.
status=$("$todo" status --data "$data" 2>&1) || [[ $status == ROLE* ]] || fail "no platform runs in $data: start it with todo up"
address_of() { awk -v role="$1" -v kind="$2=" '$1 == role { for (i = 4; i <= NF; i++) if (index($i, kind) == 1) { sub(kind "(http://)?", "", $i); print $i } }' <<<"$status"; }

if [[ -n $base ]]; then ports=("$base" $((base + 1)) $((base + 2)) $((base + 3)) $((base + 4))); else ports=(9090 9093 9197 3000 9198); fi
for port in "${ports[@]}"; do
    ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || fail "port $port is taken: choose others with --port-base"
done
prometheus=127.0.0.1:${ports[0]} alertmanager=127.0.0.1:${ports[1]} exporter=127.0.0.1:${ports[2]}
grafana=127.0.0.1:${ports[3]} outside=127.0.0.1:${ports[4]}

work=$(mktemp -d "${TMPDIR:-/tmp}/todo-observe.XXXXXX")
chmod 700 "$work"
pids=() names=() observer=
postgres=$(address_of postgres tcp)

sql() {
    local password
    password=$(sed -nE 's/.*"postgres\.superuser" *: *"([^"]*)".*/\1/p' "$data/secrets.json")
    PGPASSWORD=$password psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --host "${postgres%:*}" --port "${postgres#*:}" \
        --username todo_admin --dbname todo --command "$1"
}

end() {
    trap - EXIT INT TERM HUP
    ((${#pids[@]} == 0)) || kill "${pids[@]}" 2>/dev/null || true
    wait 2>/dev/null || true
    [[ -z $observer ]] || sql "DROP OWNED BY $observer; DROP ROLE $observer" >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Children end with this script, however it ends.
start() {
    local name=$1
    shift
    if command -v setpriv >/dev/null; then set -- setpriv --pdeathsig TERM "$@"; fi
    "$@" >"$work/$name.log" 2>&1 &
    pids+=($!) names+=("$name")
}

await() {
    local name=$1 url=$2
    for ((i = 0; i < 300; i++)); do
        ! curl --silent --fail --max-time 2 --output /dev/null "$url" || return 0
        kill -0 "${pids[-1]}" 2>/dev/null || break
        sleep 0.1
    done
    tail -n 3 "$work/$name.log" >&2
    fail "$name did not start"
}

# Durations of rules written by hand, times the scale; those of objectives come from their generator.
scaled() {
    perl -pe '
        sub scaled { my ($n, $u) = @_; my $ms = int($n * {s=>1e3, m=>6e4, h=>36e5, d=>864e5}->{$u} * '"$1"'); ($ms < 1000 ? 1000 : $ms) . "ms" }
        s/\[(\d+)([smhd])\]/"[" . scaled($1, $2) . "]"/ge;
        s/\boffset (\d+)([smhd])\b/"offset " . scaled($1, $2)/ge;
        s/^(\s+for: )(\d+)([smhd])$/$1 . scaled($2, $3)/e;' "$2"
}

configure() {
    mkdir -p "$work/prometheus/rules" "$work/prometheus/targets"
    for file in prometheus/rules/*.yml; do
        if [[ -z $scale ]]; then cp "$file" "$work/prometheus/rules/"
        elif [[ $file != */slo-* ]]; then scaled "$scale" "$file" >"$work/prometheus/rules/${file##*/}"; fi
    done
    if [[ -n $scale ]]; then "$todo" slo rules --out "$work/prometheus" --window-scale "$scale" >/dev/null; fi
    if [[ -n $interval ]]; then perl -pi -e "s/^(\s+interval: )\w+/\${1}${interval}s/" "$work"/prometheus/rules/*.yml; fi
    awk 'BEGIN { print "[" } NR > 1 { for (i = 4; i <= NF; i++) if ($i ~ /^admin=/) {
            sub(/^admin=http:\/\//, "", $i)
            printf "%s  {\"targets\": [\"%s\"], \"labels\": {\"job\": \"%s\"}}", comma, $i, $1; comma = ",\n" } }
        END { print "\n]" }' <<<"$status" >"$work/prometheus/targets/local.json"
    {
        sed -E -e "s/127\.0\.0\.1:9090/$prometheus/; s/127\.0\.0\.1:9093/$alertmanager/" \
            ${interval:+-e "s/^(  (scrape|evaluation)_interval: ).*/\1${interval}s/" -e "s/^(  scrape_timeout: ).*/\1$((interval < 5 ? interval : 5))s/"} \
            prometheus/prometheus.yml
        [[ -z $postgres ]] || printf '\n  - job_name: postgres\n    static_configs:\n      - targets: [%s]\n' "$exporter"
        [[ -z $canary ]] || printf '\n  - job_name: canary\n    static_configs:\n      - targets: [%s]\n' "$outside"
    } >"$work/prometheus/prometheus.yml"
}

start_exporter() {
    observer=todo_observer_$$
    local password
    password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    sql "DO \$\$ DECLARE old text; BEGIN
            FOR old IN SELECT rolname FROM pg_roles WHERE rolname LIKE 'todo\_observer\_%'
                AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE usename = rolname)
            LOOP EXECUTE format('DROP OWNED BY %I', old); EXECUTE format('DROP ROLE %I', old); END LOOP; END \$\$;
        CREATE ROLE $observer LOGIN PASSWORD '$password' IN ROLE pg_monitor;
        GRANT CONNECT ON DATABASE todo TO $observer;" 2>"$work/sql.log" || fail "the database does not let itself be observed: $(head -n 1 "$work/sql.log")"
    export DATA_SOURCE_USER=$observer DATA_SOURCE_PASS=$password DATA_SOURCE_URI="$postgres/todo?sslmode=disable"
    start postgres-exporter prometheus-postgres-exporter --web.listen-address="$exporter" --disable-settings-metrics \
        --extend.query-path=prometheus/postgres-queries.yml
    unset DATA_SOURCE_USER DATA_SOURCE_PASS DATA_SOURCE_URI
    await postgres-exporter "http://$exporter/metrics"
}

start_grafana() {
    cp -r grafana/provisioning "$work/provisioning"
    sed -i "s|/etc/grafana/dashboards/todo|$PWD/grafana/dashboards|" "$work/provisioning/dashboards/todo.yaml"
    [[ -z $interval ]] || sed -i "s/timeInterval: .*/timeInterval: ${interval}s/" "$work/provisioning/datasources/todo.yaml"
    local traces home=/usr/share/grafana
    traces=http://$(address_of traces http)
    start grafana env PROMETHEUS_URL="http://$prometheus" TEMPO_URL="$traces" LOKI_URL="$traces" \
        GF_SERVER_HTTP_ADDR="${grafana%:*}" GF_SERVER_HTTP_PORT="${grafana#*:}" GF_PATHS_DATA="$work/grafana" \
        GF_PATHS_LOGS="$work/grafana/log" GF_PATHS_PLUGINS="$work/grafana/plugins" GF_PATHS_PROVISIONING="$work/provisioning" \
        GF_AUTH_ANONYMOUS_ENABLED=true GF_AUTH_ANONYMOUS_ORG_ROLE=Viewer GF_ANALYTICS_REPORTING_ENABLED=false \
        GF_ANALYTICS_CHECK_FOR_UPDATES=false GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES=false \
        grafana-server --homepath "$home"
    await grafana "http://$grafana/api/health"
}

configure
promtool check config "$work/prometheus/prometheus.yml" >"$work/check.log" 2>&1 || { tail -n 5 "$work/check.log" >&2; fail "the configuration is wrong"; }
[[ -z $postgres ]] || start_exporter
start alertmanager prometheus-alertmanager --config.file=prometheus/alertmanager.yml --storage.path="$work/alertmanager" \
    --web.listen-address="$alertmanager" --cluster.listen-address= --log.level=warn
await alertmanager "http://$alertmanager/-/ready"
if [[ -n $canary ]]; then
    start canary "$todo" canary --data "$data" --listen "$outside" --every "${interval:-15}"
    await canary "http://$outside/metrics"
fi
start prometheus prometheus --config.file="$work/prometheus/prometheus.yml" --storage.tsdb.path="${store:-$work/data}" \
    --web.listen-address="$prometheus" --web.enable-lifecycle --enable-feature=exemplar-storage ${scale:+--rules.alert.resend-delay=5s} --log.level=warn
await prometheus "http://$prometheus/-/ready"
if command -v grafana-server >/dev/null; then start_grafana; fi

echo "Prometheus         http://$prometheus"
echo "Alertmanager       http://$alertmanager"
if [[ -n $postgres ]]; then echo "postgres-exporter  http://$exporter/metrics"; fi
if [[ -n $canary ]]; then echo "Canary             http://$outside/metrics"; fi
if command -v grafana-server >/dev/null; then echo "Grafana            http://$grafana/d/todo-overview"
else echo "Grafana            not installed; docs/images/dashboards/ shows the panels"; fi

# All targets have been scraped once, or are named.
wanted=$(($(grep -c '"targets"' "$work/prometheus/targets/local.json") + 1 + ${#postgres} / (${#postgres} > 0 ? ${#postgres} : 1) + ${#canary} / 3))
ask() { curl --silent --max-time 5 --get "http://$prometheus/api/v1/query" --data-urlencode "query=$1"; }
for ((i = 0; i < 600; i++)); do
    up=$(ask 'count(up == 1)' | sed -nE 's/.*,"([0-9]+)"\].*/\1/p')
    ((${up:-0} < wanted)) || break
    sleep 0.1
done
echo "Targets            ${up:-0} of $wanted answer"
((${up:-0} >= wanted)) || ask 'up == 0' | grep -oE '"job":"[^"]*"' | sort -u | sed 's/^/                   silent: /'
echo "Ctrl-C ends all of them."

wait -n "${pids[@]}" || true
for ((i = 0; i < ${#pids[@]}; i++)); do
    kill -0 "${pids[i]}" 2>/dev/null || { tail -n 3 "$work/${names[i]}.log" >&2; fail "${names[i]} ended by itself"; }
done
