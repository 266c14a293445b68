"""What the simulator tells at the end of a test run."""

from __future__ import annotations

import pytest

from tests.simulation import tally


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    lines = tally.lines()
    if lines:
        terminalreporter.section("simulation")
    for line in lines:
        terminalreporter.write_line(line)
