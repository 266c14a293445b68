"""The pytest fixtures `local_aws` and `local_deployer`: stacks deployed in tests, to an AWS on this machine.

pytest imports this module in each run of whoever has installed the library, so it imports nothing of the extra `local`
until a fixture is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from local_aws.deployer import Deployer
    from local_aws.machine import LocalAws


@pytest.fixture(scope="session")
def local_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    """A local AWS, bootstrapped for the CDK, for the whole session; with pytest-xdist one for each worker.

    It listens at a free port of loopback, and its state is in pytest's temporary folder. It ends with the session,
    however that ends.
    """
    from local_aws.controls import LocalAwsError  # noqa: PLC0415
    from local_aws.deployer import bootstrap  # noqa: PLC0415
    from local_aws.machine import LocalAws  # noqa: PLC0415

    aws = LocalAws(tmp_path_factory.mktemp("local-aws"))
    try:
        aws.start()
    except LocalAwsError as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None  # pytest.fail would show it twice
    try:
        bootstrap(aws)
        yield aws
    finally:
        aws.stop()


@pytest.fixture
def local_deployer(local_aws: LocalAws, tmp_path: Path) -> Iterator[Deployer]:
    """Deploys stacks to `local_aws`. After the test everything behaves as by default, and its stacks are destroyed.

    For stacks that several tests share, make a `local_aws.Deployer` in a fixture of your own.
    """
    from local_aws.deployer import Deployer  # noqa: PLC0415

    local_aws.reset()
    deployer = Deployer(local_aws, tmp_path)
    yield deployer
    local_aws.reset()
    deployer.destroy_all()
