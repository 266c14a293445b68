"""Somebody upgrades: this release takes over what the previous one has deployed, even in the middle of a request."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from local_aws.deployer import Deployer
from local_aws.machine import LocalAws
from tests.integration.names import CONTINUATION_LOGGED, RESPONSE_LOGGED
from tests.integration.shop import DOMAIN, SOON, forget_calls, ids, make_domain, on_domain, writes
from tests.integration.stories import logged
from tests.support.releases import SERVED_BY_PREVIOUS, Release, previous_release, this_release

SECONDS_OF_AN_INVOCATION = 5
APP = f"""
from aws_cdk import App, Stack
from aws_cdk.aws_opensearchservice import Domain
from cdk_opensearch_packages import Package, PackageAssociation, PackageProvider, PackageSource, PackageType

def build(app, words):
    def package(stack, name, **options):
        source = PackageSource.from_asset(words)
        dictionary = PackageType.TXT_DICTIONARY
        return Package(stack, "Words", package_type=dictionary, source=source, package_name=name, **options)

    # A stack as most are, with a provider of its own.
    shop = Stack(app, "Shop")
    arn = shop.format_arn(service="es", resource="domain", resource_name="{DOMAIN}")
    domain = Domain.from_domain_attributes(shop, "Domain", domain_arn=arn, domain_endpoint="")
    PackageAssociation(shop, "OnDomain", domain=domain, packages=[package(shop, "shop-words")])

    # A provider that another stack uses, so that it can be upgraded while that stack deploys.
    platform = Stack(app, "Platform")
    provider = PackageProvider(platform, "Provider")
    provider.function.node.default_child.add_property_override("Timeout", {SECONDS_OF_AN_INVOCATION})
    package(Stack(app, "Blog"), "blog-words", provider=provider)

for name in ("first", "changed"):
    app = App(outdir=name, analytics_reporting=False)
    build(app, f"{{name}}.txt")
    app.synth()
"""


@dataclass(frozen=True)
class Assemblies:
    """The cloud assemblies of the same app.

    Attributes:
        previous: by the previous release.
        this: by this one.
        changed: by this one, with other words in the dictionaries.
    """

    previous: Path
    this: Path
    changed: Path


@pytest.fixture(scope="module")
def assemblies(tmp_path_factory: pytest.TempPathFactory) -> Assemblies:
    def synthesize(release: Release) -> Path:
        folder = tmp_path_factory.mktemp("app")
        (folder / "first.txt").write_text("sofa, couch")
        (folder / "changed.txt").write_text("sofa, couch, settee")
        release.synthesize(APP, folder)
        return folder

    releases = [previous_release(tmp_path_factory.mktemp("previous")), this_release(tmp_path_factory.mktemp("this"))]
    with ThreadPoolExecutor() as threads:
        previous, this = threads.map(synthesize, releases)
    return Assemblies(previous / "first", this / "first", this / "changed")


def physical_ids(aws: LocalAws, stack_name: str) -> dict[str, str]:
    found = aws.client("cloudformation").describe_stack_resources(StackName=stack_name)["StackResources"]
    return {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in found}


def code_of_functions(aws: LocalAws) -> dict[str, str]:
    return {one["FunctionName"]: one["CodeSha256"] for one in aws.client("lambda").list_functions()["Functions"]}


def wait_until_imported_from(aws: LocalAws) -> None:
    deadline = time.monotonic() + 30
    while not any(one["PackageStatus"] == "COPYING" for one in aws.packages()):
        assert time.monotonic() < deadline, "no import has begun"
        time.sleep(0.05)


def test_an_upgrade_replaces_nothing_and_imports_nothing_and_what_is_there_goes_on(
    deployer: Deployer, aws: LocalAws, assemblies: Assemblies
) -> None:
    aws.behave(**SOON)
    make_domain(aws)
    deployer.deploy(assemblies.previous, only=["Shop"])
    resources, packages, code = physical_ids(aws, "Shop"), ids(aws), code_of_functions(aws)
    assert on_domain(aws) == {"shop-words": "v1"}

    forget_calls(aws)
    deployer.deploy(assemblies.this, only=["Shop"])
    upgraded = code_of_functions(aws)
    assert (upgraded.keys(), upgraded == code) == (code.keys(), False), "the same function, with other code"
    assert physical_ids(aws, "Shop").items() >= resources.items()
    assert writes(aws) == []

    deployer.deploy(assemblies.changed, only=["Shop"])
    assert ids(aws) == packages
    assert on_domain(aws) == {"shop-words": "v2"}

    deployer.destroy("Shop")
    assert aws.packages() == []
    assert on_domain(aws) == {}


def test_a_request_that_the_previous_release_has_begun_is_ended_by_this_one(
    deployer: Deployer, aws: LocalAws, assemblies: Assemblies
) -> None:
    deployer.deploy(assemblies.previous, only=["Platform"])
    aws.behave(copying=SECONDS_OF_AN_INVOCATION + 1.5)
    with ThreadPoolExecutor() as threads:
        deploying = threads.submit(deployer.deploy, assemblies.previous, only=["Blog"])
        wait_until_imported_from(aws)
        deployer.deploy(assemblies.this, only=["Platform"])
        assert deploying.result().succeeded

    assert [operation for operation, _ in writes(aws)] == ["CreatePackage"]
    log, responded = logged(aws), f"{RESPONSE_LOGGED} SUCCESS for {ids(aws)['blog-words']}"
    assert [log.count(line) for line in (SERVED_BY_PREVIOUS, CONTINUATION_LOGGED, responded)] == [1, 1, 1]
    (create,) = aws.requests()
    assert len(create["Responses"]) == 1

    aws.reset()
    deployer.destroy("Blog", "Platform")
    assert aws.packages() == []
