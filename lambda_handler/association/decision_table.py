"""What the change of a domain's packages does next: situations and decisions, in the order in which they count.

`docs/associations.md` prints the table. Nothing here calls AWS, reads a clock or remembers anything.
"""

from __future__ import annotations

from lambda_handler.association.brief import in_brief
from lambda_handler.association.decisions import Associate, Decision, Dissociate, Done, Wait
from lambda_handler.association.failures import (
    association_failed,
    association_refused,
    configuration_kept,
    dissociation_failed,
    dissociation_refused,
    no_content,
    no_domain,
    no_package,
)
from lambda_handler.association.situation import Situation
from lambda_handler.decision import Row, first_that_applies


def decide(situation: Situation) -> Decision:
    """What the first row says that applies."""
    return first_that_applies(ROWS, situation)


def _wait_for_the_domain(situation: Situation) -> Wait:
    return Wait(f"domain {situation.name!r} to finish its change", situation.activity)


def _wait_for(situation: Situation, what: str) -> Wait:
    return Wait(f"{what} on domain {situation.name!r}", situation.progress.refusal or "not shown yet")


def _names(situation: Situation) -> str:
    return in_brief(situation.members)


ROWS: tuple[Row[Situation, Decision], ...] = (
    Row(
        "the domain is gone or being deleted, and packages were only to be taken off it",
        "done",
        lambda s: not (s.has_domain or s.wants),
        lambda _: Done(),
    ),
    Row(
        "there has been no such domain for 15 s, or it is being deleted",
        "fail",
        lambda s: not s.has_domain and (s.domain is not None or s.progress.no_domain.is_over),
        no_domain,
    ),
    Row(
        "there is no such domain",
        "wait until it shows",
        lambda s: not s.has_domain,
        lambda s: Wait(f"domain {s.name!r} to show", "not there"),
    ),
    Row(
        "the domain is being upgraded, and a plugin is to be on it, or something that is not there yet: which ones fit "
        "shows afterwards",
        "wait",
        lambda s: bool(s.wants) and s.is_being_upgraded and not s.needs_no_upgrade,
        _wait_for_the_domain,
    ),
    Row(
        "a package is for another engine version, or one of several of its name; or there has been none for 15 s",
        "fail",
        lambda s: s.lacks_a_package_for_good,
        no_package,
    ),
    Row(
        "there is no such package, or it is being deleted",
        "wait until it shows",
        lambda s: any(member.problem for member in s.members),
        lambda s: Wait("packages to show", "; ".join(member.problem.text for member in s.members if member.problem)),
    ),
    Row(
        "a package is COPYING, VALIDATING, or in another status that passes",
        "wait until it is stable",
        lambda s: any(member.is_being_imported for member in s.members),
        lambda s: Wait(f"the import of {_names(s)}", in_brief(member.package.status for member in s.members)),
    ),
    Row(
        "a package has failed, and has never had a version",
        "fail",
        lambda s: any(member.has_no_content for member in s.members),
        no_content,
    ),
    Row(
        "an association that this request has asked for is ASSOCIATION_FAILED, and has a version there, or it has "
        "asked more than three minutes ago",
        "fail",
        lambda s: any(member.has_failed and not member.has_failed_early for member in s.members),
        association_failed,
    ),
    Row(
        "a dissociation that this request has asked for is DISSOCIATION_FAILED",
        "fail",
        lambda s: bool(s.kept),
        dissociation_failed,
    ),
    Row(
        "the AssociationConfiguration of a package is as it was, although this request has asked for another one",
        "fail: the service does not change it in place",
        lambda s: any(member.keeps_its_configuration for member in s.members),
        configuration_kept,
    ),
    Row(
        "PackageVersion has changed, and for less than 15 s no version has shown that the domain does not have",
        "wait until it shows",
        lambda s: any(member.may_be_lagging for member in s.members) and not s.progress.unchanged.is_over,
        lambda s: _wait_for(s, f"a new version of {_names(s)}"),
    ),
    Row(
        "every package is ACTIVE with the version that is available, and what was to go is gone",
        "done",
        lambda s: s.is_reached,
        lambda _: Done(),
    ),
    Row(
        "Wait is false, and the service has accepted all of it",
        "done",
        lambda s: s.is_accepted and not s.waits,
        lambda _: Done(),
    ),
    Row(
        "what this request has asked for does not show yet",
        "wait",
        lambda s: s.is_dissociation_awaited or any(member.is_awaited for member in s.members),
        lambda s: _wait_for(s, "the change"),
    ),
    Row(
        "the domain changes, or one of its packages is ASSOCIATING, DISSOCIATING, or in another status that passes: it "
        "takes one change at a time",
        "wait",
        lambda s: s.is_busy,
        _wait_for_the_domain,
    ),
    Row(
        "the service has refused the last write less than 5 s ago",
        "wait",
        lambda s: s.was_refused_just_now,
        lambda s: Wait(f"domain {s.name!r} to take the change", s.progress.refusal),
    ),
    Row(
        "an association is ASSOCIATION_FAILED that this request has asked for less than 30 s ago",
        "wait",
        lambda s: any(member.failed_just_now for member in s.members),
        lambda s: Wait(f"domain {s.name!r} to settle", association_failed(s).reason),
    ),
    Row(
        "DissociatePackages has been refused for a minute, and the domain does not change",
        "fail",
        lambda s: bool(s.to_dissociate) and s.progress.kept.is_over,
        dissociation_refused,
    ),
    Row(
        "an association is ASSOCIATION_FAILED, from before or in the first three minutes; and it has no version there, "
        "or cannot be associated again",
        "DissociatePackages, then make it anew",
        lambda s: bool(s.to_go_first),
        lambda s: Dissociate(s.next_to_dissociate(s.to_go_first)),
    ),
    Row(
        "AssociatePackages has been refused, and something is to go that takes the room or the name of what is to come",
        "DissociatePackages, then make room for the others",
        lambda s: s.makes_room,
        lambda s: Dissociate(s.next_to_dissociate(s.unwanted)),
    ),
    Row(
        "AssociatePackages has been refused for three minutes, and the domain does not change",
        "fail",
        lambda s: s.is_refused,
        association_refused,
    ),
    Row(
        "packages are missing, or have another version, other prerequisites or another configuration",
        "AssociatePackages, all in one call",
        lambda s: bool(s.to_associate),
        lambda s: Associate(s.to_associate),
    ),
    Row(
        "anything else is to go",
        "DissociatePackages, all in one call; one after the other where that is refused",
        lambda _: True,
        lambda s: Dissociate(s.next_to_dissociate(s.unwanted)),
    ),
)
