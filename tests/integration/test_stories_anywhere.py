"""Stories that make sense on a real account too: `pytest -m aws_verified` tells them there (docs/verification.md)."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from local_aws.deployer import Deployer
from tests.integration.anywhere import DOMAIN_ON_AWS, STACK_ON_AWS, OwnEnvironment, Place
from tests.integration.stories import DICTIONARY, Cdk, package_and_trouble

DOMAIN = "shop-search"


@pytest.fixture(params=["local", pytest.param("aws", marks=pytest.mark.aws_verified)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """The local AWS, or the account of the environment; there is nothing of the stack before, and nothing after."""
    if request.param == "local":
        deployer: Deployer = request.getfixturevalue("deployer")
        opensearch = deployer.aws.client("opensearch")
        opensearch.create_domain(DomainName=DOMAIN, EngineVersion="OpenSearch_2.17")
        place = Place(request.getfixturevalue("stack"), opensearch, DOMAIN)
        yield place
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    cli = Cdk(OwnEnvironment(tmp_path), tmp_path, (STACK_ON_AWS,))
    place = Place(
        cli,
        boto3.client("opensearch", region_name=os.environ.get("AWS_REGION")),
        os.environ.get(DOMAIN_ON_AWS, ""),
        STACK_ON_AWS,
    )
    anything = place.package(DICTIONARY, DICTIONARY.write(tmp_path, "anything"))
    cli.destroy(anything)  # what a killed run has left
    try:
        yield place
    finally:
        cli.destroy(anything)
        signal.signal(signal.SIGTERM, before)
    assert place.packages() == []


@pytest.fixture
def domain(place: Place) -> str:
    """A domain that takes packages."""
    if not place.domain:
        pytest.skip(f"{DOMAIN_ON_AWS} names no domain")
    return place.domain


def test_a_package_is_created_updated_in_place_replaced_and_destroyed_anywhere(place: Place, tmp_path: Path) -> None:
    first = place.package(DICTIONARY, DICTIONARY.write(tmp_path, "first"), description="Shop")
    created = place.deploys.deploy(first)
    assert (created["PackageVersion"], created["PackageDescription"]) == ("v1", "Shop")
    assert place.packages() == [created["PackageID"]]
    source = DICTIONARY.write(tmp_path, "second")
    updated = place.deploys.deploy(place.package(DICTIONARY, source, description="Shop"))
    assert (updated["PackageID"], updated["PackageVersion"]) == (created["PackageID"], "v2")
    replaced = place.deploys.deploy(place.package(DICTIONARY, source, package_name="osp-verify-another-name"))
    assert replaced["PackageID"] != created["PackageID"]
    assert place.packages() == [replaced["PackageID"]]
    place.deploys.destroy(first)
    assert place.packages() == []


def test_what_fails_is_rolled_back_anywhere(place: Place, tmp_path: Path) -> None:
    first, second = DICTIONARY.write(tmp_path, "first"), DICTIONARY.write(tmp_path, "second")
    said = place.deploys.fails(package_and_trouble(DICTIONARY, first, stack_name=place.stack_name))
    assert "ROLLBACK" in said
    assert place.packages() == []
    created = place.deploys.deploy(place.package(DICTIONARY, first))
    said = place.deploys.fails(package_and_trouble(DICTIONARY, second, stack_name=place.stack_name))
    assert "ROLLBACK" in said
    assert place.packages() == [created["PackageID"]]
    history = place.opensearch.get_package_version_history(PackageID=created["PackageID"])
    assert len(history["PackageVersionHistoryList"]) == 3, "the first content, the second, and the first again"


def test_a_new_version_reaches_the_domain_and_leaves_it_with_the_stack_anywhere(
    place: Place, domain: str, tmp_path: Path
) -> None:
    assert domain
    first = place.package_on_domain(DICTIONARY, DICTIONARY.write(tmp_path, "first"))
    created = place.deploys.deploy(first)
    assert place.version_on_domain(created["PackageID"]) == "v1"
    place.deploys.deploy(place.package_on_domain(DICTIONARY, DICTIONARY.write(tmp_path, "second")))
    assert place.version_on_domain(created["PackageID"]) == "v2"
    place.deploys.destroy(first)
    assert place.version_on_domain(created["PackageID"]) is None
    assert place.packages() == []
