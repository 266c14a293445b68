"""What an import does next: a table of situations and decisions, in the order in which they count.

`docs/lifecycle.md` prints the table. Nothing here calls AWS, reads a clock or remembers anything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_handler.opensearch import AVAILABLE, COPY_FAILED, DELETING, IMPORTING, STABLE, Package

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
        may_spread: whether a refused access may still be a grant that has not reached everywhere.
    """

    request: Request
    desired: PackageProperties
    previous: PackageProperties | None
    progress: ImportProgress
    found: Found
    now: float
    may_spread: bool

    @property
    def package(self) -> Package:
        """The package, in rows that stand behind those without one."""
        assert self.found.package is not None, "rows without a package come first"  # noqa: S101
        return self.found.package

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
    def update_is_not_seen(self) -> bool:
        """Whether UpdatePackage was sent, and the package is still what it was before."""
        return self.package.revision == self.progress.updated_from

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
        return (package.mark.source, package.text) == (desired.fingerprint, desired.description)

    @property
    def is_kept(self) -> bool:
        """Whether it was there before this request, with content: a Retain policy kept it, and a failure leaves it."""
        package = self.package
        was_there = self.request.came_after(package.created_at) and (bool(package.version) or self.found.had_content)
        return was_there or self.progress.had_version

    @property
    def is_in_vain(self) -> bool:
        """Whether nobody has ever used it, and nobody could miss it."""
        return not self.is_the_requests_own and not self.package.version and not self.is_kept

    @property
    def wrote_just_now(self) -> bool:
        """Whether the next try has to wait."""
        return self.now - self.progress.wrote_at < PAUSE_BETWEEN_TRIES


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
    """

    reason: str
    in_vain: str = ""
    gone: bool = False


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


@dataclass(frozen=True)
class Row:
    """One row of the table.

    Attributes:
        situation: as the docs print it.
        decision: as the docs print it.
        applies: whether it is the situation.
        decide: the decision.
    """

    situation: str
    decision: str
    applies: Callable[[Situation], bool]
    decide: Callable[[Situation], Decision]


def decide(situation: Situation) -> Decision:
    """What the first row says that applies."""
    return next(row.decide(situation) for row in ROWS if row.applies(situation))


def _failure(s: Situation) -> str:
    return f"{s.desired.source} could not be imported as package {s.package}: {s.package.status}: {s.package.error}"


def _failed_for_good(s: Situation) -> Fail:
    reason = _failure(s)
    if s.package.status == COPY_FAILED:
        # No code says that access was denied, and the words of a copy failure are not documented.
        reason += (
            " (the service reads with the s3:GetObject of the provider's role, and S3 answers the same for an object "
            "that does not exist)"
        )
    return Fail(reason, in_vain=s.package.id if s.is_in_vain else "")


def _name_taken(s: Situation, holder: str) -> Fail:
    return Fail(
        f"the name {s.desired.identity.name!r} is taken by {holder}, which was not touched. Choose another "
        "PackageName, or refer to the existing package with Package.from_package_id, or delete it if nobody needs it"
    )


def _another_resources(s: Situation) -> Fail:
    stranger = s.found.stranger
    names = stranger.mark.names if stranger and stranger.mark else ""
    return Fail(
        f"package {stranger} belongs to another resource, {names}, and was not touched: let only one resource manage it"
    )


ROWS: tuple[Row, ...] = (
    Row(
        "the package that the request is about bears another resource's mark",
        "fail, nothing is written",
        lambda s: s.found.stranger is not None,
        _another_resources,
    ),
    Row(
        "an Update needs another package, and the old one holds its very name (and engine version)",
        "fail, nothing is written",
        lambda s: s.found.in_the_way is not None,
        lambda s: Fail(
            f"this change needs another package, and package {s.found.in_the_way} keeps its name until it is replaced: "
            "change PackageName too, or leave it out"
        ),
    ),
    Row(
        "a package that is not this resource's has the name",
        "fail, nothing is written",
        lambda s: s.found.holder is not None,
        lambda s: _name_taken(s, f"package {s.found.holder}, {s.found.holder.status if s.found.holder else ''}"),
    ),
    Row(
        "there is none; this request has made one, which was seen, or has not shown for a minute",
        "fail: somebody has deleted it",
        lambda s: (
            s.found.package is None
            and bool(s.progress.made)
            and (s.progress.made_was_seen or s.progress.creating.is_over(s.now))
        ),
        lambda s: Fail(
            f"package {s.desired.identity.name!r} ({s.progress.made}) was deleted while it was being imported",
            gone=True,
        ),
    ),
    Row(
        "there is none; this request has made one",
        "wait until it shows",
        lambda s: s.found.package is None and bool(s.progress.made),
        lambda s: Wait(f"the appearance of package {s.desired.identity.name!r} ({s.progress.made})", "not listed"),
    ),
    Row(
        "there is none; CreatePackage has been refused for a minute because the name is taken",
        "fail",
        lambda s: s.found.package is None and s.progress.name_taken.is_over(s.now),
        lambda s: _name_taken(s, "a package that is not this account's, or that DescribePackages does not show"),
    ),
    Row("there is none", "CreatePackage", lambda s: s.found.package is None, lambda _: Create()),
    Row(
        "it is COPYING, VALIDATING or DELETING",
        "wait until it is stable",
        lambda s: s.package.status in IMPORTING or s.package.status == DELETING,
        lambda s: Wait(f"package {s.package} to stabilize", s.package.status),
    ),
    Row(
        "this request has updated it less than a minute ago, and that does not show",
        "wait until it shows",
        lambda s: s.update_is_not_seen and not s.progress.updating.is_over(s.now),
        lambda s: Wait(f"the update of package {s.package}", s.package.status),
    ),
    Row(
        "this request has updated it, which was accepted, and does not show after a minute",
        "fail",
        lambda s: s.update_is_not_seen and s.progress.update_accepted,
        lambda s: Fail(
            f"UpdatePackage was accepted for package {s.package}, which has not changed since: look at it in the "
            "console, then deploy again"
        ),
    ),
    Row(
        "it is AVAILABLE with what this request imported",
        "done",
        lambda s: s.shows_this_import and s.package.status == AVAILABLE,
        lambda s: Done(s.package),
    ),
    Row(
        "this request's import ended COPY_FAILED less than 5 s ago, while a grant may still be spreading",
        "wait",
        lambda s: s.shows_this_import and s.package.status == COPY_FAILED and s.may_spread and s.wrote_just_now,
        lambda s: Wait(f"the copy of {s.desired.source}", s.package.error),
    ),
    Row(
        "this request's import ended COPY_FAILED, while a grant may still be spreading",
        "UpdatePackage, once more",
        lambda s: s.shows_this_import and s.package.status == COPY_FAILED and s.may_spread,
        lambda s: Update(s.package, failure=_failure(s)),
    ),
    Row(
        "this request's import has failed",
        "fail; the package is deleted if this request has made it",
        lambda s: s.shows_this_import,
        _failed_for_good,
    ),
    Row(
        "it is AVAILABLE with the desired content, description and options",
        "done, nothing is written",
        lambda s: s.has_the_desired_content,
        lambda s: Done(s.package),
    ),
    Row(
        "it is this resource's from an earlier request, and has never been AVAILABLE",
        "DeletePackage, then make it anew",
        lambda s: not s.package.version and not s.is_the_requests_own,
        lambda s: Delete(s.package),
    ),
    Row(
        "it is AVAILABLE, and its history has a version of this request: somebody has edited the description since",
        "done, nothing is written",
        lambda s: s.package.status == AVAILABLE and s.found.made_a_version,
        lambda s: Done(s.package),
    ),
    Row(
        "UpdatePackage has been refused for a minute, in a stable status",
        "fail",
        lambda s: s.progress.refused.is_over(s.now) and s.package.status in STABLE,
        lambda s: Fail(f"package {s.package} could not be updated: {s.progress.refusal}"),
    ),
    Row(
        "UpdatePackage was refused less than 5 s ago",
        "wait",
        lambda s: bool(s.progress.refused.since) and s.wrote_just_now,
        lambda s: Wait(f"the update of package {s.package}", f"{s.package.status}, {s.progress.refusal}"),
    ),
    Row("anything else", "UpdatePackage", lambda _: True, lambda s: Update(s.package)),
)
