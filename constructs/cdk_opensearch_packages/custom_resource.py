"""A construct's custom resource: what every resource type of the provider has in common."""

from collections.abc import Mapping

from aws_cdk import CustomResource, Duration, RemovalPolicy, Resource, Stack

from .arguments import check_interface, check_type
from .checks import check_timeout
from .package_policy import PackagePolicy
from .provider import IPackageProvider, PackageProvider
from .provider_checks import check_provider


def declare_custom_resource(
    owner: Resource,
    resource_type: str,
    properties: Mapping[str, object],
    *,
    provider: IPackageProvider,
    timeout: Duration | None,
    removal_policy: RemovalPolicy,
) -> CustomResource:
    """Declares the custom resource that ``owner`` stands for, as its child ``Resource``.

    Args:
        owner: The construct.
        resource_type: The type of the resource, such as ``Custom::OpenSearchPackage``.
        properties: Its properties; those that are None are left out, at every depth.
        provider: The provider that serves it. All of it exists before the resource and outlives it: the log group and
            the permissions are needed for the last request.
        timeout: How long CloudFormation waits for one request, from one minute to one hour. Default: one hour.
        removal_policy: What happens to it when it leaves the stack.

    Raises:
        TypeError: An option is of another type.
        ValueError: ``timeout`` is out of range.
    """
    timeout = Duration.hours(1) if timeout is None else timeout
    check_timeout(timeout)
    check_type("removal_policy", removal_policy, RemovalPolicy, "a RemovalPolicy", optional=False)
    resource = CustomResource(
        owner,
        "Resource",
        resource_type=resource_type,
        service_token=provider.service_token,
        service_timeout=timeout,
        removal_policy=removal_policy,
        properties=properties,
    )
    # Without it owner.apply_removal_policy would not find the resource.
    owner.node.default_child = resource.node.default_child
    resource.node.add_dependency(provider, policy_of(owner, provider))
    return resource


def provider_for(owner: Resource, provider: IPackageProvider | None) -> IPackageProvider:
    """Returns the provider that serves ``owner``: the given one, or the one that the stack's constructs share.

    Raises:
        TypeError: ``provider`` is no provider.
        ValueError: ``provider`` is in another Region, or in another account of the same app.
    """
    takes = "a PackageProvider, or what PackageProvider.from_service_token returns"
    check_interface("provider", provider, ("service_token", "grant_principal", "node"), takes)
    if provider is None:
        return PackageProvider.get_or_create(owner)
    check_provider(owner, provider, provider.service_token)
    return provider


def policy_of(owner: Resource, provider: IPackageProvider) -> PackagePolicy:
    """Returns what the stack of ``owner`` allows ``provider`` to do."""
    return PackagePolicy.get_or_create(Stack.of(owner), provider)
