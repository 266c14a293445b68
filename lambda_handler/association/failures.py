"""Why a change of a domain's packages fails, in the user's words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lambda_handler.association.brief import in_brief
from lambda_handler.association.decisions import Fail
from lambda_handler.package_types import DICTIONARY

if TYPE_CHECKING:
    from lambda_handler.association.member import Member
    from lambda_handler.association.situation import Situation
    from lambda_handler.domains import Association


def no_domain(situation: Situation) -> Fail:
    """There is no domain that could have packages."""
    is_there = situation.domain is not None
    what = "is being deleted" if is_there else "does not exist in this account and Region"
    packages = f"{'packages' if len(situation.wants) > 1 else 'package'} {in_brief(map(repr, situation.wants))}"
    reason = f"domain {situation.name!r} {what}: {packages} cannot be associated with it"
    return Fail(f"{reason}: {situation.told}" if situation.told else reason)


def no_package(situation: Situation) -> Fail:
    """A package is not what the template says."""
    return Fail("; ".join(member.problem.text for member in situation.members if member.problem))


def no_content(situation: Situation) -> Fail:
    """A package has never been imported."""
    failed = [member.package for member in situation.members if member.has_no_content]
    told = "; ".join(f"package {one} is {one.status}, and has no version: {one.error}" for one in failed)
    return Fail(told)


def association_failed(situation: Situation) -> Fail:
    """The service has not brought a package to the domain."""
    failed = [member for member in situation.members if member.has_failed]
    told = (
        f"package {one} could not be associated with domain {one.domain!r}: {one.error}"
        for one in (member.association for member in failed)
        if one is not None
    )
    return Fail("; ".join(told), _ids_of(failed))


def association_refused(situation: Situation) -> Fail:
    """The service does not begin to bring a package to the domain."""
    names = in_brief(situation.to_associate)
    reason = f"{names} could not be associated with domain {situation.name!r}: {situation.progress.refusal}"
    return Fail(reason, _ids_of(situation.to_associate))


def configuration_kept(situation: Situation) -> Fail:
    """The service does not change a configuration in place."""
    keeping = [member for member in situation.members if member.keeps_its_configuration]
    names = in_brief(keeping)
    return Fail(
        f"the AssociationConfiguration of {names} on domain {situation.name!r} did not change: "
        f"{situation.progress.refusal}. To have it changed, take the package out of Packages, deploy, put it in again "
        "and deploy: in between the domain does not have it",
        _ids_of(keeping),
    )


def dissociation_failed(situation: Situation) -> Fail:
    """The service has not taken a package off the domain."""
    reason = "; ".join(f"{_stays(one)}: {one.error}{_advice(one)}" for one in situation.kept)
    return Fail(reason, tuple(one.id for one in situation.kept))


def dissociation_refused(situation: Situation) -> Fail:
    """The service does not begin to take a package off the domain."""
    refusal = situation.progress.refusal
    staying = situation.to_dissociate
    works = all(one.version for one in situation.to_go_first)
    reason = f"{in_brief(map(_stays, staying))}: {refusal}{_advice(*staying)}"
    return Fail(reason, tuple(one.id for one in staying) if works else ())


def _ids_of(members: Sequence[Member]) -> tuple[str, ...]:
    """The packages, where all of them work on the domain."""
    return tuple(one.package.id for one in members) if all(one.has_any_version for one in members) else ()


def _stays(association: Association) -> str:
    return f"package {association} could not be dissociated from domain {association.domain!r}"


def _advice(*associations: Association) -> str:
    """What may hold packages on a domain. The service's own words need not say it."""
    advice = ""
    if any(one.type == DICTIONARY for one in associations):
        paths = in_brief(one.reference_path or f"analyzers/{one.id}" for one in associations if one.type == DICTIONARY)
        advice = f"take {paths} out of the settings of every index that uses it, or delete the index"
    else:
        advice = "delete the indexes that use it, or take it out of their settings"
    return f". While an index uses a package, it cannot be dissociated: {advice}, then deploy again"
