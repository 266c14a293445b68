"""Stacks for the tests, and what is in them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from aws_cdk import App, Stack
from aws_cdk.assertions import Template
from constructs import Construct

from cdk_opensearch_packages import IPackageProvider, Package, PackageProvider, PackageSource, PackageType

PROVIDER_ARN = "arn:aws:lambda:eu-west-1:123456789012:function:provider"


def new_stack() -> Stack:
    return Stack(App(), "Stack")


def existing_provider(scope: Construct) -> IPackageProvider:
    """A provider that adds nothing to the template."""
    return PackageProvider.from_service_token(scope, "Provider", PROVIDER_ARN)


def dictionary(scope: Construct, construct_id: str = "Synonyms", **options: Any) -> Package:
    """A package with nothing but what is required, and what the test is about."""
    options.setdefault("source", PackageSource.from_text("sofa, couch"))
    return Package(scope, construct_id, package_type=PackageType.TXT_DICTIONARY, **options)


def plugin_archive(path: Path, descriptor: str, name: str = "plugin-descriptor.properties") -> str:
    with ZipFile(path, "w") as archive:
        archive.writestr(name, descriptor)
    return str(path)


def resources_of(stack: Stack, resource_type: str) -> dict[str, Any]:
    return dict(Template.from_stack(stack).find_resources(resource_type))


def the_only(stack: Stack, resource_type: str) -> Mapping[str, Any]:
    """The only resource of its type."""
    (resource,) = resources_of(stack, resource_type).values()
    found: Mapping[str, Any] = resource
    return found


def properties_of(stack: Stack) -> Mapping[str, Any]:
    """What the only package of a stack tells the provider."""
    found: Mapping[str, Any] = the_only(stack, "Custom::OpenSearchPackage")["Properties"]
    return found
