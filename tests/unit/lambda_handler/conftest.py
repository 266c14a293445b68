"""The function under test, with AWS in memory."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Iterator

import pytest
from moto import mock_aws

from tests.support import shortcuts
from tests.support.watchdogs import Watchdog
from tests.unit.lambda_handler.harness import REGION, Cloud, clients


@pytest.fixture(scope="session")
def _models() -> None:
    """botocore's models, once. They are large and stay, so the garbage collector need not look at them each time."""
    with mock_aws():
        clients()
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module")
def _moto(_models: None) -> Iterator[None]:
    """Moto, for all tests of a file: starting it takes longer than most tests do."""
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
            environment.setenv(name, REGION)
        yield


@pytest.fixture
def cloud(_moto: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[Cloud]:
    caplog.set_level(logging.INFO)
    shortcuts.forget_all_objects()
    s3, opensearch = clients()
    with shortcuts.objects_looked_up(s3):
        cloud = Cloud()
        # S3 knows since when an object is there, by the clock of the test.
        monkeypatch.setattr("moto.s3.models.utcnow", cloud.clock.naive)
        with shortcuts.packages_played_by(cloud.model, opensearch):
            yield cloud
    # Whatever a test is about: the signature of a response URL is in no log and in no response.
    assert "secret-signature" not in caplog.text
    assert not any(b"secret-signature" in body for _, body in cloud.puts)


@pytest.fixture
def watchdogs(monkeypatch: pytest.MonkeyPatch) -> list[Watchdog]:
    """The watchdogs that were set, in their order."""
    kept: list[Watchdog] = []

    def keep(seconds: float, fire: Callable[[], None]) -> Watchdog:
        kept.append(Watchdog(seconds, fire))
        return kept[-1]

    monkeypatch.setattr("lambda_handler.cloudformation.invocation.threading.Timer", keep)
    return kept
