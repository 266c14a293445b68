"""One of the packages that are to be on a domain: what the template says of it, and what there is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_handler.association.progress import YOUNG_DOMAIN_SETTLES_WITHIN, ChangeProgress
from lambda_handler.association.properties import Entry
from lambda_handler.domains import ACTIVE, ASSOCIATION_FAILED, DISSOCIATING, DISSOCIATION_FAILED, Association
from lambda_handler.opensearch import (
    COPY_FAILED,
    READING_LAGS_AT_MOST,
    STABLE,
    VALIDATION_FAILED,
    VISIBLE_WITHIN,
    Package,
)

if TYPE_CHECKING:
    from lambda_handler.association.finding import Problem

_NUMBERED = re.compile(r"v[0-9]+")
# The same as no AssociationConfiguration.
KEY_STORE_OFF = {"KeyStoreAccessOption": {"KeyStoreAccessEnabled": False}}
# How long to leave between two tries of which the first has failed, in seconds.
PAUSE_AFTER_FAILURE = 30.0


@dataclass(frozen=True)
class Member:
    """A package that is to be on the domain.

    Attributes:
        entry: what the template says.
        previous: what it said of the same package before; None where it said nothing.
        problem: why there is no package as the template says; None where there is one.
        found: the package.
        association: the package on the domain; None where it is not.
        prerequisites: PrerequisitePackageIDList, the names replaced by ids.
        progress: what the request remembers.
        now: the time of the look, in seconds since the epoch.
    """

    entry: Entry
    previous: Entry | None
    problem: Problem | None
    found: Package | None
    association: Association | None
    prerequisites: tuple[str, ...]
    progress: ChangeProgress
    now: float

    @property
    def package(self) -> Package:
        """The package, where there is one."""
        assert self.found is not None, "only a member without a problem is asked"  # noqa: S101
        return self.found

    @property
    def status(self) -> str:
        """The status of the association; empty where there is none."""
        return self.association.status if self.association else ""

    # -- the package ----------------------------------------------------------------------------------------------

    @property
    def is_being_imported(self) -> bool:
        """Whether the package will have another version soon."""
        return self.package.status not in {*STABLE, ""}

    @property
    def has_no_content(self) -> bool:
        """Whether the package has failed, and there is no version of it, on the domain neither."""
        has_failed = self.package.status in (COPY_FAILED, VALIDATION_FAILED)
        return has_failed and not self.package.version and not self.has_any_version

    # -- the association ------------------------------------------------------------------------------------------

    @property
    def is_reached(self) -> bool:
        """Whether the domain has the package as desired."""
        if self._is_said_to_be_right:
            return not self._wants_another_configuration
        return self.status == ACTIVE and self._has_the_version and (self._is_served or not self._must_change)

    @property
    def keeps_its_configuration(self) -> bool:
        """Whether the service has left the configuration as it was, although this request has asked for another one."""
        if not self._wants_another_configuration:
            return False
        shows_another = self.status == ACTIVE and self.association is not None and bool(self.association.configuration)
        return self._is_said_to_be_right or (self._is_served and shows_another)

    @property
    def looks_right(self) -> bool:
        """Whether the domain has the package with the version that is available, in working order or nearly."""
        return self.status in (ACTIVE, DISSOCIATION_FAILED) and self._has_the_version

    @property
    def is_accepted(self) -> bool:
        """Whether the service has accepted to bring the domain there, or has done it."""
        if self.is_reached:
            return True
        if self.association is None or not self.association.is_changing or self.status == DISSOCIATING:
            return False
        return (self._was_asked and self.progress.accepted) or self._began_after_the_version

    @property
    def is_awaited(self) -> bool:
        """Whether this request has asked for it, and what came of it may not show yet."""
        if not self._was_asked or self._request_shows:
            return False
        lag = READING_LAGS_AT_MOST if self.progress.accepted else VISIBLE_WITHIN
        return self.now - self.progress.asked_at < lag

    @property
    def has_failed(self) -> bool:
        """Whether this request has asked for it, and that has failed."""
        return self.status == ASSOCIATION_FAILED and self._is_served

    @property
    def has_failed_early(self) -> bool:
        """Whether that may be because the domain was just made: then it is tried again."""
        is_young = self.now - self.progress.first_asked_at < YOUNG_DOMAIN_SETTLES_WITHIN
        return self.has_failed and not self.has_any_version and is_young

    @property
    def failed_just_now(self) -> bool:
        """Whether it is too early to try that again."""
        return self.has_failed_early and self.now - self.progress.asked_at < PAUSE_AFTER_FAILURE

    @property
    def has_to_go_first(self) -> bool:
        """Whether it has failed before, and so has to be dissociated and made again.

        One that has a version is in use: it is dissociated only where the service refuses to bring just that one to the
        new version.
        """
        if self.status != ASSOCIATION_FAILED:
            return False
        refused = self.progress.refused.is_over and self.progress.refused_of == [self.package.id]
        in_vain = not self.has_any_version or refused
        return self.has_failed_early or (not self._was_asked and in_vain)

    @property
    def may_be_lagging(self) -> bool:
        """Whether the template says that there is something to apply, and reading shows nothing yet.

        A package's new version may not show for a moment, and then it looks as if it were on the domain already.
        """
        said = self.entry.package_version
        before = self.previous.package_version if self.previous else ""
        return bool(said) and said not in (before, self.package.version) and not self._was_asked and self.is_reached

    @property
    def was_there(self) -> bool:
        """Whether the domain had the package before this request. One that has a version there is in use."""
        there = self.association is not None and (self.status != ASSOCIATION_FAILED or self.has_any_version)
        return there or self.package.id in self.progress.had

    # -- what both say together -----------------------------------------------------------------------------------

    @property
    def parameters(self) -> dict[str, Any]:
        """What AssociatePackages has to know of it."""
        optional = {
            "PrerequisitePackageIDList": list(self.prerequisites),
            "AssociationConfiguration": self._configuration,
        }
        return {"PackageID": self.package.id} | {name: value for name, value in optional.items() if value}

    @property
    def _was_asked(self) -> bool:
        return self.package.id in self.progress.asked

    @property
    def _request_shows(self) -> bool:
        """Whether the association has changed since this request has asked for it."""
        revision = self.association.revision if self.association else ""
        return self._was_asked and revision != self.progress.asked[self.package.id]

    @property
    def _is_served(self) -> bool:
        """Whether what this request has asked for shows, or ought to by now: not everything leaves a trace."""
        return self._request_shows or (self._was_asked and self.progress.accepted and not self.is_awaited)

    @property
    def has_any_version(self) -> bool:
        """Whether there is a version on the domain: it is in use there."""
        return self.association is not None and bool(self.association.version)

    @property
    def _has_the_version(self) -> bool:
        """Whether the domain has the version that is available, or that was when this request asked."""
        if self.association is None:
            return False
        if not self.association.version and self._request_shows:
            return True  # the service tells no versions of it
        available = (self.package.version, self.progress.targets.get(self.package.id, self.package.version))
        return not self.package.version or self.association.version in available

    @property
    def _is_said_to_be_right(self) -> bool:
        """Whether the service has said that nothing has to be done, and what shows agrees."""
        if self.package.id not in self.progress.already or self.status not in (ACTIVE, DISSOCIATION_FAILED):
            return False
        return self._has_the_version or not self._has_a_version_to_compare

    @property
    def _has_a_version_to_compare(self) -> bool:
        """Whether the version on the domain is one that the service has numbered, as those of packages are."""
        return self.association is not None and _NUMBERED.fullmatch(self.association.version) is not None

    @property
    def _must_change(self) -> bool:
        """Whether the prerequisites or the configuration of the association are to be other ones."""
        return self._wants_other_prerequisites or self._wants_another_configuration

    @property
    def _wants_other_prerequisites(self) -> bool:
        before = self.previous.prerequisites if self.previous else ()
        # What the template neither says nor said is none of our business.
        if self.association is None or before == self.entry.prerequisites:
            return False
        return set(self.prerequisites) != self.association.prerequisites

    @property
    def _wants_another_configuration(self) -> bool:
        before = self.previous.configuration if self.previous else {}
        if self.association is None or before == self.entry.configuration:
            return False
        return (self._configuration or KEY_STORE_OFF) != (self.association.configuration or KEY_STORE_OFF)

    @property
    def _configuration(self) -> dict[str, Any]:
        """AssociationConfiguration. Where the template had one and has none, it is switched off, not only left out."""
        left_the_template = self.previous is not None and self.previous.configuration
        return self.entry.configuration or (KEY_STORE_OFF if left_the_template else {})

    @property
    def _began_after_the_version(self) -> bool:
        association, package = self.association, self.package
        began = association.last_updated if association else None
        return began is not None and package.last_updated_at is not None and began >= package.last_updated_at

    def __str__(self) -> str:
        return str(self.found) if self.found else repr(self.entry.key)
