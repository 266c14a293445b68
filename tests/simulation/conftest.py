"""What holds for every simulation."""

from __future__ import annotations

import pytest

from tests.support.watchdogs import Watchdog


@pytest.fixture(autouse=True)
def _watchdogs_never_fire(monkeypatch: pytest.MonkeyPatch) -> None:
    """A watchdog counts the machine's seconds, in which simulated hours pass: it could only ever fire by mistake.

    That of each invocation would be a thread, which starts and waits.
    """
    monkeypatch.setattr("lambda_handler.cloudformation.invocation.threading.Timer", Watchdog)
