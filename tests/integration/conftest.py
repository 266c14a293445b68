"""One local AWS for the whole session, or for each worker of pytest-xdist, and a deployer for it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from local_aws.deployer import Deployer
from local_aws.machine import LOG, LocalAws
from tests.integration.names import RESPONSE_LOGGED
from tests.integration.stories import STACK, Api, Cdk, logged, secrets_of


@pytest.fixture(scope="session")
def running(local_aws: LocalAws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployer]:
    """The fixture that users have, and so an AWS of its own for each worker."""
    yield Deployer(local_aws, tmp_path_factory.mktemp("assemblies"))
    # The machine's own log, functions that failed included: no signature of a response URL has ever got there.
    assert "Signature=" not in (local_aws.state / LOG).read_text(errors="replace")


def _remove_domains_and_packages(aws: LocalAws) -> None:
    """Whatever a test before this one has left, on purpose or because it failed."""
    opensearch = aws.client("opensearch")
    for domain in opensearch.list_domain_names()["DomainNames"]:
        opensearch.delete_domain(DomainName=domain["DomainName"])
    for package in aws.packages():
        with contextlib.suppress(ClientError):  # it is being deleted already
            opensearch.delete_package(PackageID=package["PackageID"])
    deadline = time.monotonic() + 10
    while aws.packages() and time.monotonic() < deadline:
        time.sleep(0.1)


@pytest.fixture
def deployer(running: Deployer) -> Iterator[Deployer]:
    """Deploys apps and templates; every test finds the service playing its defaults, and nothing recorded."""
    running.aws.reset()
    _remove_domains_and_packages(running.aws)
    yield running
    running.aws.reset()


@pytest.fixture
def aws(deployer: Deployer) -> LocalAws:
    """The local AWS: `behave`, `play`, `calls`, `requests`, `packages`, `client`."""
    return deployer.aws


@pytest.fixture
def cdk(deployer: Deployer, tmp_path: Path) -> Iterator[Cdk]:
    """The real CDK CLI, for stories about what it does and says."""
    yield Cdk(deployer, tmp_path)
    _end_story(deployer)


@pytest.fixture
def stack(deployer: Deployer) -> Iterator[Api]:
    """CloudFormation's API, for the other stories: the CLI takes seconds of CPU time at each start."""
    yield Api(deployer)
    _end_story(deployer)


def _end_story(deployer: Deployer) -> None:
    """Remove the stack. No secret is in a function's log, which is searched before it goes with the stack."""
    text = logged(deployer.aws)
    secrets = secrets_of(deployer.aws)
    deployer.aws.reset()
    deployer.destroy(STACK)
    assert RESPONSE_LOGGED in text, "the functions' logs are really there"
    assert secrets
    assert not [secret for secret in secrets if secret in text]
