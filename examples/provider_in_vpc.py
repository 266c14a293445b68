"""The provider's function in a VPC that exists.

`cdk deploy --app "python3 provider_in_vpc.py" -c vpc_id=vpc-1a2b3c4d -c subnet_ids=subnet-1a2b3c4d,subnet-5e6f7a8b`
"""

from aws_cdk import App, Stack
from aws_cdk.aws_ec2 import Vpc

from cdk_opensearch_packages import Package, PackageProvider, PackageSource, PackageType

app = App()
stack = Stack(app, "InVpc")
subnet_ids = app.node.try_get_context("subnet_ids").split(",")
vpc = Vpc.from_vpc_attributes(
    stack,
    "Vpc",
    vpc_id=app.node.try_get_context("vpc_id"),
    availability_zones=stack.availability_zones[: len(subnet_ids)],
    # From there it has to reach OpenSearch Service, S3, Lambda and CloudFormation's response URLs.
    private_subnet_ids=subnet_ids,
)
# Under this id it is the stack's own provider, so packages need not name it.
PackageProvider(stack, PackageProvider.DEFAULT_ID, vpc=vpc)
Package(
    stack,
    "Synonyms",
    package_type=PackageType.TXT_DICTIONARY,
    source=PackageSource.from_asset("dictionaries/synonyms.txt"),
)
app.synth()
