"""Amazon OpenSearch Service as this program needs it: one small method for each call.

The many ways to say "not found" are translated here, once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lambda_handler import ownership
from lambda_handler.errors import is_not_found, readable
from lambda_handler.package_types import PLUGIN
from lambda_handler.paging import Reading, every_page, pages

if TYPE_CHECKING:
    from mypy_boto3_opensearch import OpenSearchServiceClient
    from mypy_boto3_opensearch.literals import DescribePackagesFilterNameType
    from mypy_boto3_opensearch.type_defs import PackageDetailsTypeDef

# How long a write may take until reading shows it, in seconds; it may still be under way.
VISIBLE_WITHIN = 60.0
# The same for a write that the service has ended.
READING_LAGS_AT_MOST = 15.0

COPYING, VALIDATING, AVAILABLE = "COPYING", "VALIDATING", "AVAILABLE"
COPY_FAILED, VALIDATION_FAILED = "COPY_FAILED", "VALIDATION_FAILED"
DELETING, DELETED, DELETE_FAILED = "DELETING", "DELETED", "DELETE_FAILED"
IMPORTING = {COPYING, VALIDATING}
STABLE = {AVAILABLE, COPY_FAILED, VALIDATION_FAILED, DELETE_FAILED}

PACKAGE_ID = re.compile(r"[FG][0-9]+|pkg-[a-f0-9]+")


@dataclass(frozen=True)
class Identity:
    """What a package cannot change: another one of these needs another package."""

    name: str
    type: str
    engine_version: str
    vended: bool

    def takes_the_place_of(self, other: Identity) -> bool:
        """Whether both cannot exist at once: a name is unique, for plugins in each engine version."""
        if self.name != other.name:
            return False
        return self.type != PLUGIN or other.type != PLUGIN or self.engine_version == other.engine_version


@dataclass(frozen=True)
class Package:
    """A package as DescribePackages shows it.

    Source: https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_PackageDetails.html
    """

    details: PackageDetailsTypeDef

    @property
    def id(self) -> str:
        """PackageID."""
        return self.details.get("PackageID", "")

    @property
    def name(self) -> str:
        """PackageName."""
        return self.details.get("PackageName", "")

    @property
    def type(self) -> str:
        """PackageType."""
        return self.details.get("PackageType", "")

    @property
    def status(self) -> str:
        """PackageStatus."""
        return self.details.get("PackageStatus", "")

    @property
    def version(self) -> str:
        """AvailablePackageVersion; empty until there has been one."""
        return self.details.get("AvailablePackageVersion", "")

    @property
    def vended(self) -> bool:
        """VendingEnabled; a package that says nothing is not vended."""
        return self.details.get("PackageVendingOptions", {}).get("VendingEnabled", False)

    @property
    def text(self) -> str:
        """The user's part of the description."""
        return ownership.read(self.details.get("PackageDescription", ""))[0]

    @property
    def mark(self) -> ownership.Mark | None:
        """The mark in the description."""
        return ownership.read(self.details.get("PackageDescription", ""))[1]

    @property
    def from_aws(self) -> bool:
        """Whether it is one of AWS's own."""
        return self.id.startswith("G")

    @property
    def error(self) -> str:
        """ErrorDetails in one line; the service leaves ErrorType empty at times."""
        return error_of(self.details.get("ErrorDetails", {}))

    @property
    def identity(self) -> Identity:
        """What cannot be changed in place. The engine version says something of plugins only."""
        engine_version = self.details.get("EngineVersion", "") if self.type == PLUGIN else ""
        return Identity(self.name, self.type, engine_version, self.vended)

    def is_lent(self, account: str) -> bool:
        """Whether it is listed here, and belongs to another account. What PackageOwner looks like is not documented."""
        owner = self.details.get("PackageOwner", "")
        return bool(account) and owner.isdecimal() and owner != account

    @property
    def revision(self) -> str:
        """Differs as soon as a write to the package has become visible. Short, so that a continuation can carry it."""
        details = self.details
        shown = (self.status, self.version, self.error, details.get("PackageDescription"), details.get("LastUpdatedAt"))
        return ownership.digest(repr(shown), 16)

    @property
    def created_at(self) -> datetime | None:
        """CreatedAt."""
        return self.details.get("CreatedAt")

    @property
    def last_updated_at(self) -> datetime | None:
        """LastUpdatedAt."""
        return self.details.get("LastUpdatedAt")

    def came_before(self, moment: datetime) -> bool:
        """Whether it was there before that moment, or nobody can tell."""
        return self.created_at is None or self.created_at < moment

    def __str__(self) -> str:
        return f"{self.name!r} ({self.id})"


