"""The provider's function in a VPC: `cdk deploy --app "python3 provider_in_vpc.py"`."""

from aws_cdk import App, Stack
from aws_cdk.aws_ec2 import SubnetSelection, SubnetType, Vpc

from cdk_opensearch_packages import Package, PackageProvider, PackageSource, PackageType

app = App()
stack = Stack(app, "InVpc")
vpc = Vpc(stack, "Vpc", max_azs=2, nat_gateways=1)
# Under this id it is the stack's own provider, so packages need not name it.
PackageProvider(
    stack,
    PackageProvider.DEFAULT_ID,
    vpc=vpc,
    # It has to reach OpenSearch Service, S3, Lambda and CloudFormation's response URLs.
    vpc_subnets=SubnetSelection(subnet_type=SubnetType.PRIVATE_WITH_EGRESS),
)
Package(
    stack,
    "Synonyms",
    package_type=PackageType.TXT_DICTIONARY,
    source=PackageSource.from_asset("dictionaries/synonyms.txt"),
)
app.synth()
