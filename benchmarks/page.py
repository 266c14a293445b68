"""The page that is written: `docs/benchmarks.md`."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version

from benchmarks.tables import Table, wrapped
from benchmarks.timelines import PHASES
from benchmarks.waiting import WAITERS

INTRODUCTION = f"""
How soon CloudFormation hears that a package is available, and what that costs, beside what one would otherwise run.
`make bench` writes this page. Delays, calls, resources and the quota are the same on every machine; CPU times and
memory are not, so of them only the ratios say something.

Ours is the provider's own code, from the event to the response, on a simulated clock, against the model of the service
that the tests use. The others wait by their own published schedules, on the same timelines. For each time there are
{PHASES} packages, which become available from then on until a quarter later. Half of a call's time passes on the way
there. Cold starts are left out of the delays, for everybody.
"""


def page(sections: Iterable[tuple[str, str]]) -> str:
    """The page.

    Args:
        sections: titles and what stands below them.
    """
    today = datetime.now(UTC).strftime("%Y-%m-%d")
    made = f"Made on {today} with Python {platform.python_version()}, " + ", ".join(
        f"{name} {version(name)}" for name in ("boto3", "crhelper", "aws-cdk-lib")
    )
    parts = ["# Benchmarks", *(wrapped(" ".join(part.split())) for part in INTRODUCTION.split("\n\n"))]
    parts.append(f"{made}.")
    for title, text in sections:
        parts += [f"## {title}", text]
    return "\n\n".join(parts) + "\n"


def sources() -> str:
    """By which schedule each of them waits."""
    return wrapped("\n".join(f"- {waiter.name}: {waiter.source}." for waiter in WAITERS))


def below(tables: Iterable[Table]) -> str:
    """Tables one below the other, each with its title."""
    return "\n\n".join(f"{table.title}:\n\n{table.markdown()}" for table in tables)
