"""The construct library and the handler never import each other: here their two lists of names are held together."""

from __future__ import annotations

import re
from pathlib import Path

from aws_cdk import App, Stack
from aws_cdk.assertions import Template
from aws_cdk.aws_kms import Key
from aws_cdk.aws_opensearchservice import EngineVersion
from aws_cdk.aws_s3 import Bucket

from cdk_opensearch_packages import (
    Package,
    PackageConfiguration,
    PackageSource,
    PackageType,
    RequirementLevel,
)
from cdk_opensearch_packages.package_attributes import PackageAttributes
from lambda_handler.opensearch import Package as Described
from lambda_handler.package.attributes import attributes
from lambda_handler.package.table import OBJECT_VERSION, PACKAGE_PROPERTIES

README = (Path(__file__).parents[2] / "README.md").read_text()


def test_what_the_constructs_write_is_what_the_handler_reads() -> None:
    stack = Stack(App(), "Stack")
    bucket = Bucket.from_bucket_name(stack, "Bucket", "bucket")
    Package(
        stack,
        "Plugin",
        package_type=PackageType.ZIP_PLUGIN,
        source=PackageSource.from_bucket(bucket, "plugin.zip", object_version="1", source_hash="x"),
        package_name="plugin",
        description="d",
        engine_version=EngineVersion.open_search("2.17"),
        commit_message="c",
        configuration=PackageConfiguration(
            license_requirement=RequirementLevel.NONE, configuration_requirement=RequirementLevel.NONE
        ),
        encryption_key=Key(stack, "Key"),
        vending_enabled=True,
        adopt="F1",
        adopt_from="stack/Plugin",
    )
    Package(stack, "Text", package_type=PackageType.TXT_DICTIONARY, source=PackageSource.from_inline("couch, sofa"))
    found = Template.from_stack(stack).find_resources("Custom::OpenSearchPackage").values()
    written = {name for resource in found for name in resource["Properties"]}
    assert written == PACKAGE_PROPERTIES.keys()
    sources = [resource["Properties"].get("PackageSource", {}) for resource in found]
    assert {name for source in sources for name in source} == {"S3BucketName", "S3Key", OBJECT_VERSION}


def test_the_constructs_offer_every_attribute_that_the_handler_gives() -> None:
    stack = Stack(App(), "Stack")
    package = Package(stack, "P", package_type=PackageType.TXT_DICTIONARY, source=PackageSource.from_inline("x"))
    offered = [name for name in vars(PackageAttributes) if isinstance(vars(PackageAttributes)[name], property)]
    tokens = [stack.resolve(getattr(package, name)) for name in offered if name != "package_id"]
    names = {token["Fn::GetAtt"][1] for token in tokens}
    # Two names of the API for what is said once: the Ref, and the version.
    assert names == attributes(Described({})).keys() - {"PackageID", "AvailablePackageVersion"}


def test_the_readme_names_every_property_and_every_attribute() -> None:
    table = README[README.index("| property |") : README.index("All of them are always there")]
    told = set(re.findall(r"`\.?([A-Za-z.]+)`", table))
    told |= {f"AvailablePluginProperties.{name}" for name in told}
    assert told >= PACKAGE_PROPERTIES.keys() | attributes(Described({})).keys()
