"""What the simulator has got through, for the end of the test run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

counts: Counter[str] = Counter()
tables: dict[str, list[str]] = {}


def plain() -> dict[str, Any]:
    """Everything counted in this process, in types that travel between processes."""
    return {"counts": dict(counts), "tables": tables}


def add(counted: Mapping[str, Any]) -> None:
    """Add what another process has counted."""
    counts.update(counted.get("counts", {}))
    for title, rows in counted.get("tables", {}).items():
        tables.setdefault(title, []).extend(rows)


def lines() -> list[str]:
    """What to print; nothing where nothing was simulated."""
    told = []
    if counts["runs"]:
        told.append(
            f"{counts['requests']} kinds of request, {counts['boundaries']} call boundaries, "
            f"{counts['runs'] // counts['boundaries']} faults at each: {counts['runs']:,} runs"
        )
    if counts["sequences"]:
        told.append(
            f"{counts['sequences']:,} random sequences of {counts['operations']:,} stack operations, with "
            f"{counts['struck']:,} faults, {counts['duplicates']:,} duplicate deliveries and {counts['by hand']:,} "
            f"changes by hand, in {round(counts['milliseconds'] / 1000)} s"
        )
    for title, rows in tables.items():
        told += ["", title, *sorted(rows)]  # workers finish in any order
    return told
