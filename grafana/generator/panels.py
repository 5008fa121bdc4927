"""What all dashboards are made of: panels, rows, variables, and the queries that they share."""
PROMETHEUS = {"type": "prometheus", "uid": "${datasource}"}
PERCENT, SECONDS, MILLISECONDS, BYTES, COUNT = "percentunit", "s", "ms", "bytes", "short"
# Requests, and everything else that happens so and so often a second.
RATE, EVENTS = "reqps", "ops"

# What a panel needs that a platform on one machine does not have. Such panels run on grafana/fixtures/.
PRODUCTION, MODEL_ONLY, LOAD_RUN = "[production]", "[model]", "[load run]"
# Nothing to show is good news.
QUIET = "[may-be-empty]"

_OPTIONS = {
    "timeseries": {"legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
                   "tooltip": {"mode": "multi", "sort": "desc"}},
    "stat": {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}, "colorMode": "value",
             "graphMode": "none", "textMode": "auto"},
    "gauge": {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
              "showThresholdLabels": False, "showThresholdMarkers": True},
    "table": {"showHeader": True},
    "heatmap": {"calculate": False, "cellGap": 1, "color": {"mode": "scheme", "scheme": "Oranges", "steps": 64},
                "legend": {"show": True}, "tooltip": {"mode": "single", "yHistogram": False}},
}


def thresholds(*steps):
    """Colours by value: a colour for everything, then (from, colour)."""
    first, *rest = steps
    return {"mode": "absolute", "steps": [{"color": first, "value": None}]
            + [{"color": colour, "value": value} for value, colour in rest]}


def panel(kind, title, description, unit, *queries, width=8, height=8, marks=None, exemplars=False, maximum=None,
          options=None, spark=False, stacked=False, links=None):
    """One panel; `queries` are (legend, expression). `spark` draws a stat's past below its number."""
    at_once = kind == "table" or (kind in ("stat", "gauge") and not spark)
    targets = []
    for index, (legend, expression) in enumerate(queries):
        target = {"refId": chr(65 + index), "datasource": PROMETHEUS, "expr": expression, "legendFormat": legend,
                  "editorMode": "code", "range": not at_once, "instant": at_once, "exemplar": exemplars}
        if kind in ("heatmap", "table"):
            target["format"] = kind
        targets.append(target)
    defaults = {"unit": unit, "thresholds": marks or thresholds("green")}
    if maximum is not None:
        defaults.update({"min": 0, "max": maximum})
    if links:
        defaults["links"] = links
    if kind == "timeseries":
        defaults["custom"] = {"lineWidth": 1, "fillOpacity": 40 if stacked else 5, "showPoints": "never",
                              "thresholdsStyle": {"mode": "line" if marks else "off"}}
        if stacked:
            defaults["custom"]["stacking"] = {"group": "A", "mode": "normal"}
    chosen = {**_OPTIONS[kind], **({"graphMode": "area"} if spark else {}), **(options or {})}
    if kind == "heatmap":
        chosen["yAxis"] = {"unit": unit}
    return {"type": kind, "title": title, "description": description, "datasource": PROMETHEUS,
            "gridPos": {"w": width, "h": height}, "fieldConfig": {"defaults": defaults, "overrides": []},
            "options": chosen, "targets": targets}


def row(title):
    return {"type": "row", "title": title, "collapsed": False, "gridPos": {"w": 24, "h": 1}, "panels": []}


def rate(counter, pick, by=""):
    """How often a second, by labels."""
    grouped = f"sum by ({by})" if by else "sum"
    return f"{grouped} (rate({counter}{{{pick}}}[$__rate_interval]))"


def quantile(share, histogram, pick, by=""):
    """The value below which that share of observations lies."""
    return (f"histogram_quantile({share}, sum by ({by + ', ' if by else ''}le) "
            f"(rate({histogram}_bucket{{{pick}}}[$__rate_interval])))")


def quantiles(histogram, pick, *shares):
    """Legends and queries of some quantiles."""
    return [(f"p{share * 100:g}", quantile(share, histogram, pick)) for share in shares or (0.5, 0.95, 0.99)]


def within(histogram, pick, spelling):
    """The share of observations up to a bucket's bound, read from the bucket itself."""
    return (f'sum(rate({histogram}_bucket{{{pick}, le=~"{spelling}"}}[$__rate_interval])) '
            f"/ sum(rate({histogram}_count{{{pick}}}[$__rate_interval]))")


def mean(histogram, pick, by=""):
    return f"{rate(histogram + '_sum', pick, by)} / {rate(histogram + '_count', pick, by)}"


def heat(title, description, unit, histogram, pick, **shape):
    """The distribution of a histogram over time: one row of cells for each bucket."""
    return panel("heatmap", title, description, unit,
                 ("{{le}}", f"sum by (le) (increase({histogram}_bucket{{{pick}}}[$__rate_interval]))"), **shape)


def _placed(panels):
    """Left to right, then down; numbers by order."""
    x = y = tallest = 0
    for number, item in enumerate(panels, 1):
        box = item["gridPos"]
        if item["type"] == "row" or x + box["w"] > 24:
            y, x, tallest = y + tallest, 0, 0
        box.update({"x": x, "y": y})
        item["id"] = number
        x, tallest = x + box["w"], max(tallest, box["h"])
        if item["type"] == "row":
            y, x, tallest = y + 1, 0, 0
    return panels


def variable(name, label, query, description=""):
    """A choice of several; all of them at first."""
    made = {"type": "query", "name": name, "label": label, "datasource": PROMETHEUS, "definition": query,
            "query": {"query": query, "refId": name}, "refresh": 2, "multi": True, "includeAll": True,
            "allValue": ".+", "current": {"text": "All", "value": "$__all"}, "sort": 1, "options": [], "hide": 0}
    if description:
        made["description"] = description
    return made


SOURCE = {"type": "datasource", "name": "datasource", "label": "Data source", "query": "prometheus", "refresh": 1,
          "options": [], "hide": 0, "current": {}}
JOB = variable("job", "Service", "label_values(up, job)")
INSTANCE = variable("instance", "Process", 'label_values(up{job=~"$job"}, instance)')
ANNOTATIONS = {"list": [
    {"name": "Deploys", "enable": True, "iconColor": "blue", "datasource": PROMETHEUS, "titleFormat": "deploy {{job}}",
     "expr": "count by (job, version) (todo_build_info unless todo_build_info offset 2m)", "step": "60s"},
    {"name": "Pages", "enable": True, "iconColor": "red", "datasource": PROMETHEUS, "titleFormat": "{{alertname}}",
     "expr": 'ALERTS{alertstate="firing", severity="page"}', "step": "60s"},
]}


def dashboard(uid, title, description, variables, panels):
    return {"uid": uid, "title": title, "description": description, "tags": ["todo"], "editable": False,
            "schemaVersion": 42, "version": 1, "refresh": "30s", "time": {"from": "now-1h", "to": "now"},
            "timezone": "browser", "graphTooltip": 1, "annotations": ANNOTATIONS,
            "templating": {"list": [SOURCE] + variables},
            "links": [{"type": "dashboards", "title": "Todo", "tags": ["todo"], "asDropdown": True,
                       "includeVars": False, "keepTime": True, "icon": "external link", "url": "", "tooltip": "",
                       "targetBlank": False}],
            "panels": _placed(panels)}
