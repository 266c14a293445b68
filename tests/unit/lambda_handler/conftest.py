"""The function under test, with AWS in memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from moto import mock_aws

from local_aws.moto_door import open_moto_door
from tests.unit.lambda_handler.harness import REGION, Cloud


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        cloud = Cloud()
        with open_moto_door(cloud.model):
            yield cloud
