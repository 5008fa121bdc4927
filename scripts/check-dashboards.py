#!/usr/bin/env python3
"""Holds Grafana's dashboards against its schema, the rules of its linter, and a Prometheus if one is named.

Usage: check-dashboards.py [--prometheus URL [--exemplars]] grafana/dashboards/*.json

The schema check reads each file with Grafana's own types and writes it again: whatever is lost was mistyped. With
--prometheus every query of panels, variables and annotations is asked as Grafana would, over the last ten minutes: a
mistake, no series, only NaN and more than 200 series are complaints. "[may-be-empty]" in a description excuses panels that
are empty on a good day. --exemplars wants the latency panels to lead to traces.
"""
import argparse
import json
import math
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

UNITS = {"percentunit", "s", "ms", "reqps", "short", "bytes"}
SPAN = 600


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
    ids = [p["id"] for p in dashboard["panels"]]
    if len(set(ids)) != len(ids):
        yield "has panels of the same number"


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
        is_own = re.search(r"slo:|ALERTS|kafka_|dapr_", text)
        if not is_own and 'job=~"$job"' not in text:
            yield f"{where}: {target['refId']} does not narrow by the service"


def lint(dashboard):
    complaints = list(lint_dashboard(dashboard))
    for panel in dashboard["panels"]:
        if panel["type"] != "row":
            complaints += lint_panel(panel)
    return complaints


class Prometheus:
    """What the panels would see."""

    def __init__(self, base):
        self.base, self.asked, self.slowest = base.rstrip("/"), 0, 0.0

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
            text = text.replace(f"${variable['name']}", ".+").replace(f"${{{variable['name']}}}", ".+")
        return text

    def panel(self, expression):
        now = time.time()
        return self.get("query_range", query=expression, start=now - SPAN, end=now, step=15)["result"]

    def complaints(self, dashboard, wants_exemplars):
        for panel, target in queries(dashboard):
            where = f"panel {panel['title']!r}, query {target['refId']}"
            expression = self.expanded(target["expr"], dashboard)
            try:
                series = self.panel(expression)
            except ValueError as error:
                yield f"{where}: {error}"
                continue
            values = [float(v) for s in series for _, v in s["values"]]
            if len(series) > 200:
                yield f"{where}: {len(series)} series"
            elif not any(math.isfinite(v) for v in values) and "[may-be-empty]" not in panel["description"]:
                yield f"{where}: {'only NaN' if values else 'no series'}: {expression}"
            if target.get("exemplar") and wants_exemplars and not self.exemplars(expression):
                yield f"{where}: no exemplar names a trace"
        for variable in dashboard["templating"]["list"]:
            if variable["type"] == "query" and not self.values(variable, dashboard):
                yield f"variable {variable['name']} has no values"
        for annotation in dashboard["annotations"]["list"]:
            try:
                self.panel(self.expanded(annotation["expr"], dashboard))
            except ValueError as error:
                yield f"annotation {annotation['name']}: {error}"

    def values(self, variable, dashboard):
        match = re.fullmatch(r"label_values\((.+), (\w+)\)", self.expanded(variable["query"]["query"], dashboard))
        return match and self.get(f"label/{match[2]}/values", **{"match[]": match[1]})

    def exemplars(self, expression):
        found = self.get("query_exemplars", query=expression, start=time.time() - SPAN, end=time.time())
        return [e["labels"]["trace_id"] for s in found for e in s["exemplars"] if "trace_id" in e["labels"]]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--prometheus")
    parser.add_argument("--exemplars", action="store_true")
    parser.add_argument("files", nargs="+")
    options = parser.parse_args()
    server = Prometheus(options.prometheus) if options.prometheus else None
    failed = 0
    for name in options.files:
        with open(name, encoding="utf-8") as file:
            dashboard = json.load(file)
        complaints = schema(dashboard) + lint(dashboard)
        if server:
            complaints += list(server.complaints(dashboard, options.exemplars))
        for complaint in complaints:
            print(f"{name}: {complaint}")
        failed += len(complaints)
        print(f"{name}: {len(queries(dashboard))} queries, {len(complaints)} complaints")
    if server:
        print(f"{server.asked} questions to {server.base}, the slowest took {server.slowest * 1000:.0f} ms")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
