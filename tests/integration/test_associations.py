"""Packages on domains, from `cdk deploy` to what the service was asked for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, CfnOutput, RemovalPolicy, Stack
from aws_cdk.aws_opensearchservice import Domain, EngineVersion

from cdk_opensearch_packages import Package, PackageAssociation
from local_aws.deployer import Deployer
from local_aws.machine import LocalAws
from tests.integration.shop import (
    DOMAIN,
    SOON,
    Build,
    forget_calls,
    ids,
    imported,
    make,
    make_domain,
    on_domain,
    writes,
)
from tests.integration.stories import DICTIONARY, PLUGIN, Cdk

STACK, WORDS, SEARCH = "Associations", "Words", "Search"
NEWER_ENGINE = "OpenSearch_2.17"
# The ids of AWS's own plugin analysis-nori, for the domain's engine version and for the newer one.
NORI, NEWER_NORI = "G240285063", "G16029449"
LONG = 60.0  # seconds in which every deployment has looked at its domain


@pytest.fixture(autouse=True)
def _domains(deployer: Deployer) -> Iterator[None]:
    deployer.aws.behave(**SOON)
    yield
    deployer.destroy(STACK, SEARCH, WORDS)


@pytest.fixture
def domain(aws: LocalAws) -> None:
    make_domain(aws)


@pytest.fixture
def cdk(deployer: Deployer, tmp_path: Path) -> Cdk:
    """The real CDK CLI. What a change set shows is not the point here, so it makes none."""
    return Cdk(deployer, tmp_path, stacks=(STACK,), options=("--method", "direct"))


def exports_of(aws: LocalAws, stack_name: str) -> dict[str, str]:
    """What a stack exports: the value by the name."""
    listed = aws.client("cloudformation").list_exports()["Exports"]
    return {one["Name"]: one["Value"] for one in listed if one["ExportingStackId"].split("/")[1] == stack_name}


def asked_for(aws: LocalAws, operation: str) -> int:
    """How often the service has been asked for something, refused or not."""
    return sum(call["Operation"] == operation for call in aws.calls())


def until(holds: Callable[[], bool], seconds: float = 10) -> None:
    """Wait for something."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def until_it_takes_a_change(aws: LocalAws) -> None:
    """Wait for the domain. It changes for a moment longer than an association takes."""
    opensearch = aws.client("opensearch")
    until(lambda: not opensearch.describe_domain(DomainName=DOMAIN)["DomainStatus"]["Processing"])


def test_three_packages_reach_a_new_domain_in_one_call_stay_current_and_leave_it_before_they_go(
    cdk: Cdk, aws: LocalAws, tmp_path: Path
) -> None:
    archive = PLUGIN.write(tmp_path, "one")

    def shop(edition: str, *, with_stopwords: bool = True) -> Build:
        def build(app: App) -> None:
            stack = Stack(app, STACK)
            there = Domain(
                stack,
                "Domain",
                domain_name=DOMAIN,
                version=EngineVersion.open_search("2.17"),
                removal_policy=RemovalPolicy.DESTROY,
            )
            synonyms = make(stack, "synonyms", DICTIONARY.write(tmp_path, edition))
            stopwords = make(stack, "stopwords", DICTIONARY.write(tmp_path, "stopwords"))
            plugin = make(stack, "shop-plugin", archive, PLUGIN)
            packages = [synonyms, plugin, *([stopwords] if with_stopwords else [])]
            association = PackageAssociation(stack, "Packages", domain=there, packages=packages)
            CfnOutput(stack, "SynonymsPath", value=association.reference_path(synonyms))
            CfnOutput(stack, "SynonymsVersion", value=association.package_version(synonyms))

        return build

    cdk.deploy(shop("first"))
    assert on_domain(aws) == {"synonyms": "v1", "stopwords": "v1", "shop-plugin": "v1"}
    made = ids(aws)
    *creations, association = writes(aws)
    assert [operation for operation, _ in creations] == ["CreatePackage"] * 3
    assert {name for _, [name] in creations} == made.keys()
    assert association == ("AssociatePackages", {*made.values()})

    forget_calls(aws)
    outputs = cdk.deploy(shop("second", with_stopwords=False))
    assert on_domain(aws) == {"synonyms": "v2", "shop-plugin": "v1"}
    assert outputs == {"SynonymsPath": f"analyzers/{made['synonyms']}", "SynonymsVersion": "v2"}
    assert writes(aws) == [
        ("UpdatePackage", {made["synonyms"]}),
        ("AssociatePackages", {made["synonyms"]}),
        ("DissociatePackages", {made["stopwords"]}),
    ]

    forget_calls(aws)
    cdk.destroy(shop("second"))
    dissociation, *deletions = writes(aws)
    assert dissociation == ("DissociatePackages", {made["synonyms"], made["shop-plugin"]})
    assert [operation for operation, _ in deletions] == ["DeletePackage"] * 3
    assert {package_id for _, [package_id] in deletions} == {*made.values()}
    assert aws.packages() == []


