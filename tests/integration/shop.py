"""What the stories of packages on domains share: the domain, the packages, and what the service was asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from aws_cdk import App, Stack
from aws_cdk.aws_opensearchservice import Domain, IDomain

from cdk_opensearch_packages import Package, PackageSource
from local_aws.machine import LocalAws
from tests.integration.stories import DICTIONARY, Kind

DOMAIN = "shop-search"
ENGINE = "OpenSearch_2.15"
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


def make_domain(aws: LocalAws, name: str = DOMAIN) -> None:
    """A domain that somebody else manages."""
    aws.client("opensearch").create_domain(DomainName=name, EngineVersion=ENGINE)


def imported(stack: Stack, name: str = DOMAIN) -> IDomain:
    """The construct of such a domain."""
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


def _packages_of(parameters: dict[str, Any]) -> set[str]:
    if "PackageList" in parameters:
        return {one if isinstance(one, str) else one["PackageID"] for one in parameters["PackageList"]}
    return {parameters.get("PackageID") or parameters["PackageName"]}


def forget_calls(aws: LocalAws) -> None:
    """What is looked at next is what comes from now on."""
    aws.control("DELETE", "calls")


def ids(aws: LocalAws) -> dict[str, str]:
    """The account's own packages: the id by the name."""
    return {package["PackageName"]: package["PackageID"] for package in aws.packages()}
