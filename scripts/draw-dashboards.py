#!/usr/bin/env python3
"""Draws the dashboards from a Prometheus, by the queries of their panels, into docs/images/dashboards/.

Usage: draw-dashboards.py --prometheus URL [--minutes N] [--out FOLDER] grafana/dashboards/*.json

This is no Grafana: places, queries, units, thresholds and legends are the panels' own, the drawing is matplotlib's. Panels
that need what one machine does not have are drawn from grafana/fixtures/ and marked.
"""
import argparse
import datetime
import importlib.util
import io
import json
import math
import pathlib
import re
import sys

import matplotlib
matplotlib.use("Agg")
import matplotlib.dates as dates
import matplotlib.pyplot as plt
from PIL import Image

sys.dont_write_bytecode = True
REPOSITORY = pathlib.Path(__file__).resolve().parent.parent
specification = importlib.util.spec_from_file_location("checker", REPOSITORY / "scripts/check-dashboards.py")
checker = importlib.util.module_from_spec(specification)
specification.loader.exec_module(checker)

# Inches of a column and of a row of Grafana's grid.
COLUMN, LINE, MARGIN, DPI = 0.62, 0.32, 0.12, 80
COLOURS = {"green": "#3a9d4e", "yellow": "#d9a400", "orange": "#e8801a", "red": "#d13b3b", "blue": "#3b73d1"}
LINES = ["#3b73d1", "#e8801a", "#3a9d4e", "#a352cc", "#d13b3b", "#17a2b8", "#8c6d31", "#6b7280", "#e377c2", "#bcbd22"]
SMALL, TINY = 8.5, 7.2


def words(value, unit):
    """A value as Grafana would write it."""
    if value is None or not math.isfinite(value):
        return "–"
    if unit == "percentunit":
        return f"{value * 100:.3g} %"
    if unit in ("s", "ms"):
        seconds = value / 1000 if unit == "ms" else value
        for factor, name in ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"), (1e-3, "ms"), (1e-6, "µs")):
            if abs(seconds) >= factor:
                return f"{seconds / factor:.3g} {name}"
        return "0 s"
    if unit == "bytes":
        for factor, name in ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
            if abs(value) >= factor:
                return f"{value / factor:.3g} {name}"
        return f"{value:.3g} B"
    shown = f"{value / 1000:.3g} K" if abs(value) >= 1000 else f"{value:.3g}"
    return shown + {"reqps": " req/s", "ops": "/s"}.get(unit, "")


def legend(text, labels):
    filled = re.sub(r"\{\{(\w+)\}\}", lambda m: labels.get(m[1], ""), text).strip()
    return filled or ", ".join(f"{k}={v}" for k, v in labels.items() if k != "__name__") or "value"


def colour(panel, value):
    chosen = "green"
    for step in panel["fieldConfig"]["defaults"]["thresholds"]["steps"]:
        if step["value"] is None or (value is not None and value >= step["value"]):
            chosen = step["color"]
    return COLOURS.get(chosen, chosen)


