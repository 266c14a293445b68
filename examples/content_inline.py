"""A dictionary that is written in the app: `cdk deploy --app "python3 content_inline.py"`."""

from aws_cdk import App, CfnOutput, Stack

from cdk_opensearch_packages import Package, PackageSource, PackageType

app = App()
stack = Stack(app, "Inline")
stopwords = Package(
    stack,
    "Stopwords",
    package_type=PackageType.TXT_DICTIONARY,
    source=PackageSource.from_inline("a\nan\nthe\n"),
)
CfnOutput(stack, "PackageID", value=stopwords.package_id)
app.synth()
