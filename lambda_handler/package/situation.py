"""All that the decision rests on what an import does next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_handler.opensearch import AVAILABLE, COPY_FAILED, DELETING, READING_LAGS_AT_MOST, VISIBLE_WITHIN, Package
from lambda_handler.reconcile import GRANTS_SPREAD_WITHIN

if TYPE_CHECKING:
    from lambda_handler.cloudformation.request import Request
    from lambda_handler.package.progress import ImportProgress
    from lambda_handler.package.properties import PackageProperties

# How long to leave between two writes that do the same, of which the first was refused or came to nothing.
PAUSE_BETWEEN_TRIES = 5.0


@dataclass(frozen=True)
class Found:
    """What one look has shown.

    Attributes:
        package: the package to import into, or the one that has to go first.
        stranger: the package that the request is about, and that bears another resource's mark.
        in_the_way: the package that an Update is to replace, and that holds the very name of its replacement.
        holder: a package that is not this resource's, or is of use to somebody, and has the name.
        made_a_version: whether the history of `package` has a version that this request has made.
        had_content: whether the history of `package` has any version.
    """

    package: Package | None = None
    stranger: Package | None = None
    in_the_way: Package | None = None
    holder: Package | None = None
    made_a_version: bool = False
    had_content: bool = False


@dataclass(frozen=True)
class Situation:
    """All that a decision rests on.

    Attributes:
        request: the request.
        desired: what the template says.
        previous: what it said before; None for a Create, and where that cannot be read.
        progress: what the request remembers.
        found: what the look has shown.
        now: the time of the look, in seconds since the epoch.
    """

    request: Request
    desired: PackageProperties
    previous: PackageProperties | None
    progress: ImportProgress
    found: Found
    now: float

    @property
    def package(self) -> Package:
        """The package, in rows that stand behind those without one."""
        assert self.found.package is not None, "rows without a package come first"  # noqa: S101
        return self.found.package

    @property
    def is_adoption(self) -> bool:
        """Whether a Create is to take over a package that there is, instead of making one."""
        return self.request.kind == "Create" and bool(self.desired.adopts)

    @property
    def can_be_adopted(self) -> bool:
        """Whether the package is there, and this account's."""
        package = self.found.package
        return package is not None and package.status != DELETING and not package.is_lent(self.request.account)

    @property
    def is_anothers(self) -> bool:
        """Whether the package bears another resource's mark."""
        return self.request.owner.is_stranger_to(self.package.mark)

    @property
    def may_be_taken_over(self) -> bool:
        """Whether nobody else manages the package, or the template agrees to take it from whoever does."""
        mark = self.package.mark
        return mark is None or self.request.owner.owns(mark) or mark.is_of(self.desired.adopts_from)

    @property
    def is_the_requests_own(self) -> bool:
        """Whether the package is the one that CloudFormation knows by its id."""
        return self.package.id == self.request.physical_id

    @property
    def bears_this_import(self) -> bool:
        """Whether the mark says that this request wrote last, and imported what is desired."""
        mark, owner = self.package.mark, self.request.owner
        return (
            mark is not None
            and owner.owns(mark)
            and (mark.request, mark.source) == (owner.request, self.desired.fingerprint)
        )

    @property
    def creation_should_show(self) -> bool:
        """Whether the package that this request has made should show by now."""
        return self.progress.made_was_seen or self.now - self.progress.created_at > VISIBLE_WITHIN

    @property
    def update_should_show(self) -> bool:
        """Whether the update that this request has sent should show by now."""
        ended = self.progress.update_answered and not self.found.made_a_version
        within = READING_LAGS_AT_MOST if ended else VISIBLE_WITHIN
        return self.now - self.progress.updated_at > within

    @property
    def update_is_not_seen(self) -> bool:
        """Whether UpdatePackage was sent, and the package is what it was before: a look may show an older state."""
        if not self.progress.updated_from:
            return False
        last = self.package.last_updated_at
        older = last is not None and last.timestamp() < self.progress.updated_after
        return older or self.package.revision == self.progress.updated_from

    @property
    def shows_this_import(self) -> bool:
        """Whether what the package holds, or failed to take, comes from this request."""
        updated = bool(self.progress.updated_from) and not self.update_is_not_seen
        return bool(self.progress.made) or updated or self.bears_this_import

    @property
    def has_the_desired_content(self) -> bool:
        """Whether there is nothing to import."""
        package, desired = self.package, self.desired
        if package.status != AVAILABLE or package.identity != desired.identity:
            return False
        if package.mark is None:  # a person has edited the description: only the properties can tell
            return desired.says_the_same_as(self.previous)
        owns = self.request.owner.owns(package.mark)
        return owns and (package.mark.source, package.text) == (desired.fingerprint, desired.description)

    @property
    def is_kept(self) -> bool:
        """Whether it was there before this request, so that a failure leaves it.

        With content: a Retain policy kept it. Or it is to be adopted.
        """
        if self.is_adoption:
            return True
        package, owner = self.package, self.request.owner
        of_another_request = package.mark is not None and package.mark.request != owner.request
        was_there = of_another_request or self.request.came_after(package.created_at)
        return (was_there and (bool(package.version) or self.found.had_content)) or self.progress.had_version

    @property
    def is_in_vain(self) -> bool:
        """Whether nobody has ever used it, and nobody could miss it."""
        return not self.is_the_requests_own and not self.package.version and not self.is_kept

    @property
    def copy_failed_early(self) -> bool:
        """Whether the copy failed, and the service may have met a grant that had not reached it yet.

        What counts is when it failed, and not when that was seen.
        """
        last = self.package.last_updated_at
        failed_at, started = last.timestamp() if last else self.now, self.request.deadline.started
        latest = max(failed_at, self.progress.wrote_at)
        return self.package.status == COPY_FAILED and latest - started < GRANTS_SPREAD_WITHIN

    @property
    def wrote_just_now(self) -> bool:
        """Whether the next try has to wait."""
        return self.now - self.progress.wrote_at < PAUSE_BETWEEN_TRIES
