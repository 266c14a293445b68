"""Assets in a bootstrap bucket that a key of one's own encrypts (`cdk bootstrap --bootstrap-kms-key-id`).

`cdk deploy --app "python3 bootstrap_bucket_with_key.py" -c assets_key=arn:aws:kms:…`. The key that
`cdk bootstrap --bootstrap-customer-key` makes allows this by itself.
"""

from aws_cdk import App, Stack
from aws_cdk.aws_kms import Key

from cdk_opensearch_packages import Package, PackageProvider, PackageSource, PackageType

app = App()
stack = Stack(app, "AssetsWithKey")
key = Key.from_key_arn(stack, "AssetsKey", app.node.try_get_context("assets_key"))
# The CDK does not know the key of its bucket, so nothing else allows the provider to copy what it encrypts.
key.grant_decrypt(PackageProvider.get_or_create(stack))
Package(
    stack,
    "Synonyms",
    package_type=PackageType.TXT_DICTIONARY,
    source=PackageSource.from_asset("dictionaries/synonyms.txt"),
)
app.synth()
