#!/usr/bin/env python3
"""Holds Grafana's dashboards against its schema, the rules of its linter, the catalogue of metrics, and a Prometheus.

Usage: check-dashboards.py [--prometheus URL [--exemplars]] [--fixture FILE] [--catalogue FILE] grafana/dashboards/*.json

- Schema: each file is read with Grafana's own types and written again; whatever is lost was mistyped.
- Names: a metric of ours, and each label asked of it, must be in the catalogue (docs/metrics.md).
- --prometheus asks every query of panels, variables and annotations as Grafana would, over the last ten minutes: a
  mistake, no series, only NaN and more than 200 series are complaints. "[may-be-empty]" in a description excuses panels
  that are empty on a good day.
- --fixture does the same for panels that need what a machine of one's own does not have ("[production]", "[model]",
  "[load run]"), with a Prometheus of its own that holds the series of that file.
- --exemplars wants panels with exemplars to lead to traces, and prints the newest trace ids.
"""
import argparse
import json
import math
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

UNITS = {"percentunit", "s", "ms", "reqps", "ops", "short", "bytes"}
SPAN = 600
TAGS = ("[production]", "[model]", "[load run]")
REPOSITORY = pathlib.Path(__file__).resolve().parent.parent
# Shown by Prometheus itself, by our rules and by postgres-exporter; only a running one knows them.
LIVE_ONLY = re.compile(r"(pg_|prometheus_|scrape_|slo:|up$|ALERTS$)")
# Scraped from one place, whatever the chosen service.
ONE_PLACE = re.compile(r"(dapr_|todo_canary_|todo_load_)")
TARGET_LABELS = {"job", "instance"}


