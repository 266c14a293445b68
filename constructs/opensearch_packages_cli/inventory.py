"""The inventory: every package, whose it is, and which domains have which version of it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from opensearch_packages_cli import marks
from opensearch_packages_cli.marks import Mark
from opensearch_packages_cli.service import AT_ONCE, Aws
from opensearch_packages_cli.stacks import Resource, Stacks

if TYPE_CHECKING:
    from mypy_boto3_opensearch.type_defs import DomainPackageDetailsTypeDef, PackageDetailsTypeDef

CHANGING = ("ASSOCIATING", "DISSOCIATING")


class OwnerKind(StrEnum):
    """Whose a package is."""

    STACK = "stack"
    """A resource of a stack, as the mark says."""
    HAND = "hand"
    """This account's, without a mark: made in the console, by a script or by another tool."""
    AWS = "aws"
    ACCOUNT = "account"
    """Another account's, which lends it to this one."""


@dataclass(frozen=True)
class Association:
    """A package on a domain.

    Source: https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_DomainPackageDetails.html
    """

    details: DomainPackageDetailsTypeDef
    available: str

    @property
    def domain(self) -> str:
        """DomainName."""
        return self.details.get("DomainName", "")

    @property
    def status(self) -> str:
        """DomainPackageStatus."""
        return self.details.get("DomainPackageStatus", "")

    @property
    def version(self) -> str:
        """PackageVersion, the one that the domain has; empty where it has none."""
        return self.details.get("PackageVersion", "")

    @property
    def is_lagging(self) -> bool:
        """Whether the domain lacks the version that is available, and is not being changed."""
        if not self.available or self.status in CHANGING:
            return False
        return self.version != self.available if self.version else self.status == "ASSOCIATION_FAILED"


@dataclass(frozen=True)
class Package:
    """A package.

    Source: https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_PackageDetails.html

    Attributes:
        details: what DescribePackages shows.
        kind: whose it is.
        mark: the mark in its description.
        resource: what CloudFormation tells of the owner; None where it was not asked.
        associations: the domains that it is on; None where the service was not asked.
    """

    details: PackageDetailsTypeDef
    kind: OwnerKind
    mark: Mark | None = None
    resource: Resource | None = None
    associations: tuple[Association, ...] | None = None

    @property
    def id(self) -> str:
        """PackageID."""
        return self.details.get("PackageID", "")

    @property
    def is_orphan(self) -> bool:
        """Whether a resource of a stack made it that does not exist any more, or has another package now."""
        return self.resource is not None and not self.resource.exists

    @property
    def is_lagging(self) -> bool:
        """Whether a domain lags behind its version."""
        return any(one.is_lagging for one in self.associations or ())


@dataclass(frozen=True)
class Inventory:
    """The packages of an account in a Region, by their names."""

    account: str
    region: str
    packages: list[Package]


def take(aws: Aws, *, with_others: bool) -> Inventory:
    """Take the inventory.

    Args:
        aws: the clients.
        with_others: whether AWS's own packages, and those that other accounts lend, are listed too. Neither is asked
            about any further, so a thousand of them cost ten calls.

    Raises:
        ClientError: AWS refused a call.
        BotoCoreError: a call could not be made.
    """
    account, stacks = aws.account, Stacks(aws.cloudformation)

    def looked_up(details: PackageDetailsTypeDef) -> Package:
        package_id = details.get("PackageID", "")
        mark = marks.read(details.get("PackageDescription", ""))
        available = details.get("AvailablePackageVersion", "")
        return Package(
            details,
            OwnerKind.STACK if mark else OwnerKind.HAND,
            mark,
            stacks.owner(mark, package_id) if mark else None,
            tuple(Association(one, available) for one in aws.domains(package_id)),
        )

    own, others = [], []
    for details in aws.packages():
        kind = _others_kind(details, account)
        if kind is None:
            own.append(details)
        elif with_others:
            others.append(Package(details, kind))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        packages: Iterator[Package] = pool.map(looked_up, own)
        found = [*packages, *others]
    return Inventory(account, aws.region, sorted(found, key=_order))


def _others_kind(details: PackageDetailsTypeDef, account: str) -> OwnerKind | None:
    """Whose a package is that is not this account's; None where it is.

    Only AWS's packages have an id that begins with G. What PackageOwner looks like is not documented, so only what
    looks like an account's number counts.
    """
    if details.get("PackageID", "").startswith("G"):
        return OwnerKind.AWS
    owner = details.get("PackageOwner", "")
    return OwnerKind.ACCOUNT if owner.isdecimal() and owner != account else None


def _order(package: Package) -> tuple[str, str, str]:
    return package.details.get("PackageName", ""), package.details.get("EngineVersion", ""), package.id
