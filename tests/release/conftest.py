"""What the release makes, made once: synthesis takes seconds."""

from __future__ import annotations

import pytest

from release.generated import generated


@pytest.fixture(scope="session")
def made() -> dict[str, str]:
    """The text of each generated file, by its path."""
    return generated()
