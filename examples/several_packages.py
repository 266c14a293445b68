"""Two dictionaries, a plugin and AWS's nori on a domain: `cdk deploy --app "python3 several_packages.py"`.

`python3 make_files.py` writes a stand-in for build/shop-analysis.zip.
"""

from aws_cdk import App, CfnOutput, RemovalPolicy, Stack
from aws_cdk.aws_opensearchservice import Domain, EncryptionAtRestOptions, EngineVersion, TLSSecurityPolicy

from cdk_opensearch_packages import Package, PackageAssociation, PackageSource, PackageType

app = App()
stack = Stack(app, "SeveralPackages")
version = EngineVersion.open_search("2.17")
domain = Domain(
    stack,
    "Domain",
    version=version,
    # What a domain has to have for a plugin of one's own.
    node_to_node_encryption=True,
    encryption_at_rest=EncryptionAtRestOptions(enabled=True),
    enforce_https=True,
    tls_security_policy=TLSSecurityPolicy.TLS_1_2_PFS,
    removal_policy=RemovalPolicy.DESTROY,
)
synonyms, stopwords = (
    Package(
        stack,
        name.title(),
        package_type=PackageType.TXT_DICTIONARY,
        source=PackageSource.from_asset(f"dictionaries/{name}.txt"),
    )
    for name in ("synonyms", "stopwords")
)
plugin = Package(
    stack,
    "ShopAnalysis",
    package_type=PackageType.ZIP_PLUGIN,
    source=PackageSource.from_asset("build/shop-analysis.zip"),
    engine_version=version,
)
nori = Package.from_package_name(stack, "Nori", "analysis-nori")
association = PackageAssociation(
    stack,
    "ShopPackages",
    domain=domain,
    packages=[synonyms, stopwords, plugin, nori],
)
CfnOutput(stack, "SynonymsPath", value=association.reference_path(synonyms))
CfnOutput(stack, "StopwordsPath", value=association.reference_path(stopwords))
app.synth()
