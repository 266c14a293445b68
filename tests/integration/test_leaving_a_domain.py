"""Which packages leave a domain with an association, and which stay.

Through CloudFormation's API: the CLI takes seconds at each start.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from aws_cdk import App, RemovalPolicy, Stack

from cdk_opensearch_packages import PackageAssociation
from local_aws.deployer import Deployer
from local_aws.machine import LocalAws
from tests.integration.shop import (
    DOMAIN,
    SOON,
    Build,
    forget_calls,
    imported,
    make,
    make_domain,
    on_domain,
    writes,
)
from tests.integration.stories import DICTIONARY

STACK, OTHER_DOMAIN = "Associations", "other-search"


@pytest.fixture(autouse=True)
def _domain(deployer: Deployer) -> Iterator[None]:
    deployer.aws.behave(**SOON)
    make_domain(deployer.aws)
    yield
    deployer.destroy(STACK)


def test_packages_leave_the_domain_of_an_association_that_goes_or_gets_another_domain(
    deployer: Deployer, aws: LocalAws, tmp_path: Path
) -> None:
    make_domain(aws, OTHER_DOMAIN)

    def shops(*, first: bool, second_domain: str) -> Build:
        def build(app: App) -> None:
            stack = Stack(app, STACK)
            synonyms = make(stack, "synonyms", DICTIONARY.write(tmp_path, "synonyms"))
            PackageAssociation(stack, "Second", domain=imported(stack, second_domain), packages=[synonyms])
            if first:
                stopwords = make(stack, "stopwords", DICTIONARY.write(tmp_path, "stopwords"))
                PackageAssociation(stack, "First", domain=imported(stack), packages=[stopwords])

        return build

    deployer.deploy(shops(first=True, second_domain=OTHER_DOMAIN))
    assert (on_domain(aws), on_domain(aws, OTHER_DOMAIN)) == ({"stopwords": "v1"}, {"synonyms": "v1"})
    deployer.deploy(shops(first=False, second_domain=OTHER_DOMAIN))
    assert (on_domain(aws), on_domain(aws, OTHER_DOMAIN)) == ({}, {"synonyms": "v1"})
    assert [package["PackageName"] for package in aws.packages()] == ["synonyms"]
    deployer.deploy(shops(first=False, second_domain=DOMAIN))
    assert (on_domain(aws), on_domain(aws, OTHER_DOMAIN)) == ({"synonyms": "v1"}, {})


def test_with_a_retain_policy_before_packages_stay_when_associations_are_renamed_and_a_package_moves(
    deployer: Deployer, aws: LocalAws, tmp_path: Path
) -> None:
    def shop(name: str, policy: RemovalPolicy, *, moved: bool) -> Build:
        def build(app: App) -> None:
            stack = Stack(app, STACK)
            made = [make(stack, one, DICTIONARY.write(tmp_path, one)) for one in ("synonyms", "stopwords", "nouns")]
            stays, moves, other = made
            domain = imported(stack)
            kept = [stays] if moved else [stays, moves]
            PackageAssociation(stack, name, domain=domain, packages=kept, removal_policy=policy)
            PackageAssociation(stack, "Other", domain=domain, packages=[other, moves] if moved else [other])

        return build

    everything = {"synonyms": "v1", "stopwords": "v1", "nouns": "v1"}
    deployer.deploy(shop("Packages", RemovalPolicy.DESTROY, moved=False))
    deployer.deploy(shop("Packages", RemovalPolicy.RETAIN, moved=False))
    forget_calls(aws)
    deployer.deploy(shop("Renamed", RemovalPolicy.DESTROY, moved=True))
    assert on_domain(aws) == everything
    assert writes(aws) == [], "they were on the domain all the time"
    deployer.destroy(STACK)
    assert on_domain(aws) == {}


def test_a_dictionary_that_an_index_uses_stays_and_the_user_is_told_what_to_change(
    deployer: Deployer, aws: LocalAws, tmp_path: Path
) -> None:
    def words(*names: str) -> Build:
        def build(app: App) -> None:
            stack = Stack(app, STACK)
            made = {name: make(stack, name, DICTIONARY.write(tmp_path, name)) for name in ("synonyms", "stopwords")}
            packages = [made[name] for name in names]
            PackageAssociation(stack, "Packages", domain=imported(stack), packages=packages)

        return build

    deployer.deploy(words("synonyms", "stopwords"))
    [used] = [one["PackageID"] for one in aws.packages() if one["PackageName"] == "stopwords"]
    aws.use_in_index(DOMAIN, used)
    told = str(deployer.deploy(words("synonyms"), succeed=False))
    assert f"take analyzers/{used} out of the settings of every index that uses it" in told
    assert on_domain(aws) == {"synonyms": "v1", "stopwords": "v1"}, "the rollback has brought it back"
    aws.release_from_index(DOMAIN, used)
    deployer.destroy(STACK)
    assert on_domain(aws) == {}
