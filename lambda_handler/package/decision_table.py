"""What an import does next: a table of situations and decisions, in the order in which they count.

`docs/lifecycle.md` prints the table. Nothing here calls AWS, reads a clock or remembers anything.
"""

from __future__ import annotations

from lambda_handler.decision import Row, first_that_applies
from lambda_handler.opensearch import AVAILABLE, DELETING, IMPORTING, STABLE
from lambda_handler.package.decisions import Create, Decision, Delete, Done, Fail, Update, Wait
from lambda_handler.package.failures import (
    another_resources,
    cannot_be_adopted,
    failed_for_good,
    failure,
    held_by_a_package,
    name_taken,
    not_there_to_adopt,
    overwritten,
    owned_by_another,
)
from lambda_handler.package.situation import Situation


def decide(situation: Situation) -> Decision:
    """What the first row says that applies."""
    return first_that_applies(ROWS, situation)


ROWS: tuple[Row[Situation, Decision], ...] = (
    Row(
        "a Create is to adopt a package that is not there, is another account's, or is being deleted",
        "fail",
        lambda s: s.is_adoption and not s.can_be_adopted,
        not_there_to_adopt,
    ),
    Row(
        "a Create is to adopt a package that bears another resource's mark, and AdoptFrom does not name that resource",
        "fail, nothing is written",
        lambda s: s.is_adoption and not s.may_be_taken_over,
        owned_by_another,
    ),
    Row(
        "a Create is to adopt a package of another name, type, engine version or vending",
        "fail, nothing is written",
        lambda s: s.is_adoption and s.package.identity != s.desired.identity,
        cannot_be_adopted,
    ),
    Row(
        "the package that the request is about bears another resource's mark",
        "fail, nothing is written",
        lambda s: s.found.stranger is not None,
        another_resources,
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
        held_by_a_package,
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
        lambda s: name_taken(s, "a package that is not this account's, or that DescribePackages does not show"),
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
        "it is AVAILABLE, and its old owner has written to it while this request adopts it",
        "fail",
        lambda s: s.is_adoption and s.shows_this_import and s.package.status == AVAILABLE and s.is_anothers,
        overwritten,
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
        lambda s: Update(s.package, failure=failure(s)),
    ),
    Row(
        "this request's import has failed",
        "fail; the package is deleted if this request has made it",
        lambda s: s.shows_this_import,
        failed_for_good,
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
        lambda s: not (s.package.version or s.found.had_content or s.is_the_requests_own or s.is_adoption),
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
