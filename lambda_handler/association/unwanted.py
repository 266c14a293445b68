"""Which associations of a domain are to go."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from lambda_handler.reconcile import told_or

if TYPE_CHECKING:
    from lambda_handler.association.finding import Finder
    from lambda_handler.association.member import Member
    from lambda_handler.association.properties import Entry
    from lambda_handler.domains import Association
    from lambda_handler.opensearch import OpenSearch, Package
    from lambda_handler.ownership import Owner

Unwanted = Callable[["Finder", "tuple[Member, ...]"], "list[Association]"]

logger = logging.getLogger(__name__)


def nothing(finder: Finder, members: tuple[Member, ...]) -> list[Association]:
    """Nothing is to go."""
    return []


def listed(entries: Iterable[Entry]) -> Unwanted:
    """What these entries mean, but for what is to be there."""

    def unwanted(finder: Finder, members: tuple[Member, ...]) -> list[Association]:
        staying = {member.found.id for member in members if member.found}
        finder.read(entry.package_id for entry in entries if not finder.association_of(entry.package_id))
        meant = {found.id: found for entry in entries if (found := finder.association_meant_by(entry))}
        return [one for package_id, one in meant.items() if package_id not in staying]

    return unwanted


def with_ids(package_ids: Iterable[str]) -> Unwanted:
    """The packages of these ids."""

    def unwanted(finder: Finder, members: tuple[Member, ...]) -> list[Association]:
        found = (finder.association_of(package_id) for package_id in package_ids)
        return [one for one in found if one is not None]

    return unwanted


def of_the_stack(entries: Iterable[Entry], owner: Owner) -> Unwanted:
    """What these entries mean, as far as the packages carry a mark of the owner's stack."""

    def unwanted(finder: Finder, members: tuple[Member, ...]) -> list[Association]:
        found = listed(entries)(finder, members)
        finder.read(one.id for one in found)
        return [one for one in found if is_of_stack(finder.package(one.id), owner)]

    return unwanted


def made_since(all_of_them: Unwanted, evidence: Evidence) -> Unwanted:
    """Those of which there is evidence that they were made since some moment. Of the others the log tells, once."""
    told: set[str] = set()

    def unwanted(finder: Finder, members: tuple[Member, ...]) -> list[Association]:
        made = []
        found = all_of_them(finder, members)
        finder.read(one.id for one in found)
        for one in found:
            if evidence.tells_of(one, finder.package(one.id)):
                made.append(one)
            elif one.id not in told:
                told.add(one.id)
                logger.warning("package %s may have been on domain %s before: it stays", one, one.domain)
        return made

    return unwanted


def is_of_stack(package: Package | None, owner: Owner) -> bool:
    """Whether a package carries a mark of the owner's stack."""
    return package is not None and package.mark is not None and package.mark.stack == owner.stack


class Evidence:
    """Tells whether an association was made since a moment, and was not there before.

    LastUpdated alone does not tell: it is new also where a package that was on the domain has got a new version or
    another configuration. So there must be no version on the domain yet; or the package itself must have been made
    since then; or it must have no configuration, and either never have had but one version, or be this stack's and have
    got none since then.

    Args:
        service: the packages.
        owner: the resource.
        moment: gives the moment, when it is needed; None where it is not known, and nothing is evidence.
    """

    def __init__(self, service: OpenSearch, owner: Owner, moment: Callable[[], datetime | None]) -> None:
        self._service = service
        self._owner = owner
        self._moment = moment
        self._one_version: dict[tuple[str, str], bool] = {}

    def tells_of(self, association: Association, package: Package | None) -> bool:
        """Whether there is evidence.

        Raises:
            ClientError: the service cannot tell just now; ask again.
        """
        updated, moment = association.last_updated, self._moment()
        if moment is None or updated is None or updated < moment:
            return False
        if not association.version:
            return True
        if package is not None and not package.came_before(moment):
            return True
        if association.configuration:
            return False
        return self._is_ours_and_unchanged(package, moment) or self._had_one_version(association.id, package)

    def _is_ours_and_unchanged(self, package: Package | None, moment: datetime) -> bool:
        if package is None or not is_of_stack(package, self._owner):
            return False
        return package.last_updated_at is not None and package.last_updated_at < moment

    def _had_one_version(self, package_id: str, package: Package | None) -> bool:
        """Asked once: a look at many packages that is throttled goes on where it was, and does not begin again."""
        asked = (package_id, package.version if package else "")
        if asked not in self._one_version:
            self._one_version[asked] = told_or(
                False,
                lambda: len(self._service.commit_messages(package_id)) <= 1,
                f"the versions of {package_id} cannot be read",
            )
        return self._one_version[asked]
