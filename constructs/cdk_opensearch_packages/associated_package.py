"""The packages of an association, and how they go together."""

import inspect
from collections.abc import Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter

from aws_cdk.aws_iam import IRole

from .arguments import check_interface, wrong_type
from .identity import Identity, identity_of
from .imported_package import PackageByName
from .package import IPackage

_MOST_PACKAGES = 20


@dataclass(frozen=True)
class AssociatedPackage:
    """A package of an association, with what goes with it on the domain.

    See https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_PackageDetailsForAssociation.html

    Attributes:
        package: The package.
        prerequisites: The packages that have to be on the domain before this one, or come to it with the same
            association: for the license and the configuration of a third-party plugin that is the plugin.
            https://docs.aws.amazon.com/opensearch-service/latest/developerguide/plugins-third-party.html
            Default: none.
        key_access_role: The role with which the package reads its keys from a key store. The provider is allowed to
            pass it on. Default: the package uses no key store.

    Raises:
        TypeError: A field is of another type.
    """

    package: IPackage
    prerequisites: Sequence[IPackage] = field(default=(), kw_only=True)
    key_access_role: IRole | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        if not is_package(self.package):
            raise wrong_type("package", self.package, "a package, such as Package.from_package_id(self, 'Nori', 'G1')")
        takes = "a list of packages, such as [plugin]"
        if not isinstance(self.prerequisites, (list, tuple)) or not all(map(is_package, self.prerequisites)):
            raise wrong_type("prerequisites", self.prerequisites, takes)
        check_interface("key_access_role", self.key_access_role, ("role_arn", "attach_inline_policy"), "a role")


def is_package(value: object) -> bool:
    """Whether something is a package; one that is known by its name has an id, too, but not to be looked at."""
    members = ("node", "package_id", "package_version")
    missing = object()
    has = (inspect.getattr_static(value, member, missing) is not missing for member in members)
    return not isinstance(value, type) and all(has)


def reference_to(package: IPackage) -> dict[str, str]:
    """Returns the property that says which package it is."""
    if isinstance(package, PackageByName):
        return {"PackageName": package.package_name}
    return {"PackageID": package.package_id}


def associated_packages(packages: Sequence[IPackage | AssociatedPackage]) -> list[AssociatedPackage]:
    """Looks at what was given as ``packages``.

    Raises:
        TypeError: It is no list of packages.
        ValueError: It is empty or too long, has a package twice, or prerequisites that lead back to their package.
    """
    takes = "a list of packages, such as [synonyms]"
    if not isinstance(packages, (list, tuple)):
        raise wrong_type("packages", packages, takes)
    for one in packages:
        if not isinstance(one, AssociatedPackage) and not is_package(one):
            raise wrong_type("packages", packages, takes)
    if not 1 <= len(packages) <= _MOST_PACKAGES:
        raise ValueError(
            f"'packages' must have 1 to {_MOST_PACKAGES} packages, which is what a domain takes, got {len(packages)}; "
            f"{'leave the association out' if not packages else 'take some of them out'}"
        )
    found = [one if isinstance(one, AssociatedPackage) else AssociatedPackage(one) for one in packages]
    _check_that_each_is_once(found)
    _check_prerequisites(found)
    return found


def _check_that_each_is_once(packages: Sequence[AssociatedPackage]) -> None:
    before: list[tuple[Identity, str]] = []
    for one in packages:
        path, identity = one.package.node.path, identity_of(one.package)
        for other, other_path in before:
            if identity.is_same_as(other):
                got = f"'{path}' twice" if path == other_path else f"'{other_path}' and '{path}' for one package"
                raise ValueError(f"'packages' must have each package once, got {got}; take one of the two out")
        before.append((identity, path))


def _check_prerequisites(packages: Sequence[AssociatedPackage]) -> None:
    listed = [(identity_of(one.package), one.package.node.path) for one in packages]

    def path_of(package: IPackage) -> str:
        identity = identity_of(package)
        return next((path for other, path in listed if identity.is_same_as(other)), package.node.path)

    graph = {one.package.node.path: [path_of(needed) for needed in one.prerequisites] for one in packages}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        cycle = " -> ".join(f"'{path}'" for path in reversed(error.args[1]))
        raise ValueError(
            f"'prerequisites' must not lead back to the package that has them, got {cycle}; take one of them out"
        ) from error
