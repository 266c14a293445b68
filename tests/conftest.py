"""How tests are shared out to the workers of pytest-xdist, and what the simulator says at the end of a run."""

from __future__ import annotations

import os
from typing import Any

import pytest

from tests.simulation import tally

# The CDK runs in the tests' own processes: its runtime's banner about Node belongs in no test report.
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "1")
os.environ.setdefault("JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION", "1")

# Modules whose tests share something expensive: one worker runs them all. Every other test goes to the next free one.
TOGETHER = ("tests/integration/test_permissions.py",)
SIMULATION = "simulation"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """The scheduler of `pytest -n`, unless another one is asked for with `--dist`.

    It is not `--dist loadgroup`, because pytest-xdist 3.8.0 cannot name groups under pytest 9.2.
    """
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415 - a run without pytest-xdist goes on working

    if config.getoption("dist") != "load":
        return None
    scheduling = LoadScopeScheduling(config, log)
    scheduling._split_scope = _shared_out_as
    return scheduling


def _shared_out_as(nodeid: str) -> str:
    """What a test is shared out together with: its module, or nothing but itself."""
    module = nodeid.partition("::")[0]
    return module if module in TOGETHER else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """How many workers `-n auto` means: one more than there are processors, because many stories mostly wait."""
    processors = os.cpu_count() or 1
    return processors if config.getoption("numprocesses") == "logical" else processors + 1


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
