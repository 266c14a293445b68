"""A dictionary of synonyms on a domain that exists."""

from pathlib import Path

from aws_cdk import CfnOutput, Stack
from aws_cdk.aws_opensearchservice import Domain
from constructs import Construct

from cdk_opensearch_packages import Package, PackageAssociation, PackageSource, PackageType


class ShopSearch(Stack):
    """What the search of a shop needs."""

    def __init__(self, scope: Construct, id: str, *, domain_name: str, dictionary: Path) -> None:  # noqa: A002
        super().__init__(scope, id)
        synonyms = Package(
            self,
            "Synonyms",
            package_type=PackageType.TXT_DICTIONARY,
            source=PackageSource.from_asset(str(dictionary)),
        )
        arn = self.format_arn(service="es", resource="domain", resource_name=domain_name)
        domain = Domain.from_domain_attributes(self, "Domain", domain_arn=arn, domain_endpoint="")
        PackageAssociation(self, "OnDomain", domain=domain, packages=[synonyms])
        CfnOutput(self, "PackageID", value=synonyms.package_id)