def lost(before, after, place=""):
    """What the schema did not know."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key, value in before.items():
            if key not in after:
                # Empty values are left out when they are written again.
                if value not in (None, "", [], {}, False, 0):
                    yield f"{place}.{key}"
            else:
                yield from lost(value, after[key], f"{place}.{key}")
    elif isinstance(before, list) and isinstance(after, list):
        if len(before) != len(after):
            yield f"{place} (its length)"
        for index, (one, other) in enumerate(zip(before, after)):
            yield from lost(one, other, f"{place}[{index}]")


def schema(dashboard):
    from grafana_foundation_sdk.cog import plugins
    from grafana_foundation_sdk.cog.encoder import JSONEncoder
    from grafana_foundation_sdk.models.dashboard import Dashboard

    plugins.register_default_plugins()
    again = json.loads(JSONEncoder(sort_keys=True, indent=2).encode(Dashboard.from_json(dashboard)))
    return [f"{place} is not known to Grafana" for place in lost(dashboard, again)]


def queries(dashboard):
    """(panel, target) of all that has queries."""
    return [(p, t) for p in dashboard["panels"] if p["type"] != "row" for t in p.get("targets", [])]


def is_tagged(thing):
    return any(tag in thing.get("description", "") for tag in TAGS)


def lint_dashboard(dashboard):
    names = {v["name"]: v for v in dashboard["templating"]["list"]}
    if dashboard.get("editable") is not False:
        yield "must not be editable"
    if names.get("datasource", {}).get("type") != "datasource":
        yield "has no variable for its data source"
    for variable in names.values():
        if variable["type"] == "query" and (variable.get("refresh") != 2 or variable.get("allValue") != ".+"):
            yield f"variable {variable['name']} must follow the time range and match all by .+"
    if not dashboard.get("description"):
        yield "has no description"
    for field, what in (("id", "number"), ("title", "name")):
        rows_apart = [(p[field], p.get("gridPos", {}).get("y") if field == "title" else 0) for p in dashboard["panels"]]
        if len(set(rows_apart)) != len(rows_apart):
            yield f"has panels of the same {what}"


def lint_panel(panel):
    where = f"panel {panel['title']!r}"
    if len(panel.get("description", "")) < 40:
        yield f"{where} does not say what it shows, what is normal and what to do"
    if panel["fieldConfig"]["defaults"].get("unit") not in UNITS:
        yield f"{where} has no known unit"
    if panel["datasource"].get("uid") != "${datasource}":
        yield f"{where} is tied to one data source"
    if not panel.get("targets"):
        yield f"{where} asks nothing"
    for target in panel.get("targets", []):
        text = target["expr"]
        if re.search(r"\[\d+[smhd]\]", text):
            yield f"{where}: {target['refId']} must look back over $__rate_interval"
        for counter in re.finditer(r"(\w+\()?(\w+_total)\{", text):
            if counter.group(1) not in ("rate(", "increase(", "irate("):
                yield f"{where}: {counter.group(2)} is a counter and needs a rate"


def lint(dashboard):
    complaints = list(lint_dashboard(dashboard))
    for panel in dashboard["panels"]:
        if panel["type"] != "row":
            complaints += lint_panel(panel)
    return complaints


class Fixture:
    """Series that grow by the same amount at each step."""
    STEP = 15

    def __init__(self, path):
        self.series = []  # (name, labels as text, start, what a step adds)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            plain = re.fullmatch(r"(\w+)\{(.*)\} ([\d.]+) \+ ([\d.]+)", line)
            histogram = re.fullmatch(r"(\w+)\{(.*)\} histogram ((?:[\d.+Inf]+:\d+ ?)+)", line)
            if plain:
                self.series.append((plain[1], plain[2], float(plain[3]), float(plain[4])))
            elif histogram:
                self.histogram(histogram[1], histogram[2], histogram[3].split())
            else:
                sys.exit(f"{path}:{number}: neither a series nor a histogram: {line}")

    def histogram(self, name, labels, buckets):
        count = total = 0
        bound = 0.0
        for text, new in (b.split(":") for b in buckets):
            count += int(new)
            bound = bound if text == "+Inf" else float(text)
            total += int(new) * bound
            self.series.append((f"{name}_bucket", f'{labels},le="{text}"', 0, count))
        self.series.append((f"{name}_count", labels, 0, count))
        self.series.append((f"{name}_sum", labels, 0, total))

    def labels(self):
        """The labels of each metric."""
        found = {}
        for name, labels, _, _ in self.series:
            found.setdefault(name, set()).update(re.findall(r'(\w+)="', labels))
        return found

    def open_metrics(self, now):
        """Twenty minutes of the past, and two for the questions to come."""
        lines = []
        steps = 2 * SPAN // self.STEP
        for name, labels, start, step in sorted(self.series):
            lines += [f"{name}{{{labels}}} {start + step * i:.9g} {now - (steps - i) * self.STEP}" for i in range(steps + 9)]
        return "\n".join(lines) + "\n# EOF\n"


class Catalogue:
    """The metrics that there are, with their labels."""

    def __init__(self, page, recorded):
        self.declared, self.recorded = {}, recorded
        for name, kind, labels in re.findall(r"^\| `([a-z_:]+)` \| ([a-z -]+) \| (.*?) \| [^|]*\|$", page, re.M):
            known = set(re.findall(r"`(\w+)`", labels)) | TARGET_LABELS
            if kind == "histogram":
                self.declared.update({f"{name}_count": known, f"{name}_sum": known, f"{name}_bucket": known | {"le"}})
            else:
                self.declared[name] = known

    def complaints(self, thing, where, expression):
        text = re.sub(r'"(?:[^"\\]|\\.)*"', '""', expression)
        selectors = re.findall(r"([a-zA-Z_:][\w:]*)\{([^}]*)\}", text)
        grouped = set(re.findall(r"\w+", " ".join(re.findall(r"\b(?:by|on|without|ignoring) \(([^)]*)\)", text))))
        rest = re.sub(r"\b(?:by|on|without|ignoring) \([^)]*\)|\{[^}]*\}|\[[^\]]*\]|\boffset \w+", " ", text)
        words = re.findall(r"[a-zA-Z_:][\w:]*(?!\w*\s*\()", rest)
        names = {w for w in words if w not in ("and", "or", "unless", "bool", "Inf", "NaN") and not w.isdigit()}
        usable = set()
        for name in sorted(names):
            labels = self.declared.get(name)
            if is_tagged(thing) and labels is None:
                labels = self.recorded.get(name)
            if labels is None:
                if LIVE_ONLY.match(name):
                    return
                yield f"{where}: {name} is not in docs/metrics.md"
                continue
            usable |= labels
            for asked in (set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", inner)) for n, inner in selectors if n == name):
                for label in sorted(asked - labels):
                    yield f"{where}: {name} has no label {label}"
            if name in self.declared and not ONE_PLACE.match(name):
                for own, inner in re.findall(r"([a-zA-Z_:][\w:]*)\{([^}]*)\}", expression):
                    if own == name and 'job=~"$job"' not in inner:
                        yield f"{where}: {name} does not narrow by the service"
                if name not in {n for n, _ in selectors}:
                    yield f"{where}: {name} does not narrow by the service"
        for label in sorted(grouped - usable):
            yield f"{where}: nothing here has the label {label}"

    def of(self, dashboard):
        for panel, target in queries(dashboard):
            yield from self.complaints(panel, f"panel {panel['title']!r}, query {target['refId']}", target["expr"])


class Prometheus:
    """What the panels would see."""

    def __init__(self, base):
        self.base, self.asked, self.slowest, self.traces = base.rstrip("/"), 0, 0.0, []

    def get(self, path, **values):
        self.asked += 1
        began = time.monotonic()
        url = f"{self.base}/api/v1/{path}?{urllib.parse.urlencode(values)}"
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                found = json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            raise ValueError(json.load(error).get("error", error.reason)) from None
        except OSError as error:
            sys.exit(f"{self.base} does not answer: {error}")
        self.slowest = max(self.slowest, time.monotonic() - began)
        return found

    def expanded(self, text, dashboard):
        text = text.replace("$__rate_interval", "1m").replace("$__interval", "15s").replace("$__range", f"{SPAN}s")
        for variable in dashboard["templating"]["list"]:
            text = text.replace(f"${{{variable['name']}}}", ".+").replace(f"${variable['name']}", ".+")
        return text

    def series(self, expression):
        now = time.time()
        return self.get("query_range", query=expression, start=now - SPAN, end=now, step=15)["result"]

    def complaints(self, dashboard, wants_exemplars, tagged):
        for panel, target in queries(dashboard):
            if is_tagged(panel) != tagged:
                continue
            where = f"panel {panel['title']!r}, query {target['refId']}"
            expression = self.expanded(target["expr"], dashboard)
            try:
                series = self.series(expression)
            except ValueError as error:
                yield f"{where}: {error}"
                continue
            values = [float(v) for s in series for _, v in s["values"]]
            # A fixture shows also what is empty on a good day.
            excused = "[may-be-empty]" in panel["description"] and not tagged
            if len(series) > 200:
                yield f"{where}: {len(series)} series"
            elif not any(math.isfinite(v) for v in values) and not excused:
                yield f"{where}: {'only NaN' if values else 'no series'}: {expression}"
            if target.get("exemplar") and wants_exemplars:
                found = self.exemplars(expression)
                self.traces += found
                if not found:
                    yield f"{where}: no exemplar names a trace"
        for variable in dashboard["templating"]["list"]:
            if variable["type"] == "query" and is_tagged(variable) == tagged and not self.values(variable, dashboard):
                yield f"variable {variable['name']} has no values"
        for annotation in [] if tagged else dashboard["annotations"]["list"]:
            try:
                self.series(self.expanded(annotation["expr"], dashboard))
            except ValueError as error:
                yield f"annotation {annotation['name']}: {error}"

    def values(self, variable, dashboard):
        match = re.fullmatch(r"label_values\((.+), (\w+)\)", self.expanded(variable["query"]["query"], dashboard))
        return match and self.get(f"label/{match[2]}/values", **{"match[]": match[1]})

    def exemplars(self, expression):
        found = self.get("query_exemplars", query=expression, start=time.time() - SPAN, end=time.time())
        dated = sorted((e["timestamp"], e["labels"].get("trace_id")) for s in found for e in s["exemplars"])
        return [trace for _, trace in dated if trace]


class FixturePrometheus:
    """A Prometheus that scrapes nothing and remembers a fixture."""

    def __init__(self, fixture):
        self.folder = tempfile.mkdtemp(prefix="dashboards-")
        home = pathlib.Path(self.folder)
        (home / "series").write_text(fixture.open_metrics(int(time.time())), encoding="utf-8")
        (home / "prometheus.yml").write_text("{}\n", encoding="utf-8")
        made = subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", home / "series", home / "data"],
                              capture_output=True, text=True)
        if made.returncode:
            sys.exit(f"promtool does not take the fixture: {made.stderr.strip()}")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{free.getsockname()[1]}"
        self.process = subprocess.Popen(
            ["prometheus", f"--config.file={home}/prometheus.yml", f"--storage.tsdb.path={home}/data",
             f"--web.listen-address={address}", "--log.level=error"], stderr=subprocess.DEVNULL)
        self.url = f"http://{address}"
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                urllib.request.urlopen(f"{self.url}/-/ready", timeout=5).close()
                return
            except OSError:
                time.sleep(0.05)
        self.stop()
        sys.exit("the Prometheus for the fixture does not start")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def parsed():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--prometheus", metavar="URL")
    parser.add_argument("--exemplars", action="store_true", help="panels with exemplars must lead to traces")
    parser.add_argument("--fixture", metavar="FILE", type=pathlib.Path, help="series for tagged panels")
    parser.add_argument("--catalogue", metavar="FILE", type=pathlib.Path, default=REPOSITORY / "docs/metrics.md")
    parser.add_argument("files", nargs="+")
    return parser.parse_args()


def check(files, catalogue, live, recorded, wants_exemplars):
    failed = 0
    for name in files:
        with open(name, encoding="utf-8") as file:
            dashboard = json.load(file)
        complaints = schema(dashboard) + lint(dashboard) + list(catalogue.of(dashboard))
        if live:
            complaints += live.complaints(dashboard, wants_exemplars, tagged=False)
        if recorded:
            complaints += recorded.complaints(dashboard, False, tagged=True)
        for complaint in complaints:
            print(f"{name}: {complaint}")
        failed += len(complaints)
        print(f"{name}: {len(queries(dashboard))} queries, {len(complaints)} complaints")
    return failed


def main():
    options = parsed()
    fixture = Fixture(options.fixture or REPOSITORY / "grafana/fixtures/production.series")
    catalogue = Catalogue(options.catalogue.read_text(encoding="utf-8"), fixture.labels())
    live = Prometheus(options.prometheus) if options.prometheus else None
    beside = FixturePrometheus(fixture) if options.fixture else None
    recorded = Prometheus(beside.url) if beside else None
    try:
        failed = check(options.files, catalogue, live, recorded, options.exemplars)
    finally:
        if beside:
            beside.stop()
    for server, kind in ((live, "the platform"), (recorded, "the fixture")):
        if server:
            print(f"{server.asked} questions about {kind}, the slowest took {server.slowest * 1000:.0f} ms")
    if live and live.traces:
        print(f"exemplars: {' '.join(live.traces[-5:])}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
