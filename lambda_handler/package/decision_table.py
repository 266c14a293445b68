"""What an import does next: a table of situations and decisions, in the order in which they count.

`docs/lifecycle.md` prints the table. Nothing here calls AWS, reads a clock or remembers anything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lambda_handler.opensearch import AVAILABLE, COPY_FAILED, DELETING, IMPORTING, STABLE
from lambda_handler.package.decisions import Create, Decision, Delete, Done, Fail, Update, Wait
from lambda_handler.package.situation import Situation


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
            " (if access was denied: the service reads with the s3:GetObject of the provider's role, and S3 answers "
            "the same for an object that does not exist)"
        )
    return Fail(reason, in_vain=s.package.id if s.is_in_vain else "")


OR_DELETE_IT = (
    "Choose another PackageName, or refer to the existing package with Package.from_package_id, or delete it if nobody "
    "needs it"
)


def _name_taken(s: Situation, holder: str, remedy: str = OR_DELETE_IT, *, no_room: bool = False) -> Fail:
    return Fail(
        f"the name {s.desired.identity.name!r} is taken by {holder}, which was not touched. {remedy}", no_room=no_room
    )


def _held_by_a_package(s: Situation) -> Fail:
    holder = s.found.holder
    assert holder is not None, "the row applies to no other situation"  # noqa: S101
    told, mark, owner = f"package {holder}, {holder.status}", holder.mark, s.request.owner
    if mark is None:
        return _name_taken(s, told)
    if owner.owns(mark):
        was = f"a {'vended ' if holder.vended else ''}{holder.type}"
        return _name_taken(
            s,
            f"{told}, which is this resource's own from before, {was}",
            f"It cannot be changed into what is wanted now, and somebody may still use it. {OR_DELETE_IT}",
            no_room=True,
        )
    if mark.stack == owner.stack:
        return _name_taken(
            s,
            f"{told}, which another resource of this stack manages, {mark.names}",
            "If that was renamed to this one: CloudFormation deletes the old one only after it has made the new one, "
            "so keep its logical id (overrideLogicalId), or give the new one another PackageName. Otherwise, choose "
            "another PackageName for one of the two",
        )
    if mark.is_of(f"{owner.stack_name}/{owner.logical_id}"):
        return _name_taken(s, f"{told}, which was kept by an earlier stack of this name, {mark.names}")
    return _name_taken(s, f"{told}, which {mark.names} manages")


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
        _held_by_a_package,
    ),
    Row(
        "there is none; this request has made one, which was seen, or has not shown for a minute",
        "fail: somebody has deleted it",
        lambda s: s.found.package is None and bool(s.progress.made) and s.creation_should_show,
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
        lambda s: s.found.package is None and s.progress.name_taken.is_over,
        lambda s: _name_taken(s, "a package that is not this account's, or that DescribePackages does not show"),
    ),
    Row("there is none", "CreatePackage", lambda s: s.found.package is None, lambda _: Create()),
    Row(
        "this request deletes it in order to make it anew",
        "DeletePackage, and wait until it is gone",
        lambda s: s.package.id == s.progress.discarded,
        lambda s: Delete(s.package),
    ),
    Row(
        "it is COPYING, VALIDATING or DELETING",
        "wait until it is stable",
        lambda s: s.package.status in IMPORTING or s.package.status == DELETING,
        lambda s: Wait(f"package {s.package} to stabilize", s.package.status),
    ),
    Row(
        "this request has updated it less than a minute ago (15 s, where the service has answered with a fault of its "
        "own), and that does not show",
        "wait until it shows",
        lambda s: s.update_is_not_seen and not s.update_should_show,
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
        "this request's import ended COPY_FAILED in its first minute, when a grant may still be spreading; it wrote "
        "less than 5 s ago",
        "wait",
        lambda s: s.shows_this_import and s.copy_failed_early and s.wrote_just_now,
        lambda s: Wait(f"the copy of {s.desired.source}", s.package.error),
    ),
    Row(
        "this request's import ended COPY_FAILED in its first minute; the package was not there before",
        "DeletePackage, then make it anew: a failed one cannot always be updated",
        lambda s: s.shows_this_import and s.copy_failed_early and s.is_in_vain,
        lambda s: Delete(s.package),
    ),
    Row(
        "this request's import ended COPY_FAILED in its first minute; the package was there before",
        "UpdatePackage, once more",
        lambda s: s.shows_this_import and s.copy_failed_early,
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
        "it is this resource's from an earlier request, and has never had any content",
        "DeletePackage, then make it anew",
        lambda s: not (s.package.version or s.found.had_content or s.is_the_requests_own),
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
        lambda s: s.progress.refused.is_over and s.package.status in STABLE,
        lambda s: Fail(f"package {s.package} could not be updated: {s.progress.refusal}"),
    ),
    Row(
        "UpdatePackage was refused less than 5 s ago",
        "wait",
        lambda s: s.progress.refused.is_met and s.wrote_just_now,
        lambda s: Wait(f"the update of package {s.package}", f"{s.package.status}, {s.progress.refusal}"),
    ),
    Row("anything else", "UpdatePackage", lambda _: True, lambda s: Update(s.package)),
)
