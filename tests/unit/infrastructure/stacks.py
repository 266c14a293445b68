"""Stacks for the tests, and what is in them."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import App, Stack
from aws_cdk.assertions import Template
from aws_cdk.aws_iam import Role
from constructs import Construct

from cdk_opensearch_packages import IPackageProvider, Package, PackageProvider, PackageSource, PackageType

PROVIDER_ARN = "arn:aws:lambda:eu-west-1:123456789012:function:provider"
ROLE_ARN = "arn:aws:iam::123456789012:role/provider"


def new_stack() -> Stack:
    return Stack(App(), "Stack")


def existing_provider(scope: Construct) -> IPackageProvider:
    """A provider that adds nothing to the template: its role is not known."""
    return PackageProvider.from_service_token(scope, "Provider", PROVIDER_ARN)


def granted_provider(scope: Construct) -> IPackageProvider:
    """A provider that adds nothing but what its packages are granted."""
    role = Role.from_role_arn(scope, "ProviderRole", ROLE_ARN)
    return PackageProvider.from_service_token(scope, "Provider", PROVIDER_ARN, role)


def dictionary(scope: Construct, construct_id: str = "Synonyms", **options: Any) -> Package:
    """A package with nothing but what is required, and what the test is about."""
    options.setdefault("source", PackageSource.from_inline("sofa, couch"))
    return Package(scope, construct_id, package_type=PackageType.TXT_DICTIONARY, **options)


def resources_of(stack: Stack, resource_type: str) -> dict[str, Any]:
    return dict(Template.from_stack(stack).find_resources(resource_type))


def package_policies_of(stack: Stack) -> dict[str, Any]:
    """What a stack adds to the roles of its providers."""
    policies = resources_of(stack, "AWS::IAM::Policy")
    return {name: policy for name, policy in policies.items() if name.startswith("OpenSearchPackagePolicy")}


def granted_in(stack: Stack) -> dict[str, Mapping[str, Any]]:
    """The statements of a stack's only package policy, by their ids, without the one that every stack has."""
    (policy,) = package_policies_of(stack).values()
    statements = {statement["Sid"]: statement for statement in policy["Properties"]["PolicyDocument"]["Statement"]}
    del statements["DescribeStack"]
    return statements


def the_only(stack: Stack, resource_type: str) -> Mapping[str, Any]:
    """The only resource of its type."""
    (resource,) = resources_of(stack, resource_type).values()
    found: Mapping[str, Any] = resource
    return found


def properties_of(stack: Stack) -> Mapping[str, Any]:
    """What the only package of a stack tells the provider."""
    found: Mapping[str, Any] = the_only(stack, "Custom::OpenSearchPackage")["Properties"]
    return found
