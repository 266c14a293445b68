"""One local AWS for the whole session, and a deployer for it."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from local_aws.deployer import Deployer
from local_aws.machine import LOG, LocalAws
from tests.integration.stories import STACK, Cdk, logged, secrets_of

# The CDK runs in this process: its runtime's banner about Node belongs in no test report.
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "1")
os.environ.setdefault("JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION", "1")


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployer]:
    """A local AWS, bootstrapped: seconds, so it is shared."""
    state = tmp_path_factory.mktemp("aws")
    with LocalAws(state) as aws:
        deployer = Deployer(aws, tmp_path_factory.mktemp("assemblies"))
        deployer.bootstrap()
        yield deployer
    # The machine's own log, functions that failed included: no signature of a response URL has ever got there.
    assert "Signature=" not in (state / LOG).read_text(errors="replace")


def _remove_packages(aws: LocalAws) -> None:
    """Whatever a test before this one has left, on purpose or because it failed."""
    for package in aws.packages():
        with contextlib.suppress(ClientError):  # it is being deleted already
            aws.client("opensearch").delete_package(PackageID=package["PackageID"])
    deadline = time.monotonic() + 10
    while aws.packages() and time.monotonic() < deadline:
        time.sleep(0.1)


@pytest.fixture
def deployer(running: Deployer) -> Iterator[Deployer]:
    """Deploys apps and templates; every test finds the service playing its defaults, and nothing recorded."""
    running.aws.reset()
    _remove_packages(running.aws)
    yield running
    running.aws.reset()


@pytest.fixture
def aws(deployer: Deployer) -> LocalAws:
    """The local AWS: `behave`, `play`, `calls`, `requests`, `packages`, `client`."""
    return deployer.aws


@pytest.fixture
def cdk(deployer: Deployer, tmp_path: Path) -> Iterator[Cdk]:
    """The real CDK CLI. After each story, its logs are searched for secrets and its stack is removed."""
    yield Cdk(deployer, tmp_path)
    text = logged(deployer.aws)
    secrets = secrets_of(deployer.aws)
    deployer.aws.reset()
    deployer.destroy(STACK)
    assert "responded" in text, "the functions' logs are really there"
    assert secrets
    assert not [secret for secret in secrets if secret in text]
