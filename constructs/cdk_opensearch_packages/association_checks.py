"""Mistakes in an association that are about a package and its domain."""

from aws_cdk import Token
from constructs import IConstruct

from .associated_package import identity_of
from .claims import holder_of
from .domain import AssociatedDomain
from .environments import check_region_of, check_same_account, environment_of
from .package import IPackage, Package


def check_package(association: IConstruct, package: IPackage, domain: AssociatedDomain) -> None:
    """Refuses a package that cannot be on this domain, or that another association puts there."""
    check_region_of("packages", package, association)
    check_same_account("packages", package.env.account, association)
    _check_engine_version(package, domain)
    _check_that_no_other_has_it(association, package, domain)


def _check_engine_version(package: IPackage, domain: AssociatedDomain) -> None:
    # https://docs.aws.amazon.com/opensearch-service/latest/developerguide/supported-plugins.html
    built_for = package._engine_version.version if isinstance(package, Package) and package._engine_version else None
    if built_for is None or domain.engine_version is None or Token.is_unresolved(built_for):
        return
    if built_for != domain.engine_version:
        raise ValueError(
            f"'packages' must have plugins for the engine version of the domain, {domain.engine_version}, got "
            f"'{package.node.path}' for {built_for}; make a package of the same name for {domain.engine_version}"
        )


def _check_that_no_other_has_it(association: IConstruct, package: IPackage, domain: AssociatedDomain) -> None:
    identity = identity_of(package)
    claims: list[tuple[object, ...]] = [("association", domain.construct.node.path, identity)]
    if not Token.is_unresolved(domain.name):
        # Two constructs can stand for one domain.
        claims.append(("association", *environment_of(package.stack), domain.name, identity))
    for claim in claims:
        holder = holder_of(claim, association)
        if holder != association.node.path:
            raise ValueError(
                f"'packages' must have what no other association puts on the domain, got '{package.node.path}', which "
                f"'{holder}' has; take it out of one of the two: either would take it away from the other"
            )
