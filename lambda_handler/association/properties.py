"""What the properties of a resource of type `Custom::OpenSearchPackageAssociation` mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lambda_handler import schema
from lambda_handler.association.table import ASSOCIATION_PROPERTIES, read
from lambda_handler.errors import PropertyError

if TYPE_CHECKING:
    from botocore.model import ServiceModel


@dataclass(frozen=True)
class Entry:
    """One of Packages: which package, and how it is to be on the domain.

    Attributes:
        package_id: its PackageID; empty where it is given by its name.
        package_name: its PackageName; empty where it is given by its id.
        package_version: any text. Another one says that there is something to apply.
        prerequisites: PrerequisitePackageIDList, ids or names.
        configuration: AssociationConfiguration in the API's types; empty where not given.
    """

    package_id: str = ""
    package_name: str = ""
    package_version: str = ""
    prerequisites: tuple[str, ...] = ()
    configuration: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What the template calls the package."""
        return self.package_id or self.package_name


@dataclass(frozen=True)
class AssociationProperties:
    """What a resource of type `Custom::OpenSearchPackageAssociation` wants.

    Attributes:
        domain: the name of the domain.
        entries: the packages that are to be on it.
        waits: whether Create and Update wait until they are.
    """

    domain: str
    entries: tuple[Entry, ...]
    waits: bool


def parse(raw: Mapping[str, Any], model: ServiceModel) -> AssociationProperties:
    """The properties of a resource.

    Args:
        raw: ResourceProperties, as CloudFormation delivers them.
        model: botocore's model of the service.

    Raises:
        PropertyError: one or more of them cannot be accepted.
    """
    values, problems = read(raw, model)
    if problems:
        raise PropertyError(one.text for one in problems)
    return AssociationProperties(
        values["DomainName"], tuple(map(_entry, values["Packages"])), waits=values.get("Wait") != "false"
    )


def parse_leniently(raw: Mapping[str, Any], model: ServiceModel) -> AssociationProperties:
    """What can be read of old properties, and of those of a Delete, which are never refused."""
    values, _ = schema.read(ASSOCIATION_PROPERTIES, raw, model)
    entries = tuple(entry for entry in map(_entry, values.get("Packages", [])) if entry.key)
    return AssociationProperties(values.get("DomainName", ""), entries, waits=values.get("Wait") != "false")


def _entry(values: dict[str, Any]) -> Entry:
    return Entry(
        package_id=values.get("PackageID", ""),
        package_name=values.get("PackageName", ""),
        package_version=values.get("PackageVersion", ""),
        prerequisites=tuple(values.get("PrerequisitePackageIDList", ())),
        configuration=values.get("AssociationConfiguration", {}),
    )
