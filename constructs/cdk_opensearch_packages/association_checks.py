"""Mistakes in an association that are about a package and its domain."""

from aws_cdk import Stack, Token
from constructs import IConstruct

from .associated_package import AssociatedPackage
from .claims import holder_of
from .domain import AssociatedDomain
from .environments import check_region_of, check_same_account, environment_of
from .identity import Identity, identity_of
from .package import IPackage, Package


def check_package(association: IConstruct, associated: AssociatedPackage, domain: AssociatedDomain) -> None:
    """Refuses a package that cannot be on this domain, or that another association puts there."""
    _check_environment("packages", associated.package, association)
    for needed in associated.prerequisites:
        _check_environment("prerequisites", needed, association)
    _check_engine_version(associated.package, domain)
    _check_that_no_other_has_it(association, associated.package, domain)


def _check_environment(option: str, package: IPackage, association: IConstruct) -> None:
    check_region_of(option, package, association)
    check_same_account(option, package.env.account, association)


def _check_engine_version(package: IPackage, domain: AssociatedDomain) -> None:
    # https://docs.aws.amazon.com/opensearch-service/latest/developerguide/supported-plugins.html
    built_for = package._engine_version.version if isinstance(package, Package) and package._engine_version else None
    if built_for is None or domain.engine_version is None or Token.is_unresolved(built_for):
        return
    if built_for != domain.engine_version:
        raise ValueError(
            f"'packages' must have plugins for the engine version of the domain, {domain.engine_version}, got "
            f"'{package.node.path}' for {built_for}; make a package with the same 'package_name' for "
            f"{domain.engine_version}"
        )


def _check_that_no_other_has_it(association: IConstruct, package: IPackage, domain: AssociatedDomain) -> None:
    identity = identity_of(package)
    domains: list[tuple[object, ...]] = [("packages of", domain.construct.node.path)]
    if domain.known_name is not None:
        # Two constructs can stand for one domain.
        domains.append(("packages of", *environment_of(Stack.of(association)), domain.known_name))
    for on_domain in domains:
        holder = holder_of(on_domain, identity, association, Identity.is_same_as)
        if holder != association.node.path:
            raise ValueError(
                f"'packages' must have what no other association puts on the domain, got '{package.node.path}', which "
                f"'{holder}' has; take it out of one of the two: either would take it away from the other"
            )
