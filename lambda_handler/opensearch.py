"""Amazon OpenSearch Service as this program needs it: one small method for each call.

Paging and the many ways to say "not found" are translated here, once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnection

from lambda_handler import ownership
from lambda_handler.properties import PLUGIN, Identity

if TYPE_CHECKING:
    from mypy_boto3_opensearch import OpenSearchServiceClient
    from mypy_boto3_opensearch.type_defs import DescribePackagesFilterTypeDef, PackageDetailsTypeDef

# How long a write may take until reading shows it, in seconds.
VISIBLE_WITHIN = 60.0
PAGE = 100  # the most that the service gives at once

COPYING, VALIDATING, AVAILABLE = "COPYING", "VALIDATING", "AVAILABLE"
COPY_FAILED, VALIDATION_FAILED = "COPY_FAILED", "VALIDATION_FAILED"
DELETING, DELETED, DELETE_FAILED = "DELETING", "DELETED", "DELETE_FAILED"
IMPORTING = {COPYING, VALIDATING}
SETTLED = {AVAILABLE, COPY_FAILED, VALIDATION_FAILED, DELETE_FAILED}

DISSOCIATING = "DISSOCIATING"

_ACCESS_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403", "Forbidden"}
_THROTTLED = {
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "PriorRequestNotComplete",
    "RequestTimeout",
    "RequestTimeoutException",
}
_SERVER_FAULTS = {
    "InternalException",
    "InternalFailure",
    "InternalError",
    "BaseException",
    "ServiceUnavailable",
}
_HTTP_SERVER_ERROR = 500
# The words are the only thing that tells a missing package from a bad request. Source: the waiters of Terraform's
# aws_opensearch_package, which met both forms.
_NOT_FOUND_WORDS = "package not found"


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
        details = self.details.get("ErrorDetails", {})
        told = [details.get("ErrorType", ""), details.get("ErrorMessage", "")]
        return ": ".join(part.strip() for part in told if part.strip()) or "the service gave no details"

    @property
    def identity(self) -> Identity:
        """What cannot be changed in place. The engine version says something of plugins only."""
        engine_version = self.details.get("EngineVersion", "") if self.type == PLUGIN else ""
        return Identity(self.name, self.type, engine_version, self.vended)

    def is_lent(self, account: str) -> bool:
        """Whether it is listed here, and belongs to another account. What PackageOwner looks like is not documented."""
        owner = self.details.get("PackageOwner", "")
        return owner.isdecimal() and owner != account

    @property
    def revision(self) -> tuple[object, ...]:
        """Differs as soon as a write to the package has become visible."""
        details = self.details
        return (
            self.status,
            self.version,
            self.error,
            details.get("PackageDescription"),
            details.get("LastUpdatedAt"),
        )

    @property
    def created_at(self) -> datetime | None:
        """CreatedAt."""
        return self.details.get("CreatedAt")

    def is_younger_than(self, other: Package) -> bool:
        """Whether it was created after the other one."""
        return self.created_at is not None and other.created_at is not None and self.created_at > other.created_at


class OpenSearch:
    """The calls that this program makes, and no others: the provider's policy allows exactly these."""

    def __init__(self, client: OpenSearchServiceClient) -> None:
        self._client = client

    def package(self, package_id: str) -> Package | None:
        """The package with that id; None where there is none, or only the record of a deleted one."""
        found = list(self._describe([{"Name": "PackageID", "Value": [package_id]}]))
        return next((package for package in found if package.id == package_id), None)

    def packages_named(self, name: str) -> list[Package]:
        """This account's packages of exactly that name: one, or for plugins one for each engine version."""
        found = self._describe([{"Name": "PackageName", "Value": [name]}])
        return [package for package in found if package.name == name and not package.from_aws]

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
        pages = self._pages(self._client.list_domains_for_package, {"PackageID": package_id})
        associations = [details for page in pages for details in page.get("DomainPackageDetailsList", [])]
        return {details.get("DomainName", ""): details.get("DomainPackageStatus", "") for details in associations}

    def commit_messages(self, package_id: str) -> list[str]:
        """The commit message of each version, in no order that one could rely on."""
        pages = self._pages(self._client.get_package_version_history, {"PackageID": package_id})
        versions = [version for page in pages for version in page.get("PackageVersionHistoryList", [])]
        return [version.get("CommitMessage", "") for version in versions]

    def _describe(self, filters: list[DescribePackagesFilterTypeDef]) -> Iterator[Package]:
        """DescribePackages, without the records of deleted packages."""
        for page in self._pages(self._client.describe_packages, {"Filters": filters}):
            for details in page.get("PackageDetailsList", []):
                if details.get("PackageStatus") != DELETED:
                    yield Package(details)

    def _pages(self, operation: Callable[..., Any], parameters: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """All pages of a list; none where the service says that there is no such package."""
        token: dict[str, str] = {}
        try:
            while True:
                page = operation(**parameters, MaxResults=PAGE, **token)
                yield page
                if not page.get("NextToken"):
                    return
                token = {"NextToken": page["NextToken"]}
        except ClientError as error:
            if not is_not_found(error):
                raise


def code_of(error: Exception) -> str:
    """The error code of an AWS error; empty for any other."""
    return error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""


def told_by(error: ClientError) -> str:
    """Which call failed, and the service's own words."""
    message = error.response.get("Error", {}).get("Message", "") or "no message"
    return f"{error.operation_name} failed: {code_of(error)}: {message}"


def is_not_found(error: Exception) -> bool:
    """Whether the service says that there is no such package."""
    if code_of(error) == "ResourceNotFoundException":
        return True
    return code_of(error) == "ValidationException" and _NOT_FOUND_WORDS in str(error).lower()


def is_access_denied(error: Exception) -> bool:
    """Whether IAM, or the service on its behalf, refused the call."""
    return code_of(error) in _ACCESS_DENIED


def is_name_taken(error: Exception) -> bool:
    """Whether another package has the name."""
    return code_of(error) == "ResourceAlreadyExistsException"


def is_refused(error: Exception) -> bool:
    """Whether the package's state forbids the call; which of the two codes the service uses is not documented."""
    return code_of(error) in {"ConflictException", "ValidationException"}


def may_have_been_applied(error: Exception) -> bool:
    """Whether a write may have taken effect although this was its answer: anything but a plain refusal."""
    return is_transient(error) and code_of(error) not in _THROTTLED


def is_transient(error: Exception) -> bool:
    """Whether the same call may succeed later: throttled, a fault of the service, or no answer at all."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return code_of(error) in _THROTTLED | _SERVER_FAULTS or status >= _HTTP_SERVER_ERROR
    return isinstance(error, NoConnection | HTTPClientError)
