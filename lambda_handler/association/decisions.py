"""What the change of a domain's packages may decide to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lambda_handler.association.member import Member
    from lambda_handler.domains import Association


@dataclass(frozen=True)
class Done:
    """The packages of the domain are as desired."""


@dataclass(frozen=True)
class Wait:
    """Look again later."""

    awaited: str
    seen: str


@dataclass(frozen=True)
class Fail:
    """The request has failed.

    Attributes:
        reason: why.
        stays: the packages that it fails for, where the domain works with them. A rollback leaves them at that.
    """

    reason: str
    stays: tuple[str, ...] = ()


@dataclass(frozen=True)
class Associate:
    """AssociatePackages."""

    members: tuple[Member, ...]


@dataclass(frozen=True)
class Dissociate:
    """DissociatePackages."""

    associations: tuple[Association, ...]


Decision = Done | Wait | Fail | Associate | Dissociate
