"""The service's side of domains: one small method for each call, and what it shows of a domain and its packages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lambda_handler import ownership
from lambda_handler.errors import CALL_ERRORS, code_of, describe, readable
from lambda_handler.opensearch import error_of
from lambda_handler.paging import pages

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_opensearch import OpenSearchServiceClient
    from mypy_boto3_opensearch.type_defs import DomainPackageDetailsTypeDef, DomainStatusTypeDef

ASSOCIATING, ASSOCIATION_FAILED, ACTIVE = "ASSOCIATING", "ASSOCIATION_FAILED", "ACTIVE"
DISSOCIATING, DISSOCIATION_FAILED = "DISSOCIATING", "DISSOCIATION_FAILED"
# In every other status, and in one that the service may add, the association changes.
SETTLED = {ACTIVE, ASSOCIATION_FAILED, DISSOCIATION_FAILED}
# Of domains.
BUSY = {"Creating", "Modifying", "UpgradingEngineVersion", "UpdatingServiceSoftware", "Deleting"}


class NoDomainError(Exception):
    """There is no domain of that name. The text is what the service says."""


@dataclass(frozen=True)
class Association:
    """A package on a domain, as ListPackagesForDomain shows it.

    Source: https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_DomainPackageDetails.html
    """

    details: DomainPackageDetailsTypeDef

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
    def domain(self) -> str:
        """DomainName."""
        return self.details.get("DomainName", "")

    @property
    def status(self) -> str:
        """DomainPackageStatus."""
        return self.details.get("DomainPackageStatus", "")

    @property
    def is_changing(self) -> bool:
        """Whether it is on its way to the domain, or off it."""
        return self.status not in {*SETTLED, ""}

    @property
    def version(self) -> str:
        """PackageVersion: the one that is on the domain; empty until there has been one."""
        return self.details.get("PackageVersion", "")

    @property
    def reference_path(self) -> str:
        """ReferencePath: what an index names it by."""
        return self.details.get("ReferencePath", "")

    @property
    def last_updated(self) -> datetime | None:
        """LastUpdated."""
        return self.details.get("LastUpdated")

    @property
    def prerequisites(self) -> set[str]:
        """PrerequisitePackageIDList."""
        return set(self.details.get("PrerequisitePackageIDList", []))

    @property
    def configuration(self) -> dict[str, Any]:
        """AssociationConfiguration."""
        return dict(self.details.get("AssociationConfiguration", {}))

    @property
    def error(self) -> str:
        """ErrorDetails in one line."""
        return error_of(self.details.get("ErrorDetails", {}))

    @property
    def revision(self) -> str:
        """Differs as soon as a change of the association has become visible. Short: a continuation carries it."""
        return ownership.digest(repr((self.status, self.version, self.error, self.last_updated)), 16)

    def __str__(self) -> str:
        return f"{self.name!r} ({self.id})"


@dataclass(frozen=True)
class Domain:
    """A domain as DescribeDomain shows it.

    Source: https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_DomainStatus.html
    """

    details: DomainStatusTypeDef

    @property
    def name(self) -> str:
        """DomainName."""
        return self.details.get("DomainName", "")

    @property
    def account(self) -> str:
        """The account that it belongs to, as its ARN says; empty where it says none."""
        return (self.details.get("ARN", "").split(":") + [""] * 5)[4]

    @property
    def engine_version(self) -> str:
        """EngineVersion, such as `OpenSearch_2.17`."""
        return self.details.get("EngineVersion", "")

    @property
    def is_going_away(self) -> bool:
        """Whether it is being deleted."""
        return self.details.get("Deleted", False) or self.details.get("DomainProcessingStatus") == "Deleting"

    @property
    def is_changing(self) -> bool:
        """Whether it is being created, changed or upgraded, and so takes no other change."""
        details = self.details
        changes = details.get("Processing", False) or details.get("UpgradeProcessing", False)
        # In a status that is not known, such as Isolated, the service has to say whether the domain takes a change.
        return changes or details.get("DomainProcessingStatus") in BUSY or not details.get("Created", True)

    @property
    def is_being_upgraded(self) -> bool:
        """Whether its engine version changes, and with it what its packages are."""
        is_upgrading = self.details.get("DomainProcessingStatus") == "UpgradingEngineVersion"
        return is_upgrading or self.details.get("UpgradeProcessing", False)

    @property
    def activity(self) -> str:
        """What it is doing, in the service's words."""
        return self.details.get("DomainProcessingStatus", "") or ("Processing" if self.is_changing else "Active")


class Domains:
    """The calls about domains that this program makes, and no others."""

    def __init__(self, client: OpenSearchServiceClient) -> None:
        self._client = client

    def domain(self, name: str) -> Domain:
        """DescribeDomain.

        Raises:
            NoDomainError: there is no such domain.
            ClientError: the service refused the call.
        """
        try:
            return Domain(self._client.describe_domain(DomainName=name)["DomainStatus"])
        except ClientError as error:
            if code_of(error) != "ResourceNotFoundException":
                raise
            raise NoDomainError(describe(error)) from error

    def associations(self, name: str) -> list[Association]:
        """ListPackagesForDomain; none where there is no such domain."""
        listed = pages(self._client.list_packages_for_domain, {"DomainName": name})
        return [Association(details) for page in listed for details in page.get("DomainPackageDetailsList", [])]

    def associate(self, name: str, packages: list[dict[str, Any]]) -> None:
        """AssociatePackages, in the background. It brings a package that is there already to its newest version."""
        self._client.associate_packages(DomainName=name, PackageList=packages)  # type: ignore[arg-type]

    def dissociate(self, name: str, package_ids: list[str]) -> None:
        """DissociatePackages, in the background."""
        self._client.dissociate_packages(DomainName=name, PackageList=package_ids)

    def progress(self, name: str) -> str:
        """How far the domain's change has come, in words; what went wrong where that cannot be told."""
        try:
            told = self._client.describe_domain_change_progress(DomainName=name).get("ChangeProgressStatus", {})
        except CALL_ERRORS as error:
            return describe(error)
        stages = told.get("ChangeProgressStages", [])
        done = sum(stage.get("Status") == "COMPLETED" for stage in stages)
        current = next((stage.get("Name", "") for stage in stages if stage.get("Status") != "COMPLETED"), "")
        parts = [told.get("Status", ""), f"{done} of {told.get('TotalNumberOfStages', len(stages))} stages", current]
        return readable(", ".join(part for part in parts if part))
