"""Clients of AWS's services, and the packages and domains that Amazon OpenSearch Service shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_opensearch import OpenSearchServiceClient
    from mypy_boto3_opensearch.type_defs import DomainPackageDetailsTypeDef, PackageDetailsTypeDef
    from mypy_boto3_sts import STSClient

PAGE = 100  # the most that the service gives at once
AT_ONCE = 8  # how many calls are under way at the same time
ATTEMPTS = 6  # of a call that is throttled or fails, with botocore's pauses of up to 20 s between them


@dataclass(frozen=True)
class Aws:
    """The clients that an inventory needs.

    Attributes:
        region: the Region that they call.
        opensearch: boto3's client of Amazon OpenSearch Service.
        cloudformation: boto3's client of CloudFormation.
        sts: boto3's client of STS, which tells the account.
    """

    region: str
    opensearch: OpenSearchServiceClient
    cloudformation: CloudFormationClient
    sts: STSClient

    @property
    def account(self) -> str:
        """The account, 12 digits. The call needs no permission."""
        return self.sts.get_caller_identity()["Account"]

    def packages(self) -> list[PackageDetailsTypeDef]:
        """Every package that the account sees, without the records of deleted ones."""
        shown = _all(self.opensearch.describe_packages, {}, "PackageDetailsList")
        return [one for one in shown if one.get("PackageStatus") != "DELETED"]

    def domains(self, package_id: str) -> list[DomainPackageDetailsTypeDef]:
        """The domains that a package is on; none where the package has been deleted meanwhile."""
        try:
            return list(
                _all(self.opensearch.list_domains_for_package, {"PackageID": package_id}, "DomainPackageDetailsList")
            )
        except ClientError as error:
            if _is_gone(error):
                return []
            raise


def connect(profile: str | None, region: str | None) -> Aws:
    """Clients of the environment's account and Region, or those of a profile.

    Raises:
        BotoCoreError: there is no Region, or no such profile.
    """
    session = boto3.Session(profile_name=profile, region_name=region)
    config = Config(
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        max_pool_connections=AT_ONCE,
        user_agent_extra="opensearch-packages",
    )
    opensearch = session.client("opensearch", config=config)
    return Aws(
        opensearch.meta.region_name,
        opensearch,
        session.client("cloudformation", config=config),
        session.client("sts", config=config),
    )


def _all(operation: Callable[..., Any], parameters: dict[str, Any], member: str) -> Iterator[Any]:
    """Everything on all pages of a list. botocore has no paginators for packages."""
    token: dict[str, str] = {}
    while True:
        page = operation(**parameters, MaxResults=PAGE, **token)
        yield from page.get(member, [])
        if not page.get("NextToken"):
            return
        token = {"NextToken": page["NextToken"]}


def _is_gone(error: ClientError) -> bool:
    """Whether there is no such package. Terraform's aws_opensearch_package has met both forms."""
    told = error.response.get("Error", {})
    if told.get("Code") == "ResourceNotFoundException":
        return True
    return told.get("Code") == "ValidationException" and "package not found" in told.get("Message", "").lower()
