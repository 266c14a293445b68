"""A third-party plugin with its license and configuration: `cdk deploy --app "python3 license_and_configuration.py"`.

`python3 make_files.py` writes stand-ins for what a vendor delivers.
"""

from aws_cdk import App, Stack
from aws_cdk.aws_opensearchservice import Domain, EngineVersion

from cdk_opensearch_packages import (
    AssociatedPackage,
    Package,
    PackageAssociation,
    PackageConfiguration,
    PackageSource,
    PackageType,
    RequirementLevel,
)

app = App()
stack = Stack(app, "LicensedPlugin")
domain = Domain.from_domain_attributes(
    stack,
    "Domain",
    domain_arn=stack.format_arn(service="es", resource="domain", resource_name="shop-search"),
    domain_endpoint="",
)
plugin = Package(
    stack,
    "Plugin",
    package_type=PackageType.ZIP_PLUGIN,
    source=PackageSource.from_asset("build/vendor-plugin.zip"),
    engine_version=EngineVersion.open_search("2.17"),
    configuration=PackageConfiguration(
        license_requirement=RequirementLevel.REQUIRED,
        configuration_requirement=RequirementLevel.OPTIONAL,
        license_filepath="license.json",
    ),
)
license_package = Package(
    stack,
    "License",
    package_type=PackageType.PACKAGE_LICENSE,
    source=PackageSource.from_asset("build/license.json"),
)
configuration = Package(
    stack,
    "Configuration",
    package_type=PackageType.PACKAGE_CONFIG,
    source=PackageSource.from_asset("build/configuration.zip"),
)
PackageAssociation(
    stack,
    "VendorPackages",
    domain=domain,
    packages=[
        plugin,
        AssociatedPackage(license_package, prerequisites=[plugin]),
        AssociatedPackage(configuration, prerequisites=[plugin]),
    ],
)
app.synth()
