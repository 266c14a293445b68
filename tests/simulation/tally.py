"""What the simulator has got through, for the end of the test run."""

from __future__ import annotations

from collections import Counter

counts: Counter[str] = Counter()
tables: dict[str, list[str]] = {}


def lines() -> list[str]:
    """What to print; nothing where nothing was simulated."""
    told = []
    if counts["runs"]:
        told.append(
            f"{counts['requests']} kinds of request, {counts['boundaries']} call boundaries, {counts['faults']} faults "
            f"at each: {counts['runs']:,} runs"
        )
    if counts["sequences"]:
        told.append(
            f"{counts['sequences']:,} random sequences of {counts['operations']:,} stack operations, with "
            f"{counts['struck']:,} faults, {counts['duplicates']:,} duplicate deliveries and {counts['by hand']:,} "
            f"changes by hand, in {counts['seconds']} s"
        )
    for title, rows in tables.items():
        told += ["", title, *rows]
    return told
