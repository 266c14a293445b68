"""Stacks for the tests, and what is in them."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from aws_cdk import App, Stack
from aws_cdk.assertions import Annotations, Match, Template
from aws_cdk.aws_iam import Role
from aws_cdk.aws_opensearchservice import Domain, EngineVersion, IDomain
from aws_cdk.aws_s3 import Bucket
from constructs import Construct

from cdk_opensearch_packages import (
    AssociatedPackage,
    IPackage,
    IPackageProvider,
    Package,
    PackageAssociation,
    PackageProvider,
    PackageSource,
    PackageType,
)

PROVIDER_ARN = "arn:aws:lambda:eu-west-1:123456789012:function:provider"
ROLE_ARN = "arn:aws:iam::123456789012:role/provider"


def new_stack() -> Stack:
    return Stack(App(), "Stack")


def existing_provider(scope: Construct) -> IPackageProvider:
    """A provider that adds nothing to the template: its role is not known."""
    found = scope.node.try_find_child("Provider")
    return (
        cast(IPackageProvider, found) if found else PackageProvider.from_service_token(scope, "Provider", PROVIDER_ARN)
    )


def granted_provider(scope: Construct) -> IPackageProvider:
    """A provider that adds nothing but what its packages are granted."""
    if found := scope.node.try_find_child("Provider"):
        return cast(IPackageProvider, found)
    role = Role.from_role_arn(scope, "ProviderRole", ROLE_ARN)
    return PackageProvider.from_service_token(scope, "Provider", PROVIDER_ARN, role)


def dictionary(scope: Construct, construct_id: str = "Synonyms", **options: Any) -> Package:
    """A package with nothing but what is required, and what the test is about."""
    options.setdefault("source", PackageSource.from_inline("sofa, couch"))
    return Package(scope, construct_id, package_type=PackageType.TXT_DICTIONARY, **options)


def plugin(scope: Construct, construct_id: str = "Plugin", **options: Any) -> Package:
    """A plugin with nothing but what is required, and what the test is about."""
    if "source" not in options:
        bucket = Bucket.from_bucket_name(scope, f"{construct_id}Bucket", "plugins")
        options["source"] = PackageSource.from_bucket(bucket, "plugin.zip")
    required: dict[str, Any] = {
        "package_type": PackageType.ZIP_PLUGIN,
        "engine_version": EngineVersion.OPENSEARCH_2_17,
        "provider": existing_provider(scope),
    }
    return Package(scope, construct_id, **(required | options))


def existing_domain(scope: Construct, name: str = "shop") -> IDomain:
    """A domain that adds nothing to the template."""
    arn = f"arn:aws:es:eu-west-1:123456789012:domain/{name}"
    return Domain.from_domain_attributes(scope, f"Domain-{name}", domain_arn=arn, domain_endpoint="")


def new_domain(scope: Construct, construct_id: str = "Domain") -> Domain:
    """A domain that the app makes."""
    return Domain(scope, construct_id, version=EngineVersion.OPENSEARCH_2_17)


def association(
    scope: Construct,
    packages: Sequence[IPackage | AssociatedPackage],
    construct_id: str = "Association",
    **options: Any,
) -> PackageAssociation:
    """An association with nothing but what is required, and what the test is about."""
    if "domain" not in options:
        options["domain"] = existing_domain(scope)
    options.setdefault("provider", granted_provider(scope))
    return PackageAssociation(scope, construct_id, packages=packages, **options)


def association_properties_of(stack: Stack) -> Mapping[str, Any]:
    """What the only association of a stack tells the provider."""
    found: Mapping[str, Any] = the_only(stack, "Custom::OpenSearchPackageAssociation")["Properties"]
    return found


def associated_in(stack: Stack) -> list[Mapping[str, Any]]:
    """What the only association of a stack tells the provider about each package."""
    found: list[Mapping[str, Any]] = association_properties_of(stack)["Packages"]
    return found


def warnings_of(stack: Stack) -> list[str]:
    """What is warned of when the stack is synthesized."""
    found = Annotations.from_stack(stack).find_warning("*", Match.any_value())
    return [str(warning.entry.data) for warning in found]


def errors_of(stack: Stack) -> list[str]:
    """What is found wrong when the stack is synthesized."""
    found = Annotations.from_stack(stack).find_error("*", Match.any_value())
    return [str(error.entry.data) for error in found]


def resources_of(stack: Stack, resource_type: str) -> dict[str, Any]:
    return dict(Template.from_stack(stack).find_resources(resource_type))


def package_policies_of(stack: Stack) -> dict[str, Any]:
    """What a stack adds to the roles of its providers."""
    policies = resources_of(stack, "AWS::IAM::Policy")
    return {name: policy for name, policy in policies.items() if name.startswith("OpenSearchPackagePolicy")}


def association_policies_of(stack: Stack) -> dict[str, Any]:
    """What a stack adds to the roles of its providers for domains."""
    policies = resources_of(stack, "AWS::IAM::Policy")
    return {name: policy for name, policy in policies.items() if name.startswith("OpenSearchAssociationPolicy")}


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
