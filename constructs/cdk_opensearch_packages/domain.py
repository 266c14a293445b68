"""The domain of an association, whatever kind of construct stands for it."""

import re
from dataclasses import dataclass

from aws_cdk import ArnFormat, Stack, Token
from aws_cdk.aws_opensearchservice import CfnDomain, IDomain
from constructs import Construct

from .arguments import check_interface
from .environments import check_region_of, check_same_account, check_same_region

# https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_AssociatePackages.html
_NAME = re.compile(r"[a-z][a-z0-9-]{2,27}")
# What the service puts before the name of a domain in its endpoint.
_ENDPOINT_PREFIXES = ("search-", "vpc-")


@dataclass(frozen=True)
class AssociatedDomain:
    """What an association needs of its domain.

    Attributes:
        construct: The domain.
        name: Its name.
        arn: Its ARN.
    """

    construct: IDomain
    name: str
    arn: str

    @property
    def known_name(self) -> str | None:
        """The name, where synthesis knows it: of a domain that is imported, or that the app makes under this name."""
        resource = self.construct.node.default_child
        given = resource.domain_name if isinstance(resource, CfnDomain) else None
        return next((one for one in (self.name, given) if one is not None and not Token.is_unresolved(one)), None)

    @property
    def engine_version(self) -> str | None:
        """The engine version, where the app makes the domain and says it."""
        resource = self.construct.node.default_child
        version = resource.engine_version if isinstance(resource, CfnDomain) else None
        return None if version is None or Token.is_unresolved(version) else version


def domain_of(scope: Construct, domain: IDomain) -> AssociatedDomain:
    """Looks at what was given as ``domain``.

    Raises:
        TypeError: It is no domain.
        ValueError: It is in another account or Region than the stack, or its name cannot be one.
    """
    takes = "a domain of OpenSearch Service, such as Domain.from_domain_attributes(self, 'Domain', ...)"
    check_interface("domain", domain, ("domain_arn", "domain_endpoint", "domain_name"), takes, optional=False)
    found = _without_endpoint_prefix(AssociatedDomain(domain, domain.domain_name, domain.domain_arn))
    if not Token.is_unresolved(found.name) and not _NAME.fullmatch(found.name):
        raise ValueError(
            "'domain' must have a name of 3 to 28 characters, a lower-case letter first and then lower-case letters, "
            f"digits and hyphens, got '{found.name}'; correct the ARN or the endpoint that it is imported with"
        )
    check_region_of("domain", domain, scope)
    check_same_account("domain", domain.env.account, scope)
    # An older CDK does not look into the ARN for what a domain is imported with.
    arn = Stack.of(domain).split_arn(found.arn, ArnFormat.SLASH_RESOURCE_NAME)
    check_same_region("domain", arn.region or "none", scope)
    check_same_account("domain", arn.account or "none", scope)
    return found


def _without_endpoint_prefix(domain: AssociatedDomain) -> AssociatedDomain:
    """Returns the domain under its own name: from an endpoint of ``shop``, the CDK takes ``search-shop``."""
    prefix = next((prefix for prefix in _ENDPOINT_PREFIXES if domain.name.startswith(prefix)), None)
    if prefix is None or not domain.construct.domain_endpoint.startswith(f"{domain.name}-"):
        return domain
    name = domain.name.removeprefix(prefix)
    arn = Stack.of(domain.construct).format_arn(service="es", resource="domain", resource_name=name)
    return AssociatedDomain(domain.construct, name, arn)
