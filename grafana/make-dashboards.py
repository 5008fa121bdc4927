#!/usr/bin/env python3
"""Writes the dashboards in grafana/dashboards/. `--check` only says whether they are up to date.

Dashboards are code because a hundred panels share ten rules: every panel has a title, a unit and a description that says
what it shows, what is normal and what to do; every query narrows by `job`, rates over $__rate_interval, and data sources
are variables. The JSON is checked in, as Grafana reads it. One file of generator/ is one dashboard.
"""
import json
import pathlib
import sys

sys.dont_write_bytecode = True  # the folder of dashboards stays clean

from generator.assistant import assistant
from generator.budget import budget
from generator.events import events
from generator.load import load
from generator.overview import overview
from generator.postgres import postgres
from generator.red import red
from generator.reminders import reminders
from generator.runtime import runtime
from generator.telemetry import telemetry

ALL = (overview, red, events, budget, reminders, assistant, postgres, runtime, telemetry, load)


def main():
    made = {f"{d['uid']}.json": json.dumps(d, indent=2, ensure_ascii=False) + "\n" for d in (make() for make in ALL)}
    folder = pathlib.Path(__file__).parent / "dashboards"
    found = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.json")}
    if "--check" in sys.argv:
        wrong = sorted(name for name in made.keys() | found.keys() if made.get(name) != found.get(name))
        for name in wrong:
            print(f"grafana/dashboards/{name} is out of date: run grafana/make-dashboards.py")
        return 1 if wrong else 0
    for name in found.keys() - made.keys():
        (folder / name).unlink()
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")
    print(f"wrote {len(made)} dashboards")
    return 0


if __name__ == "__main__":
    sys.exit(main())