class Answers:
    """What panels show: (legend, labels, times, values)."""

    def __init__(self, live, recorded, minutes):
        self.live, self.recorded, self.span = live, recorded, minutes * 60

    def of(self, panel, dashboard):
        server = self.recorded if checker.is_tagged(panel) else self.live
        found, step = [], max(1, self.span // 240)
        for target in panel["targets"]:
            now = datetime.datetime.now().timestamp()
            answer = server.get("query_range", query=server.expanded(target["expr"], dashboard), start=now - self.span,
                                end=now, step=step)["result"]
            for series in answer:
                points, last = [], None
                for moment, value in series["values"]:
                    if last is not None and moment - last > 1.5 * step:
                        points.append((datetime.datetime.fromtimestamp(last + step), math.nan))  # a gap stays one
                    points.append((datetime.datetime.fromtimestamp(moment), float(value)))
                    last = moment
                found.append((legend(target["legendFormat"], series["metric"]), series["metric"],
                              [t for t, _ in points], [v for _, v in points]))
        return found


def lines(axes, panel, series):
    unit = panel["fieldConfig"]["defaults"]["unit"]
    custom = panel["fieldConfig"]["defaults"].get("custom", {})
    series = sorted(series, key=lambda s: -max((v for v in s[3] if math.isfinite(v)), default=0))
    if custom.get("stacking") and series:
        every = sorted({t for s in series for t in s[2]})
        at = [dict(zip(s[2], s[3])) for s in series]
        heights = [[v if math.isfinite(v := one.get(t, 0)) else 0 for t in every] for one in at]
        axes.stackplot(every, *heights, colors=LINES, alpha=0.6)
    else:
        for index, (_, _, times, values) in enumerate(series[:20]):
            axes.plot(times, values, linewidth=1, color=LINES[index % len(LINES)])
    top = max((v for s in series for v in s[3] if math.isfinite(v)), default=1)
    for step in panel["fieldConfig"]["defaults"]["thresholds"]["steps"]:
        if step["value"] is not None and custom.get("thresholdsStyle", {}).get("mode") == "line" \
                and step["value"] <= max(top * 3, 1e-9):
            axes.axhline(step["value"], color=COLOURS.get(step["color"]), linewidth=0.8, linestyle="--")
    axes.set_ylim(bottom=min(0, axes.get_ylim()[0]), top=None if top > 0 else 1)
    axes.yaxis.set_major_locator(plt.MaxNLocator(4))
    axes.yaxis.set_major_formatter(lambda value, _: words(value, unit))
    axes.xaxis.set_major_locator(dates.AutoDateLocator(minticks=2, maxticks=5))
    axes.xaxis.set_major_formatter(dates.DateFormatter("%H:%M"))
    axes.grid(alpha=0.25, linewidth=0.5)
    names = [s[0][:30] for s in series[:5]] + ([f"… {len(series) - 5} more"] if len(series) > 5 else [])
    marks = [plt.Line2D([], [], color=LINES[i % len(LINES)]) for i in range(min(5, len(series)))]
    marks += [plt.Line2D([], [], color="none")] * (len(names) - len(marks))
    if names:
        axes.legend(marks, names, loc="upper left", bbox_to_anchor=(-0.06, -0.12), ncol=2, fontsize=TINY, frameon=False,
                    handlelength=1, columnspacing=0.8, labelspacing=0.2, borderaxespad=0)


def numbers(axes, panel, series):
    unit = panel["fieldConfig"]["defaults"]["unit"]
    axes.axis("off")
    shown = series[:9]
    across = 1 if len(shown) < 2 else 2 if len(shown) < 5 else 3
    down = -(-len(shown) // across)
    for index, (name, _, times, values) in enumerate(shown):
        box = axes.inset_axes([(index % across) / across, 1 - (index // across + 1) / down, 0.96 / across, 0.94 / down])
        box.axis("off")
        if panel["options"].get("graphMode") == "area" and len(values) > 1:
            box.fill_between(times, values, color=colour(panel, values[-1]), alpha=0.18)
        size = 20 if across == 1 else 15 if across == 2 else 11
        box.text(0.5, 0.55, words(values[-1], unit), transform=box.transAxes, ha="center", va="center", fontsize=size,
                 color=colour(panel, values[-1]))
        box.text(0.5, 0.12, name, transform=box.transAxes, ha="center", va="center", fontsize=SMALL)


def bars(axes, panel, series):
    values = [s[3][-1] for s in series]
    top = panel["fieldConfig"]["defaults"].get("max", 1)
    axes.barh([s[0] for s in series], [max(0, min(top, v)) for v in values], color=[colour(panel, v) for v in values])
    axes.set_xlim(0, top * 1.15)
    for place, value in enumerate(values):
        axes.text(max(0, min(top, value)) + top * 0.01, place, words(value, panel["fieldConfig"]["defaults"]["unit"]),
                  va="center", fontsize=TINY)
    axes.set_xticks([])
    axes.invert_yaxis()


def rows(axes, panel, series):
    axes.axis("off")
    names = sorted({k for _, labels, _, _ in series for k in labels if k != "__name__"})
    room = max(1, int(panel["gridPos"]["h"] * 1.25) - 2)
    newest = [s for s in series if s[2] and s[2][-1] == max(x[2][-1] for x in series)]
    newest.sort(key=lambda s: -s[3][-1] if math.isfinite(s[3][-1]) else 0)
    cells = [[labels.get(n, "")[:44] for n in names] + [words(v[-1], panel["fieldConfig"]["defaults"]["unit"])]
             for _, labels, _, v in newest[:room]]
    if cells:
        table = axes.table(cells, colLabels=names + ["value"], loc="upper left", cellLoc="left", edges="horizontal", colLoc="left",
                           bbox=[0, 1 - min(1, (len(cells) + 1) / (room + 1)), 1, min(1, (len(cells) + 1) / (room + 1))])
        table.auto_set_font_size(False)
        table.set_fontsize(SMALL)


def heat(axes, panel, series):
    unit = panel["fieldConfig"]["defaults"]["unit"]
    by_bound = sorted((float(labels["le"]), times, values) for _, labels, times, values in series)
    every = sorted({t for _, times, _ in by_bound for t in times})
    below, cells = [0] * len(every), []
    for _, times, values in by_bound:
        at = dict(zip(times, values))
        upto = [at.get(t, 0) for t in every]
        cells.append([max(0, a - b) for a, b in zip(upto, below)])
        below = upto
    used = [i for i, line in enumerate(cells) if any(line)] or [0]
    low, high = max(0, used[0] - 1), min(len(cells), used[-1] + 2)
    axes.pcolormesh(every, range(high - low), cells[low:high], cmap="Oranges", shading="nearest")
    axes.set_yticks(range(high - low), ["≤ " + words(b, unit) if math.isfinite(b) else "more" for b, _, _ in by_bound[low:high]])
    axes.xaxis.set_major_locator(dates.AutoDateLocator(minticks=2, maxticks=5))
    axes.xaxis.set_major_formatter(dates.DateFormatter("%H:%M"))


KINDS = {"timeseries": lines, "stat": numbers, "gauge": bars, "table": rows, "heatmap": heat}


def draw(dashboard, answers):
    height = max(p["gridPos"]["y"] + p["gridPos"]["h"] for p in dashboard["panels"]) * LINE + 0.6
    figure = plt.figure(figsize=(24 * COLUMN, height), dpi=DPI)
    figure.text(MARGIN / (24 * COLUMN), 1 - 0.28 / height, f"{dashboard['title']}  ·  {dashboard['description']}", fontsize=13,
                weight="bold", va="center")
    for panel in dashboard["panels"]:
        box = panel["gridPos"]
        left, top = box["x"] * COLUMN, height - 0.6 - box["y"] * LINE
        if panel["type"] == "row":
            figure.text(MARGIN / (24 * COLUMN), (top - LINE / 2) / height, panel["title"], fontsize=10, weight="bold", va="center")
            continue
        width, tall = box["w"] * COLUMN, box["h"] * LINE
        figure.patches.append(plt.Rectangle(
            ((left + 0.04) / (24 * COLUMN), (top - tall + 0.04) / height), (width - 0.08) / (24 * COLUMN), (tall - 0.08) / height,
            transform=figure.transFigure, fill=False, edgecolor="#d0d4da", linewidth=0.8))
        mark = next((f"   {tag} recorded series" for tag in checker.TAGS if tag in panel["description"]), "")
        figure.text((left + MARGIN) / (24 * COLUMN), (top - 0.2) / height, panel["title"] + mark, fontsize=8.5, va="center")
        below = 0.72 if panel["type"] == "timeseries" else 0.3
        aside = {"timeseries": 0.62, "heatmap": 0.75, "gauge": 1.5}.get(panel["type"], 0.12)
        axes = figure.add_axes(((left + aside) / (24 * COLUMN), (top - tall + below) / height,
                                (width - aside - 0.15) / (24 * COLUMN), (tall - below - 0.4) / height))
        axes.tick_params(labelsize=TINY, length=2)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        series = answers.of(panel, dashboard)
        if series:
            KINDS[panel["type"]](axes, panel, series)
        else:
            axes.axis("off")
            axes.text(0.5, 0.5, "nothing, which is good", transform=axes.transAxes, ha="center", fontsize=SMALL, color="#6b7280")
    return figure


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--prometheus", required=True, metavar="URL")
    parser.add_argument("--minutes", type=int, default=10)
    parser.add_argument("--out", type=pathlib.Path, default=REPOSITORY / "docs/images/dashboards")
    parser.add_argument("files", nargs="+")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    beside = checker.FixturePrometheus(checker.Fixture(REPOSITORY / "grafana/fixtures/production.series"))
    try:
        answers = Answers(checker.Prometheus(options.prometheus), checker.Prometheus(beside.url), options.minutes)
        for name in options.files:
            dashboard = json.loads(pathlib.Path(name).read_text(encoding="utf-8"))
            drawn = io.BytesIO()
            figure = draw(dashboard, answers)
            figure.savefig(drawn, format="png")
            plt.close(figure)
            path = options.out / f"{dashboard['uid']}.png"
            Image.open(drawn).convert("RGB").quantize(96).save(path, optimize=True)
            print(f"{path}: {path.stat().st_size // 1024} KiB")
    finally:
        beside.stop()


if __name__ == "__main__":
    main()
