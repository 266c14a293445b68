"""`make bench`: measures, prints the tables, and writes the page and its plots."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

# The CDK's own validation takes ten seconds, and says nothing that is measured here.
os.environ.setdefault("CDK_VALIDATION", "false")

from benchmarks import claims, cold_start, footprint, quota, report, synthesis, waiting
from benchmarks.page import below, page, sources
from benchmarks.plots import plot
from benchmarks.tables import Table
from benchmarks.timelines import CALLS, USUAL_CALL
from benchmarks.waiting import Row

DOCS = Path(__file__).resolve().parents[1] / "docs"
PLOTS = DOCS / "benchmarks"
DELAY = {level: f"{level:g} s" for level in (0.3, 1.0, 3.0, 10.0, 30.0, 100.0)}
NUMBER = {level: f"{level:g}" for level in (3.0, 10.0, 30.0, 100.0, 300.0)}


def main() -> None:
    """Measure everything."""
    sections = []
    for title, text, tables in measured():
        for table in tables:
            print(table.text(), end="\n\n")
        sections.append((title, "\n\n".join(filter(None, [text, below(tables)]))))
    (DOCS / "benchmarks.md").write_text(page(sections))
    print("Written: docs/benchmarks.md, and its plots in docs/benchmarks/")


def measured() -> Iterator[tuple[str, str, list[Table]]]:
    """The sections of the page: title, text and tables."""
    rows = waiting.measure()
    footprints = [
        footprint.footprint(whose, fill, count) for whose, fill in footprint.WAYS.items() for count in footprint.COUNTS
    ]
    asset = footprint.asset_bytes()
    deployed = [(rate, quota.deploy(1, rate), quota.deploy(quota.PACKAGES, rate)) for rate in quota.RATES]
    listed = [
        *claims.of_waiting(rows),
        *claims.of_footprints(asset, footprints),
        *(claim for rate, one, every in deployed for claim in claims.of_quota(one, every, rate)),
    ]
    yield "What holds", "", [report.claims(listed)]
    yield "From AVAILABLE to the response", draw(rows), [report.delays(rows, call) for call in CALLS]
    yield "Calls", f"{sources()}", [report.calls(rows, call) for call in CALLS]
    yield "Cold start", "", [report.starts(cold_start.measure())]
    yield "Size and resources", "", report.footprints(asset, footprints)
    yield "A whole regional quota", "", [report.quotas(deployed)]
    yield "Money", "", [report.costs()]
    yield "Synthesis", "", [report.syntheses(synthesis.measure())]


def draw(rows: list[Row]) -> str:
    """Draw the plots, and give what shows them."""
    PLOTS.mkdir(exist_ok=True)
    usual = [row for row in rows if row.call == USUAL_CALL]
    plot(usual, lambda row: row.mean, "delay, on average", DELAY, PLOTS / "delay.svg")
    plot(usual, lambda row: row.calls, "calls to AWS, on average", NUMBER, PLOTS / "calls.svg")
    return (
        "![The delay against the time that a package takes](benchmarks/delay.svg)\n\n"
        "![The calls against the time that a package takes](benchmarks/calls.svg)\n\n"
        f"A call takes {USUAL_CALL} s in both. Where a line ends, the waiting times out."
    )


main()
