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
from aws_cdk.aws_opensearchservice import Domain, EngineVersion, IDomain

from cdk_opensearch_packages import Package, PackageAssociation, PackageSource
from local_aws.deployer import Deployer
from local_aws.machine import LocalAws
from tests.integration.stories import DICTIONARY, PLUGIN, Cdk, Kind

DOMAIN, OTHER_DOMAIN = "shop-search", "other-search"
ENGINE, NEWER_ENGINE = "OpenSearch_2.15", "OpenSearch_2.17"
# The ids of AWS's own plugin analysis-nori for them.
NORI, NEWER_NORI = "G240285063", "G16029449"
# How long things take, in seconds: long enough to be waited for, and no longer.
SOON = {
    "copying": 0.1,
    "validating": 0.1,
    "deleting": 0.1,
    "associating": 0.3,
    "dissociating": 0.3,
    "blue_green": 0.5,
    "processing_after_active": 0.1,
}
LONG = 60.0  # seconds in which every deployment has looked at its domain
STACK, WORDS, SEARCH = "Associations", "Words", "Search"
WRITES = (
    "CreatePackage",
    "UpdatePackage",
    "DeletePackage",
    "AssociatePackage",
    "AssociatePackages",
    "DissociatePackage",
    "DissociatePackages",
)

Build = Callable[[App], object]


def on_domain(aws: LocalAws, domain: str = DOMAIN) -> dict[str, str]:
    """What is on a domain: the version, or the status where it is not ACTIVE, by the name of the package."""
    listed = aws.client("opensearch").list_packages_for_domain(DomainName=domain)["DomainPackageDetailsList"]
    return {
        one["PackageName"]: one["PackageVersion"]
        if one["DomainPackageStatus"] == "ACTIVE"
        else one["DomainPackageStatus"]
        for one in listed
    }


def writes(aws: LocalAws) -> list[tuple[str, set[str]]]:
    """The changes that the service has accepted, and which packages each was about.

    A package that is to be made has no id yet, and is given by its name.
    """
    return [
        (call["Operation"], _packages_of(call["Parameters"]))
        for call in aws.calls()
        if call["Operation"] in WRITES and not call["Error"]
    ]


def forget_calls(aws: LocalAws) -> None:
    """What is looked at next is what comes from now on."""
    aws.control("DELETE", "calls")


def _packages_of(parameters: dict[str, Any]) -> set[str]:
    if "PackageList" in parameters:
        return {one if isinstance(one, str) else one["PackageID"] for one in parameters["PackageList"]}
    return {parameters.get("PackageID") or parameters["PackageName"]}


def ids(aws: LocalAws) -> dict[str, str]:
    """The account's own packages: the id by the name."""
    return {package["PackageName"]: package["PackageID"] for package in aws.packages()}


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


def make_domain(aws: LocalAws, name: str = DOMAIN, engine_version: str = ENGINE) -> None:
    """A domain that somebody else manages."""
    aws.client("opensearch").create_domain(DomainName=name, EngineVersion=engine_version)


@pytest.fixture
def domain(aws: LocalAws) -> Iterator[str]:
    make_domain(aws)
    yield DOMAIN
    aws.client("opensearch").delete_domain(DomainName=DOMAIN)


@pytest.fixture(autouse=True)
def _soon(aws: LocalAws) -> None:
    aws.behave(**SOON)


@pytest.fixture(autouse=True)
def _clean(deployer: Deployer) -> Iterator[None]:
    yield
    deployer.destroy(STACK, SEARCH, WORDS)


@pytest.fixture
def cdk(deployer: Deployer, tmp_path: Path) -> Cdk:
    """The real CDK CLI. What a change set shows is not the point here, so it makes none."""
    return Cdk(deployer, tmp_path, stacks=(STACK,), options=("--method", "direct"))


def imported(stack: Stack, name: str = DOMAIN) -> IDomain:
    """A domain that somebody else manages."""
    arn = stack.format_arn(service="es", resource="domain", resource_name=name)
    return Domain.from_domain_attributes(
        stack, f"Domain-{name}", domain_arn=arn, domain_endpoint="https://search.example"
    )


def make(stack: Stack, name: str, source: Path, kind: Kind = DICTIONARY, **options: Any) -> Package:
    """A package of that name."""
    return Package(
        stack,
        name.title().replace("-", ""),
        package_type=kind.package_type,
        package_name=name,
        source=PackageSource.from_asset(str(source)),
        **{**kind.options, **options},
    )


class TestWithTheCdkCli:
    def test_three_packages_reach_a_new_domain_in_one_call_stay_current_and_leave_it_before_they_go(
        self, cdk: Cdk, aws: LocalAws, tmp_path: Path
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
        assert sorted(creations) == [("CreatePackage", {name}) for name in sorted(made)]
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
        assert sorted(one for _, [one] in deletions) == sorted(made.values())
        assert {name for name, _ in deletions} == {"DeletePackage"}
        assert aws.packages() == []

    @pytest.mark.usefixtures("domain")
    def test_a_failed_create_leaves_alone_what_was_there_and_the_next_waits_for_a_busy_domain_and_takes_it_over(
        self, cdk: Cdk, aws: LocalAws, deployer: Deployer, tmp_path: Path
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
        assert NORI not in {one for _, packages in writes(aws) for one in packages}
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
        self, cdk: Cdk, aws: LocalAws, deployer: Deployer, tmp_path: Path
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


@pytest.mark.usefixtures("domain")
class TestOnADomainOfSomebodyElse:
    """Through CloudFormation's API: the CLI takes seconds at each start."""

    def test_packages_leave_the_domain_of_an_association_that_goes_or_gets_another_domain(
        self, deployer: Deployer, aws: LocalAws, tmp_path: Path
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
        self, deployer: Deployer, aws: LocalAws, tmp_path: Path
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
        self, deployer: Deployer, aws: LocalAws, tmp_path: Path
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