@pytest.mark.usefixtures("domain")
def test_a_failed_create_leaves_alone_what_was_there_and_the_next_waits_for_a_busy_domain_and_takes_it_over(
    cdk: Cdk, aws: LocalAws, deployer: Deployer, tmp_path: Path
) -> None:
    def search(seconds: str) -> Build:
        def build(app: App) -> None:
            stack = Stack(app, STACK)
            nori = Package.from_package_id(stack, "Nori", NORI)
            synonyms = make(stack, "synonyms", DICTIONARY.write(tmp_path, "first"))
            association = PackageAssociation(stack, "Packages", domain=imported(stack), packages=[nori, synonyms])
            resource: Any = association.node.default_child
            resource.add_property_override("ServiceTimeout", seconds)

        return build

    aws.client("opensearch").associate_package(PackageID=NORI, DomainName=DOMAIN)
    failure = {"operation": "AssociatePackages", "kind": "association-failed", "message": "disk full"}
    aws.behave(faults=[failure])
    until_it_takes_a_change(aws)
    forget_calls(aws)
    told = cdk.fails(search("12"))  # it would be tried again for three minutes
    assert "package 'synonyms'" in told
    assert "could not be associated with domain 'shop-search': disk full" in told
    assert on_domain(aws) == {"analysis-nori": "v1"}
    operations, about = zip(*writes(aws), strict=True)
    assert operations == ("CreatePackage", "AssociatePackages", "DissociatePackages", "DeletePackage")
    assert NORI not in set().union(*about)
    assert aws.packages() == []

    forget_calls(aws)
    aws.modify_domain(DOMAIN, LONG)
    with ThreadPoolExecutor(max_workers=1) as beside:
        deployment = beside.submit(cdk.deploy, search("60"))
        until(lambda: asked_for(aws, "DescribeDomain") > 1 or deployment.done(), LONG)
        assert asked_for(aws, "AssociatePackages") == 0, "the domain is busy"
        aws.end_modification(DOMAIN)
        deployment.result()
    assert on_domain(aws) == {"analysis-nori": "v1", "synonyms": "v1"}
    assert writes(aws) == [("CreatePackage", {"synonyms"}), ("AssociatePackages", {ids(aws)["synonyms"]})]
    deployer.destroy(STACK)
    assert on_domain(aws) == {}


@pytest.mark.usefixtures("domain")
def test_packages_by_name_and_of_another_stack_stay_current_through_an_upgrade_and_no_export_changes(
    cdk: Cdk, aws: LocalAws, deployer: Deployer, tmp_path: Path
) -> None:
    def two_stacks(edition: str) -> Build:
        def build(app: App) -> None:
            words, search = Stack(app, WORDS), Stack(app, SEARCH)
            synonyms = make(words, "synonyms", DICTIONARY.write(tmp_path, edition))
            nori = Package.from_package_name(search, "Nori", "analysis-nori")
            association = PackageAssociation(search, "Packages", domain=imported(search), packages=[synonyms, nori])
            CfnOutput(search, "NoriID", value=association.package_id(nori))

        return build

    both = replace(cdk, stacks=("--all",))
    assert both.deploy(two_stacks("first"))["NoriID"] == NORI
    synonyms = ids(aws)["synonyms"]
    assert writes(aws)[-1] == ("AssociatePackages", {synonyms, NORI})
    exports = exports_of(aws, WORDS)
    assert list(exports.values()) == [synonyms], "the PackageID, and not the version"

    until_it_takes_a_change(aws)
    aws.upgrade_domain(DOMAIN, NEWER_ENGINE)
    forget_calls(aws)
    assert both.deploy(two_stacks("second"))["NoriID"] == NEWER_NORI
    assert on_domain(aws) == {"synonyms": "v2", "analysis-nori": "v1"}
    assert writes(aws) == [("UpdatePackage", {synonyms}), ("AssociatePackages", {synonyms})]
    assert exports_of(aws, WORDS) == exports
    deployer.destroy(SEARCH, WORDS)
    assert on_domain(aws) == {}
