"""What `Fn::GetAtt` gives of the packages on a domain."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lambda_handler.package_types import DICTIONARY

if TYPE_CHECKING:
    from lambda_handler.association.member import Member


ATTRIBUTE_NAMES = ("PackageID", "ReferencePath", "PackageVersion", "DomainPackageStatus")


def attributes(members: Iterable[Member]) -> dict[str, str]:
    """Those of the first package, and with `.0`, `.1`, … those of each; empty strings where nothing is known yet."""
    given: dict[str, str] = {}
    for number, member in enumerate(members):
        told = _of(member)
        given |= (told if number == 0 else {}) | {f"{name}.{number}": value for name, value in told.items()}
    return given


def _of(member: Member) -> dict[str, str]:
    there = member.association
    version = there.version if there and member.is_reached else ""
    # Nothing but a dictionary is named by a path in the settings of an index. For twenty there is little room.
    path = there.reference_path if there and member.package.type == DICTIONARY else ""
    return dict(zip(ATTRIBUTE_NAMES, (member.package.id, path, version, member.status), strict=True))
