"""What the release makes, made once: synthesis takes seconds."""

from __future__ import annotations

import os

import pytest

# The CDK's own validation of templates loads for six seconds in each process. Here cfn-lint does it.
os.environ.setdefault("CDK_VALIDATION", "false")

from release.generated import generated


@pytest.fixture(scope="session")
def made() -> dict[str, str]:
    """The text of each generated file, by its path."""
    return generated()
