"""The CDK app of this repository: a dictionary of synonyms, managed as a package.

``cdk deploy`` deploys it as it is. ``cdk deploy -c dictionary=<file>`` takes another dictionary: the package then gets
a new version and keeps its id. ``cdk deploy -c domain=<name>`` installs it on a domain of the account and Region, too.
"""

import sys
from pathlib import Path

# constructs/ is a source root: with this, the app works before the library itself is installed.
sys.path.insert(0, str(Path(__file__).resolve().parent / "constructs"))

from aws_cdk import App, CfnOutput, Stack
from aws_cdk.aws_opensearchservice import Domain
from constructs import Construct

from cdk_opensearch_packages import Package, PackageAssociation, PackageSource, PackageType

_SYNONYMS = Path(__file__).resolve().parent / "dictionaries" / "synonyms.txt"


class OpenSearchPackagesDemo(Stack):
    """A shop's synonyms, on a domain where one is named."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id, description="A dictionary for Amazon OpenSearch Service")
        synonyms = Package(
            self,
            "Synonyms",
            package_type=PackageType.TXT_DICTIONARY,
            source=PackageSource.from_asset(self.node.try_get_context("dictionary") or str(_SYNONYMS)),
            description="Synonyms of the shop",
        )
        CfnOutput(self, "PackageID", value=synonyms.package_id, description="analyzers/<PackageID> in an index")
        CfnOutput(self, "PackageVersion", value=synonyms.package_version, description="The available version")
        if domain_name := self.node.try_get_context("domain"):
            self._associate(synonyms, domain_name)

    def _associate(self, synonyms: Package, domain_name: str) -> None:
        domain = Domain.from_domain_attributes(
            self,
            "Domain",
            domain_arn=self.format_arn(service="es", resource="domain", resource_name=domain_name),
            domain_endpoint="",  # nothing here calls the domain itself
        )
        association = PackageAssociation(self, "SynonymsOnDomain", domain=domain, packages=[synonyms])
        path = association.reference_path(synonyms)
        CfnOutput(self, "ReferencePath", value=path, description="The synonyms_path of an analyzer on the domain")


if __name__ == "__main__":
    app = App()
    OpenSearchPackagesDemo(app, "OpenSearchPackagesDemo")
    app.synth()
