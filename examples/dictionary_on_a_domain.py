"""A dictionary of synonyms on a domain that exists: `cdk deploy --app "python3 dictionary_on_a_domain.py"`."""

from aws_cdk import App, CfnOutput, Stack
from aws_cdk.aws_opensearchservice import Domain

from cdk_opensearch_packages import Package, PackageAssociation, PackageSource, PackageType

app = App()
stack = Stack(app, "Search")
domain = Domain.from_domain_attributes(
    stack,
    "Domain",
    domain_arn=stack.format_arn(service="es", resource="domain", resource_name="shop-search"),
    domain_endpoint="",  # nothing here calls the domain itself
)
synonyms = Package(
    stack,
    "Synonyms",
    package_type=PackageType.TXT_DICTIONARY,
    source=PackageSource.from_asset("dictionaries/synonyms.txt"),
)
association = PackageAssociation(stack, "ShopPackages", domain=domain, packages=[synonyms])
# The synonyms_path of an analyzer, such as analyzers/F123456789.
CfnOutput(stack, "SynonymsPath", value=association.reference_path(synonyms))
app.synth()
