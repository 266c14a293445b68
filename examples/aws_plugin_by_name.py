"""AWS's own plugin for Korean on a domain: `cdk deploy --app "python3 aws_plugin_by_name.py"`."""

from aws_cdk import App, CfnOutput, Stack
from aws_cdk.aws_opensearchservice import Domain

from cdk_opensearch_packages import Package, PackageAssociation

app = App()
stack = Stack(app, "Nori")
domain = Domain.from_domain_attributes(
    stack,
    "Domain",
    domain_arn=stack.format_arn(service="es", resource="domain", resource_name="shop-search"),
    domain_endpoint="",
)
# Its id differs in each Region and engine version, and an upgrade of the domain changes it. The name stays.
nori = Package.from_package_name(stack, "Package", "analysis-nori")
association = PackageAssociation(stack, "KoreanPackages", domain=domain, packages=[nori])
CfnOutput(stack, "PackageID", value=association.package_id(nori))
app.synth()
