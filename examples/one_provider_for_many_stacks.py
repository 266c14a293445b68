"""One provider for the stacks of a team: `cdk deploy --all --app "python3 one_provider_for_many_stacks.py"`."""

from aws_cdk import App, Stack

from cdk_opensearch_packages import Package, PackageProvider, PackageSource, PackageType

app = App()
platform = Stack(app, "Platform")
provider = PackageProvider(platform, "Provider")
for team in ("Shop", "Blog"):
    Package(
        Stack(app, team),
        "Synonyms",
        package_type=PackageType.TXT_DICTIONARY,
        source=PackageSource.from_asset("dictionaries/synonyms.txt"),
        provider=provider,
    )
app.synth()
