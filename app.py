"""The CDK app of this repository: a dictionary of synonyms, managed as a package.

``cdk deploy`` deploys it as it is. ``cdk deploy -c dictionary=<file>`` takes another dictionary: the package then gets
a new version and keeps its id.
"""

import sys
from pathlib import Path

# constructs/ is a source root: with this, the app works before the library itself is installed.
sys.path.insert(0, str(Path(__file__).resolve().parent / "constructs"))

from aws_cdk import App, CfnOutput, Stack
from constructs import Construct

from cdk_opensearch_packages import Package, PackageSource, PackageType

_SYNONYMS = Path(__file__).resolve().parent / "dictionaries" / "synonyms.txt"


class OpenSearchPackagesDemo(Stack):
    """A shop's synonyms, ready to be associated with a domain."""

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


if __name__ == "__main__":
    app = App()
    OpenSearchPackagesDemo(app, "OpenSearchPackagesDemo")
    app.synth()
