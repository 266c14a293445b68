"""The function under test, with AWS in memory."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from moto import mock_aws

from local_aws.moto_adapter import packages_in_moto
from tests.unit.lambda_handler.harness import REGION, Cloud


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[Cloud]:
    caplog.set_level(logging.INFO)
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        cloud = Cloud()
        # S3 knows since when an object is there, by the clock of the test.
        monkeypatch.setattr("moto.s3.models.utcnow", cloud.clock.naive)
        with packages_in_moto(cloud.model):
            yield cloud
    # Whatever a test is about: the signature of a response URL is in no log and in no response.
    assert "secret-signature" not in caplog.text
    assert not any(b"secret-signature" in body for _, body in cloud.puts)
