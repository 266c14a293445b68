"""A plugin that a key of one's own encrypts at the service: `cdk deploy --app "python3 encryption_key.py"`.

`python3 make_files.py` writes a stand-in for build/shop-analysis.zip.
"""

from aws_cdk import App, Stack
from aws_cdk.aws_kms import Key
from aws_cdk.aws_opensearchservice import EngineVersion

from cdk_opensearch_packages import Package, PackageSource, PackageType

app = App()
stack = Stack(app, "Encrypted")
Package(
    stack,
    "ShopAnalysis",
    package_type=PackageType.ZIP_PLUGIN,
    source=PackageSource.from_asset("build/shop-analysis.zip"),
    engine_version=EngineVersion.open_search("2.17"),
    encryption_key=Key(stack, "PluginKey", enable_key_rotation=True),
)
app.synth()