def error_of(details: Mapping[str, Any]) -> str:
    """ErrorDetails in one line."""
    told = [details.get("ErrorType", ""), details.get("ErrorMessage", "")]
    return readable(": ".join(part.strip() for part in told if part.strip())) or "the service gave no details"


def is_package_id(physical_id: str) -> bool:
    """Whether the id is one that the service gave to a package."""
    return PACKAGE_ID.fullmatch(physical_id) is not None


class OpenSearch:
    """The calls that this program makes, and no others: the provider's policy allows exactly these."""

    def __init__(self, client: OpenSearchServiceClient) -> None:
        self._client = client

    def package(self, package_id: str) -> Package | None:
        """The package with that id; None where there is none, or only the record of a deleted one."""
        found = list(self._describe("PackageID", [package_id]))
        return next((package for package in found if package.id == package_id), None)

    def packages(self, package_ids: Iterable[str]) -> dict[str, Package]:
        """The packages with those ids, by their ids, in one call: many calls at once are throttled."""
        ids = sorted(set(package_ids))
        try:
            found = [*self._describe("PackageID", ids, every_page)] if ids else []
        except ClientError as error:
            if not is_not_found(error):
                raise
            # Whether one that is missing makes the service refuse to show the others is not documented.
            found = [one for one in map(self.package, ids if len(ids) > 1 else []) if one is not None]
        return {one.id: one for one in found}

    def packages_of(self, owner: ownership.Owner, identity: Identity) -> list[Package]:
        """The packages of exactly that identity that bear the owner's mark.

        Raises:
            ClientError: the service refused the call.
        """
        named = self.packages_named(identity.name)
        return [one for one in named if one.identity == identity and owner.owns(one.mark)]

    def packages_named(self, name: str) -> list[Package]:
        """This account's packages of exactly that name: one, or for plugins one for each engine version."""
        return [package for package in self.all_packages_named([name]) if not package.from_aws]

    def all_packages_named(self, names: Iterable[str]) -> list[Package]:
        """The packages of exactly those names, AWS's own and other accounts' among them."""
        wanted = sorted(set(names))
        return [one for one in self._describe("PackageName", wanted) if one.name in wanted] if wanted else []

    def create_package(self, parameters: dict[str, Any]) -> Package:
        """CreatePackage. The service copies and validates in the background."""
        return Package(self._client.create_package(**parameters)["PackageDetails"])

    def update_package(self, parameters: dict[str, Any]) -> None:
        """UpdatePackage, which always imports. The service copies and validates in the background."""
        self._client.update_package(**parameters)

    def delete_package(self, package_id: str) -> None:
        """DeletePackage, in the background too. A package that is gone is deleted."""
        try:
            self._client.delete_package(PackageID=package_id)
        except ClientError as error:
            if not is_not_found(error):
                raise

    def domains_of(self, package_id: str) -> dict[str, str]:
        """The domains that the package is associated with, and each association's status."""
        listed = pages(self._client.list_domains_for_package, {"PackageID": package_id})
        associations = [details for page in listed for details in page.get("DomainPackageDetailsList", [])]
        return {details.get("DomainName", ""): details.get("DomainPackageStatus", "") for details in associations}

    def commit_messages(self, package_id: str) -> list[str]:
        """The commit message of each version, in no order that one could rely on."""
        history = pages(self._client.get_package_version_history, {"PackageID": package_id})
        versions = [version for page in history for version in page.get("PackageVersionHistoryList", [])]
        return [version.get("CommitMessage", "") for version in versions]

    def _describe(
        self, by: DescribePackagesFilterNameType, values: list[str], read: Reading = pages
    ) -> Iterator[Package]:
        """DescribePackages, without the records of deleted packages."""
        for page in read(self._client.describe_packages, {"Filters": [{"Name": by, "Value": values}]}):
            for details in page.get("PackageDetailsList", []):
                if details.get("PackageStatus") != DELETED:
                    yield Package(details)
