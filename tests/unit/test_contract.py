"""The construct library and the handler never import each other: here their two lists of names are held together."""

from __future__ import annotations

import re
from inspect import isfunction
from pathlib import Path
from typing import Any

import boto3
from aws_cdk import App, Stack
from aws_cdk.assertions import Template
from aws_cdk.aws_iam import Role
from aws_cdk.aws_kms import Key
from aws_cdk.aws_opensearchservice import Domain, EngineVersion
from aws_cdk.aws_s3 import Bucket

from cdk_opensearch_packages import (
    AssociatedPackage,
    IPackage,
    Package,
    PackageAssociation,
    PackageConfiguration,
    PackageSource,
    PackageType,
    RequirementLevel,
)
from cdk_opensearch_packages.package_attributes import PackageAttributes
from lambda_handler.association.attributes import ATTRIBUTE_NAMES
from lambda_handler.association.table import ASSOCIATION_PROPERTIES
from lambda_handler.opensearch import Package as Described
from lambda_handler.package.attributes import attributes
from lambda_handler.package.table import OBJECT_VERSION, PACKAGE_PROPERTIES

RESOURCES = (Path(__file__).parents[2] / "docs" / "resources.md").read_text()


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


def association_with_everything() -> tuple[Stack, PackageAssociation, list[IPackage]]:
    stack = Stack(App(), "Stack")
    packages = [
        Package.from_package_attributes(stack, "ById", package_id="F1", package_version="v1"),
        Package.from_package_name(stack, "ByName", "analysis-nori"),
    ]
    role = Role.from_role_arn(stack, "Keys", "arn:aws:iam::123456789012:role/keys")
    arn = "arn:aws:es:eu-west-1:123456789012:domain/shop"
    association = PackageAssociation(
        stack,
        "Association",
        domain=Domain.from_domain_attributes(stack, "Domain", domain_arn=arn, domain_endpoint=""),
        packages=[packages[0], AssociatedPackage(packages[1], prerequisites=[packages[0]], key_access_role=role)],
        wait=False,
    )
    return stack, association, packages


def test_what_an_association_writes_is_what_the_handler_reads() -> None:
    stack, _, _ = association_with_everything()
    (found,) = Template.from_stack(stack).find_resources("Custom::OpenSearchPackageAssociation").values()
    assert found["Properties"].keys() == ASSOCIATION_PROPERTIES.keys()
    packages = found["Properties"]["Packages"]
    # The API's own names, but for what it knows no way to say: a package by its name, and that it has a new version.
    model = boto3.client("opensearch", region_name="us-east-1").meta.service_model
    shape: Any = model.shape_for("PackageDetailsForAssociation")
    members = shape.members
    assert {name for one in packages for name in one} == {*members, "PackageName", "PackageVersion"}
    key_store = packages[1]["AssociationConfiguration"]
    assert key_store.keys() == members["AssociationConfiguration"].members.keys()
    options = members["AssociationConfiguration"].members["KeyStoreAccessOption"]
    assert key_store["KeyStoreAccessOption"].keys() == options.members.keys()


def test_an_association_offers_every_attribute_that_the_handler_gives() -> None:
    stack, association, packages = association_with_everything()
    offered = [name for name, one in vars(PackageAssociation).items() if isfunction(one) and not name.startswith("_")]
    tokens = [stack.resolve(getattr(association, name)(one)) for name in offered for one in packages]
    names = {token["Fn::GetAtt"][1] for token in tokens}
    assert names == {f"{name}.{index}" for name in ATTRIBUTE_NAMES for index in range(len(packages))}


def test_the_constructs_offer_every_attribute_that_the_handler_gives() -> None:
    stack = Stack(App(), "Stack")
    package = Package(stack, "P", package_type=PackageType.TXT_DICTIONARY, source=PackageSource.from_inline("x"))
    offered = [name for name in vars(PackageAttributes) if isinstance(vars(PackageAttributes)[name], property)]
    tokens = [stack.resolve(getattr(package, name)) for name in offered if name != "package_id"]
    names = {token["Fn::GetAtt"][1] for token in tokens}
    # Two names of the API for what is said once: the Ref, and the version.
    assert names == attributes(Described({})).keys() - {"PackageID", "AvailablePackageVersion"}


def told_of(resource_type: str) -> set[str]:
    """The names in the first column of the tables of docs/resources.md about a resource type."""
    section = RESOURCES[RESOURCES.index(f"\n## The resource: `{resource_type}`\n") :]
    section = section[1:].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`\.?([A-Za-z.]+)`", row)}


def test_the_page_of_resources_names_every_property_and_every_attribute() -> None:
    told = told_of("Custom::OpenSearchPackage")
    told |= {f"AvailablePluginProperties.{name}" for name in told}
    assert told >= PACKAGE_PROPERTIES.keys() | attributes(Described({})).keys()


def test_the_page_of_resources_names_every_property_member_and_attribute_of_associations() -> None:
    model = boto3.client("opensearch", region_name="us-east-1").meta.service_model
    shape: Any = model.shape_for("PackageDetailsForAssociation")
    members = {*shape.members, *ASSOCIATION_PROPERTIES["Packages"].ours}
    told = told_of("Custom::OpenSearchPackageAssociation")
    assert told == ASSOCIATION_PROPERTIES.keys() | members | {*ATTRIBUTE_NAMES}
