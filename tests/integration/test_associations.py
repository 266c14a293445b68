"""Packages on domains, from `cdk deploy` to what the service was asked for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk.aws_opensearchservice import Domain, EngineVersion, IDomain

from cdk_opensearch_packages import Package, PackageAssociation, PackageSource
from local_aws.deployer import Deployer
from local_aws.machine import LocalAws
from tests.integration.stories import DICTIONARY, PLUGIN, Kind

DOMAIN, OTHER_DOMAIN = "shop-search", "other-search"
ENGINE, NEWER_ENGINE = "OpenSearch_2.15", "OpenSearch_2.17"
STACK, ANOTHER = "Associations", "Another"

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


def writes(aws: LocalAws) -> list[tuple[str, int]]:
    """The changes that were accepted, of domains and packages, and how many packages each was about."""
    return [
        (call["Operation"], len(call["Parameters"].get("PackageList", [1])))
        for call in aws.calls()
        if call["Operation"].startswith(("Associate", "Dissociate", "Create", "Update", "Delete"))
        and call["Operation"] not in ("CreateDomain", "DeleteDomain")
        and not call["Error"]
    ]


def make_domain(aws: LocalAws, name: str = DOMAIN, engine_version: str = ENGINE) -> None:
    """A domain that somebody else manages."""
    aws.client("opensearch").create_domain(DomainName=name, EngineVersion=engine_version)


@pytest.fixture
def domain(aws: LocalAws) -> Iterator[str]:
    make_domain(aws)
    yield DOMAIN
    aws.client("opensearch").delete_domain(DomainName=DOMAIN)


@pytest.fixture(autouse=True)
def _clean(deployer: Deployer) -> Iterator[None]:
    yield
    deployer.destroy(STACK, ANOTHER)


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
    def test_packages_reach_a_new_domain_stay_current_and_leave_it_before_they_go(
        self, deployer: Deployer, aws: LocalAws, tmp_path: Path
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

        self._deploy(deployer, shop("first"))
        assert on_domain(aws) == {"synonyms": "v1", "stopwords": "v1", "shop-plugin": "v1"}
        assert [one for one in writes(aws) if one[0] == "AssociatePackages"] == [("AssociatePackages", 3)]
        ids = {package["PackageName"]: package["PackageID"] for package in aws.packages()}

        aws.reset()
        self._deploy(deployer, shop("second", with_stopwords=False))
        assert on_domain(aws) == {"synonyms": "v2", "shop-plugin": "v1"}
        assert writes(aws) == [("UpdatePackage", 1), ("AssociatePackages", 1), ("DissociatePackages", 1)]
        assert self._outputs(aws) == {"SynonymsPath": f"analyzers/{ids['synonyms']}", "SynonymsVersion": "v2"}

        aws.reset()
        code, said = deployer.cli(shop("second"), "destroy", STACK, "--force")
        assert code == 0, said
        assert [name for name, _ in writes(aws)] == ["DissociatePackages", *["DeletePackage"] * 3]
        assert aws.packages() == []

    @pytest.mark.usefixtures("domain")
    def test_new_content_reaches_a_domain_from_another_stack_and_no_export_changes(
        self, deployer: Deployer, aws: LocalAws, tmp_path: Path
    ) -> None:
        def two_stacks(edition: str) -> Build:
            def build(app: App) -> None:
                words, search = Stack(app, "Words"), Stack(app, "Search")
                synonyms = make(words, "synonyms", DICTIONARY.write(tmp_path, edition))
                PackageAssociation(search, "Packages", domain=imported(search), packages=[synonyms])

            return build

        self._deploy(deployer, two_stacks("first"), "--all")
        exports = self._exports(aws)
        assert len(exports) == 1, "the PackageID, and not the version"
        self._deploy(deployer, two_stacks("second"), "--all")
        assert on_domain(aws) == {"synonyms": "v2"}
        assert self._exports(aws) == exports
        deployer.destroy("Search", "Words")
        assert on_domain(aws) == {}

    def _deploy(self, deployer: Deployer, build: Build, *arguments: str) -> None:
        code, said = deployer.cli(build, "deploy", "--require-approval", "never", *(arguments or (STACK,)))
        assert code == 0, said

    def _outputs(self, aws: LocalAws) -> dict[str, str]:
        [stack] = aws.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
        return {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}

    def _exports(self, aws: LocalAws) -> dict[str, str]:
        listed = aws.client("cloudformation").list_exports()["Exports"]
        return {one["Name"]: one["Value"] for one in listed if one["ExportingStackId"].split("/")[1] == "Words"}


@pytest.mark.usefixtures("domain")
class TestOnADomainOfSomebodyElse:
    """Through CloudFormation's API: the CLI takes seconds at each start."""

    def test_a_busy_domain_is_waited_for_and_what_is_there_is_taken_over(
        self, deployer: Deployer, aws: LocalAws, tmp_path: Path
    ) -> None:
        there = self._package_of_another_stack(deployer, tmp_path)
        opensearch = aws.client("opensearch")
        opensearch.associate_package(PackageID=there, DomainName=DOMAIN)
        aws.modify_domain(DOMAIN, 4)

        def build(app: App) -> None:
            stack = Stack(app, STACK)
            known = Package.from_package_id(stack, "There", there)
            synonyms = make(stack, "synonyms", DICTIONARY.write(tmp_path, "first"))
            PackageAssociation(stack, "Packages", domain=imported(stack), packages=[known, synonyms])

        aws.reset()
        deployer.deploy(build)
        assert on_domain(aws) == {"there": "v1", "synonyms": "v1"}
        assert ("AssociatePackages", 1) in writes(aws)
        deployer.destroy(STACK)
        assert on_domain(aws) == {}

    def test_a_failed_create_takes_back_its_own_and_leaves_alone_what_was_there(
        self, deployer: Deployer, aws: LocalAws, tmp_path: Path
    ) -> None:
        there = self._package_of_another_stack(deployer, tmp_path)
        aws.client("opensearch").associate_package(PackageID=there, DomainName=DOMAIN)
        self._until(lambda: on_domain(aws) == {"there": "v1"})
        aws.behave(faults=[{"operation": "AssociatePackages", "kind": "association-failed", "message": "disk full"}])

        def build(app: App) -> None:
            stack = Stack(app, STACK)
            known = Package.from_package_id(stack, "There", there)
            synonyms = make(stack, "synonyms", DICTIONARY.write(tmp_path, "first"))
            association = PackageAssociation(stack, "Packages", domain=imported(stack), packages=[known, synonyms])
            resource: Any = association.node.default_child
            resource.add_property_override("ServiceTimeout", "12")  # it would be tried again for three minutes

        told = str(deployer.deploy(build, succeed=False))
        assert "package 'synonyms'" in told
        assert "could not be associated with domain 'shop-search': disk full" in told
        assert on_domain(aws) == {"there": "v1"}
        assert [package["PackageName"] for package in aws.packages()] == ["there"]

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
        aws.reset()
        deployer.deploy(shop("Renamed", RemovalPolicy.DESTROY, moved=True))
        assert on_domain(aws) == everything
        assert writes(aws) == [], "they were on the domain all the time"
        deployer.destroy(STACK)
        assert on_domain(aws) == {}

    def test_awss_own_plugin_by_name_needs_nothing_after_an_upgrade(self, deployer: Deployer, aws: LocalAws) -> None:
        def nori(minutes: int) -> Build:
            def build(app: App) -> None:
                stack = Stack(app, STACK)
                plugin = Package.from_package_name(stack, "Nori", "analysis-nori")
                association = PackageAssociation(
                    stack, "Packages", domain=imported(stack), packages=[plugin], timeout=Duration.minutes(minutes)
                )
                CfnOutput(stack, "PackageID", value=association.package_id(plugin))

            return build

        before = deployer.deploy(nori(10)).outputs["PackageID"]
        assert on_domain(aws).keys() == {"analysis-nori"}
        # It changes for a moment longer than the association takes, and takes one change at a time.
        opensearch = aws.client("opensearch")
        self._until(lambda: not opensearch.describe_domain(DomainName=DOMAIN)["DomainStatus"]["Processing"])
        aws.upgrade_domain(DOMAIN, NEWER_ENGINE)
        aws.reset()
        after = deployer.deploy(nori(11)).outputs["PackageID"]
        assert after != before
        assert writes(aws) == []
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

    def _package_of_another_stack(self, deployer: Deployer, tmp_path: Path) -> str:
        def build(app: App) -> None:
            stack = Stack(app, ANOTHER)
            there = make(stack, "there", DICTIONARY.write(tmp_path, "there"))
            CfnOutput(stack, "PackageID", value=there.package_id)

        return deployer.deploy(build).outputs["PackageID"]

    def _until(self, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 10
        while not holds():
            assert time.monotonic() < deadline
            time.sleep(0.1)
