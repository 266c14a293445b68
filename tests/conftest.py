"""Settings of the CDK, on how many workers of pytest-xdist tests run, and what the simulator says at the end."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import pytest

from tests.simulation import tally

# The CDK runs in the tests' own processes: its runtime's banner about Node belongs in no test report.
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "1")
os.environ.setdefault("JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION", "1")
# Its own validation of templates loads for ten seconds in each process, and takes half a second for each synthesis.
# cfn-lint does it in tests/release. The CDK's process starts with the first import of it, so this comes before.
os.environ.setdefault("CDK_VALIDATION", "false")

# The CDK CLI of the checkout, as for the Makefile.
NODE = Path(__file__).parents[1] / "node_modules" / ".bin"
os.environ["PATH"] = f"{NODE}{os.pathsep}{os.environ['PATH']}"

SIMULATION = "simulation"
INTEGRATION = Path(__file__).parent / "integration"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """How many workers `-n auto` means: two for each processor, because many stories mostly wait."""
    processors = os.cpu_count() or 1
    return processors if config.getoption("numprocesses") == "logical" else 2 * processors


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give each worker its share of the files against the local AWS, and that first.

    Workers begin with equal parts of the list, one after the other, and take from each other's ends when they have
    nothing left. Without this the first one has all the stories, and the others are idle at the end.
    """
    workers: int = getattr(config, "workerinput", {}).get("workercount", 1)
    files = sorted({item.path for item in items if item.path.is_relative_to(INTEGRATION)})
    share = {path: number % workers for number, path in enumerate(files)}
    others = [item for item in items if item.path not in share]
    parts: list[pytest.Item] = []
    for number in range(workers):
        own = [item for item in items if share.get(item.path) == number]
        room = max(len(items) // workers - len(own), 0)
        parts += [*own, *others[:room]]
        del others[:room]
    items[:] = [*parts, *others]


@pytest.fixture(autouse=True)
def _pauses_are_the_same_in_each_run() -> None:
    """Throttled requests pause for random times, so that they do not stay in step. A test tells the same each time."""
    random.seed(0)


def pytest_make_parametrize_id(val: object) -> str | None:
    """A token of the CDK is another string in each process, and workers have to agree on the names of the tests."""
    return "token" if isinstance(val, str) and val.startswith("${Token[") else None


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker sends what it has counted to the controller, which prints it."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[SIMULATION] = tally.plain()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """The controller hears that a worker has ended. One that crashed has sent nothing."""
    tally.add(getattr(node, "workeroutput", {}).get(SIMULATION, {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    lines = tally.lines()
    if lines:
        terminalreporter.section(SIMULATION)
    for line in lines:
        terminalreporter.write_line(line)
