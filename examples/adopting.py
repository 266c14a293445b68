"""A package that exists becomes a resource: `cdk deploy --app "python3 adopting.py" -c package_id=F123456789`."""

from aws_cdk import App, RemovalPolicy, Stack

from cdk_opensearch_packages import Package, PackageSource, PackageType

app = App()
stack = Stack(app, "Adopting")
Package(
    stack,
    "Synonyms",
    package_type=PackageType.TXT_DICTIONARY,
    source=PackageSource.from_asset("dictionaries/synonyms.txt"),
    package_name="shop-synonyms",  # as it is called now
    adopt=app.node.try_get_context("package_id"),
    removal_policy=RemovalPolicy.RETAIN,  # until you trust what you have deployed
)
app.synth()
