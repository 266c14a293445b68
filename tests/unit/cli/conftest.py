"""An account in memory."""

from __future__ import annotations

import pytest

from tests.unit.cli.world import Account


@pytest.fixture
def account() -> Account:
    return Account()
