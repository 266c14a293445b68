"""Finding: which package a template means, given a domain and what is on it.

A package is given by its id, or by its name. A name means the package of that name that fits the engine version of the
domain. After an upgrade of the domain the service has put the package of the same name for the new engine version into
the place of a plugin: then an id means that one, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from lambda_handler.opensearch import DELETING, OpenSearch, Package, is_package_id
from lambda_handler.package_types import PLUGIN

if TYPE_CHECKING:
    from lambda_handler.association.properties import Entry
    from lambda_handler.domains import Association, Domain

T = TypeVar("T", "Association", "Package")

_ENGINE_VERSION = re.compile(r"(?P<engine>[A-Za-z]+)_(?P<major>\d+)\.(?P<minor>\d+)")


@dataclass(frozen=True)
class Problem:
    """Why there is no package as the template says.

    Attributes:
        text: why.
        may_pass: whether one may show a moment later.
    """

    text: str
    may_pass: bool = True


@dataclass(frozen=True)
class Found:
    """The package that is meant, or why there is none."""

    package: Package | None = None
    problem: Problem | None = None


class Finder:
    """Finds packages for one look at a domain.

    Args:
        service: the packages.
        domain: the domain.
        associations: what is on it.
        entries: what the template names; all of it is looked up in two calls.
        meant: the packages that names meant at the first look at them, by name. It is added to.
    """

    def __init__(
        self,
        service: OpenSearch,
        domain: Domain,
        associations: tuple[Association, ...],
        entries: Iterable[Entry],
        meant: dict[str, str],
    ) -> None:
        self._service = service
        self.domain = domain
        self.associations = associations
        self._meant = meant
        self._by_id: dict[str, Package | None] = {}
        self._by_name: dict[str, list[Package]] = {}
        listed = list(entries)
        before = [key for one in listed for key in one.prerequisites]
        self._look_up(
            {one.package_id for one in listed if one.package_id} | {key for key in before if is_package_id(key)},
            {one.package_name for one in listed if one.package_name}
            | {key for key in before if not is_package_id(key)},
        )

    def _look_up(self, ids: set[str], names: set[str] | frozenset[str] = frozenset()) -> None:
        """Read the packages of these ids and names, as far as they have not been read yet."""
        unread = ids - self._by_id.keys()
        found = self._service.packages(unread)
        self._by_id |= {key: found.get(key) for key in unread}
        # Those whose place another package may have taken are found by their names.
        strangers = {one.name for one in found.values() if not self._fits(one)}
        unknown = (names | strangers) - self._by_name.keys()
        named = self._service.all_packages_named(unknown)
        self._by_name |= {name: [one for one in named if one.name == name] for name in unknown}

    def package(self, package_id: str) -> Package | None:
        """The package of that id."""
        self._look_up({package_id})
        return self._by_id.get(package_id)

    def read(self, package_ids: Iterable[str]) -> None:
        """Read these packages in one call: each one by itself would be throttled."""
        self._look_up({one for one in package_ids if is_package_id(one)})

    def association_of(self, package_id: str) -> Association | None:
        """The association of the package of that id."""
        return next((one for one in self.associations if one.id == package_id), None)

    def association_meant_by(self, entry: Entry) -> Association | None:
        """The association that an entry means; None where there is none."""
        if entry.package_name:
            return self._association_named(entry.package_name)
        if there := self.association_of(entry.package_id):
            return there
        package = self.package(entry.package_id) if is_package_id(entry.package_id) else None
        successor = self._successor_of(package) if package else None
        return self.association_of(successor.id) if successor else None

    def _association_named(self, name: str) -> Association | None:
        """The association that a name means. In doubt none: somebody else may have put the other one there."""
        there = [one for one in self.associations if one.name == name]
        if name not in self._meant:
            candidates = _likeliest(there)
        elif not (candidates := [one for one in there if one.id == self._meant[name]]):
            # It has gone. An upgrade of the domain may have exchanged it; anything else of that name is another one.
            candidates = [one for one in there if one.type == PLUGIN]
        if len(candidates) != 1:
            return None
        self._meant[name] = candidates[0].id
        return candidates[0]

    def find(self, entry: Entry) -> Found:
        """The package that an entry means."""
        return self._find_by_id(entry.package_id) if entry.package_id else self._find_by_name(entry.package_name)

    def ids_of(self, prerequisites: Iterable[str]) -> tuple[str, ...]:
        """The ids of packages that are given by ids or names. What cannot be found the service will refuse."""
        ids = []
        for key in prerequisites:
            found = self._find_by_id(key) if is_package_id(key) else self._find_by_name(key)
            ids.append(found.package.id if found.package else key)
        return tuple(ids)

    def _find_by_id(self, package_id: str) -> Found:
        package = self._by_id[package_id]
        if package is None:
            return Found(problem=Problem(f"there is no package {package_id} in this account and Region"))
        if package.status == DELETING:
            return Found(problem=Problem(f"package {package} is being deleted"))
        if self._fits(package):
            return Found(package)
        if successor := self._successor_of(package):
            return Found(successor)
        text = (
            f"package {package} is for {package.identity.engine_version}, and domain {self.domain.name!r} runs "
            f"{self.domain.engine_version}"
        )
        return Found(problem=Problem(text, may_pass=False))

    def _find_by_name(self, name: str) -> Found:
        named = [one for one in self._by_name[name] if one.status != DELETING]
        fitting = [one for one in named if self._fits(one)]
        # What is on the domain counts first, then the account's own, then AWS's. Any account may share a package under
        # any name: it must neither take the place of one of these, nor make the name mean several.
        there = [one for one in fitting if self.association_of(one.id)]
        shared = [one for one in fitting if one.is_lent(self.domain.account)]
        own = [one for one in fitting if one not in shared and not one.from_aws]
        from_aws = [one for one in fitting if one.from_aws]
        candidates = _likeliest(there) or _likeliest(own) or from_aws or shared
        if len(candidates) == 1:
            return Found(candidates[0])
        if candidates:
            several = ", ".join(sorted(one.id for one in candidates))
            text = f"{len(candidates)} packages are named {name!r} ({several}): give the PackageID of one of them"
            return Found(problem=Problem(text, may_pass=False))
        versions = sorted({one.identity.engine_version for one in named} - {""})
        others = f"there are packages of that name for {', '.join(versions)}" if versions else "nor for any other"
        version = self.domain.engine_version
        return Found(problem=Problem(f"there is no package named {name!r} for {version}, {others}"))

    def problem_of(self, prerequisites: Iterable[str]) -> Problem | None:
        """Why a prerequisite that is given by its name cannot be found; None where all of them can."""
        found = (self._find_by_name(key) for key in prerequisites if not is_package_id(key))
        return next((one.problem for one in found if one.problem), None)

    def _fits(self, package: Package) -> bool:
        """Whether the domain can have the package: a plugin is for one engine version, the rest is for all."""
        needed = package.identity.engine_version
        return package.type != PLUGIN or not needed or needed == (self.domain.engine_version or needed)

    def _successor_of(self, package: Package) -> Package | None:
        """The package on the domain that an upgrade has put into the place of an older one.

        Source: https://docs.aws.amazon.com/opensearch-service/latest/developerguide/version-migration.html
        """
        if self._fits(package) or _order(package.identity.engine_version) > _order(self.domain.engine_version):
            return None
        named = self._by_name.get(package.name, [])
        plugins = (one for one in named if one.type == PLUGIN and self._fits(one))
        return next((one for one in plugins if self.association_of(one.id)), None)


def _likeliest(candidates: list[T]) -> list[T]:
    """Of several packages of one name the plugins, which names are there for: a plugin's id changes with an upgrade."""
    plugins = [one for one in candidates if one.type == PLUGIN]
    return plugins if len(candidates) > 1 and plugins else candidates


def _order(engine_version: str) -> tuple[str, int, int]:
    """Orders engine versions: every OpenSearch is newer than every Elasticsearch."""
    match = _ENGINE_VERSION.fullmatch(engine_version)
    return (match["engine"], int(match["major"]), int(match["minor"])) if match else ("", 0, 0)
