"""A plugin of one's own, for one engine version: `cdk deploy --app "python3 plugin.py"`.

`python3 make_files.py` writes a stand-in for build/shop-analysis.zip.
"""

from aws_cdk import App, CfnOutput, Stack
from aws_cdk.aws_opensearchservice import EngineVersion

from cdk_opensearch_packages import Package, PackageSource, PackageType

app = App()
stack = Stack(app, "Plugin")
plugin = Package(
    stack,
    "ShopAnalysis",
    package_type=PackageType.ZIP_PLUGIN,
    source=PackageSource.from_asset("build/shop-analysis.zip"),  # what the plugin's build makes
    engine_version=EngineVersion.open_search("2.17"),
    package_name="shop-analysis",  # the same for each engine version: upgrades of a domain go by the name
)
CfnOutput(stack, "PluginVersion", value=plugin.plugin_version)
app.synth()
