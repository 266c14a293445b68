"""What an import may decide to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lambda_handler.opensearch import Package


@dataclass(frozen=True)
class Done:
    """The package is as desired."""

    package: Package


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
        in_vain: the id of the package that has to go; empty where none has.
        gone: whether the package that this request made is gone.
        no_room: whether a package of this very resource has the name.
    """

    reason: str
    in_vain: str = ""
    gone: bool = False
    no_room: bool = False


@dataclass(frozen=True)
class Create:
    """CreatePackage."""


@dataclass(frozen=True)
class Update:
    """UpdatePackage.

    Attributes:
        package: which.
        failure: what the request fails with if the service refuses for good; empty where that is the reason itself.
    """

    package: Package
    failure: str = ""


@dataclass(frozen=True)
class Delete:
    """DeletePackage; the next looks find nothing, and make it anew."""

    package: Package


Decision = Done | Wait | Fail | Create | Update | Delete
