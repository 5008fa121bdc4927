"""One table of medians with their spread, and the same as JSON."""

import statistics
from dataclasses import dataclass, field

from load import Sample


@dataclass
class Row:
    subject: str
    action: str
    clients: int
    samples: list[Sample] = field(default_factory=list)
    to_pgbench: list[float] = field(default_factory=list)
    to_rival: list[float] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.action}: {self.subject}"

    def median(self, name: str) -> float | None:
        values = [getattr(sample, name) for sample in self.samples]
        return statistics.median(values) if values and values[0] is not None else None

    def record(self) -> dict:
        rates = [sample.per_second for sample in self.samples]
        return {
            "subject": self.subject, "action": self.action, "clients": self.clients,
            "requestsPerSecond": {"median": self.median("per_second"), "min": min(rates), "max": max(rates)},
            "p50Milliseconds": self.median("p50"), "p99Milliseconds": self.median("p99"),
            "processorMicroseconds": self.median("processor"),
            "ratioToPgbench": middle(self.to_pgbench), "ratioToRival": middle(self.to_rival)}


def middle(values: list[float]) -> float | None:
    return statistics.median(values) if values else None


def compare(rows: list[Row]):
    """Ratios are made within each round, whose measurements are neighbours in time; then the median counts."""
    by_name = {(row.subject, row.action, row.clients): row for row in rows}
    for row in rows:
        for other, ratios in (("pgbench", row.to_pgbench), ("rival", row.to_rival)):
            yardstick = by_name.get((other, row.action, row.clients))
            if yardstick is None or row is yardstick or row.subject == "pgbench":
                continue
            ratios[:] = [mine.per_second / its.per_second for mine, its in zip(row.samples, yardstick.samples)]


def table(rows: list[Row]) -> str:
    def number(value, form):
        return "" if value is None else format(value, form)

    lines = [[
        "what", "clients", "requests/s", "[min–max]", "p50 ms", "p99 ms", "CPU µs/request", "÷ pgbench",
        "÷ rival"]]
    for row in rows:
        rates = [sample.per_second for sample in row.samples]
        lines.append([
            row.name, str(row.clients), f"{row.median('per_second'):.0f}",
            f"[{min(rates):.0f}–{max(rates):.0f}]", f"{row.median('p50'):.2f}", f"{row.median('p99'):.2f}",
            number(row.median("processor"), ".0f"), number(middle(row.to_pgbench), ".2f"),
            number(middle(row.to_rival), ".1f")])
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    lines.insert(1, ["-" * (width - 1) + ("-" if column == 0 else ":") for column, width in enumerate(widths)])
    return "\n".join(
        "| " + " | ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths))) + " |"
        for line in lines)
