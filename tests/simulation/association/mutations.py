"""Guards of what is done for packages on domains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_handler.association import cancelled_create, change, decision_table, handler, unwanted
from lambda_handler.association.finding import Finder
from lambda_handler.association.handler import AssociationHandler
from lambda_handler.association.member import Member
from lambda_handler.association.observing import Observer
from lambda_handler.association.progress import Progress
from lambda_handler.association.resource_id import ResourceId
from lambda_handler.association.rollback import Rollback
from lambda_handler.association.situation import Situation
from lambda_handler.association.unwanted import Evidence
from lambda_handler.cloudformation import fence
from lambda_handler.cloudformation.fence import Fence
from tests.simulation.guarantees import Guarantee
from tests.simulation.mutation import Mutation, Patch, put, returning, without_rows

if TYPE_CHECKING:
    from lambda_handler.domains import Association
    from lambda_handler.opensearch import Package
    from lambda_handler.ownership import Owner


ROW = "the row: "


def _row(situation: str, story: str, breaks: Guarantee) -> Mutation:
    """A row of the decision table that is taken out; its situation begins like that."""
    [row] = [one for one in decision_table.ROWS if one.situation.startswith(situation)]
    return Mutation(f"{ROW}{row.situation}", without_rows(decision_table, row.situation), story, None, breaks)


def _by_time_only(evidence: Evidence, association: Association, _: Package | None) -> bool:
    moment, updated = evidence._moment(), association.last_updated
    return moment is not None and updated is not None and updated >= moment


def _by_history_only(evidence: Evidence, association: Association, package: Package | None) -> bool:
    of_ours = unwanted.is_of_stack(package, evidence._owner)
    return not association.version or of_ours or evidence._had_one_version(association.id, package)


def _without_what_it_made(cls: type[ResourceId], domain: str, owner: Owner, _: object = ()) -> ResourceId:
    return cls(domain, f"{owner.stack}-{owner.resource}")


def _first(situation: Situation) -> tuple[Member, ...]:
    return tuple(one for one in situation.members if not one.is_reached)[:1]


def _no_look_at_the_name(patch: Patch) -> None:
    is_over = fence._is_over
    patch.setattr(fence, "_is_over", lambda *told, names_it: not names_it and is_over(*told, names_it=names_it))


def _never_in_vain(patch: Patch) -> None:
    initialize = change.Change.__init__

    def without(self: change.Change, *given: object, in_vain: str = "", **more: object) -> None:
        initialize(self, *given, **more)  # type: ignore[arg-type]

    patch.setattr(change.Change, "__init__", without)


MUTATIONS = (
    _row("the domain is gone", "Delete of associations on a domain that is gone", Guarantee.PASSES),
    _row("there has been no such domain", "Create on a domain that there is not", Guarantee.SOON),
    _row("there is no such domain", "Create on a domain that there is not", Guarantee.AS_WANTED),
    _row("the domain is being upgraded", "Create on a domain that is upgraded", Guarantee.PASSES),
    _row("a package is for another engine version", "Create of an association of nothing", Guarantee.SOON),
    _row("there is no such package", "Create of an association right after its package", Guarantee.PASSES),
    _row("a package is COPYING,", "Create of an association during an import", Guarantee.AS_WANTED),
    _row("a package has failed", "Create of an association of what has failed", Guarantee.SOON),
    _row("an association that this request has asked for", "Create of an association that fails", Guarantee.SOON),
    _row("a dissociation that this request has asked for", "Delete of an association in use", Guarantee.SOON),
    _row("the AssociationConfiguration", "Update of a configuration that stays", Guarantee.SOON),
    _row("PackageVersion has changed", "Update right after the package's own", Guarantee.AS_WANTED),
    _row("every package is ACTIVE", "Create of associations", Guarantee.PASSES),
    _row("Wait is false", "Create of associations, not waiting", Guarantee.SOON),
    _row("what this request", "Create of associations, while reading lags behind", Guarantee.ONE_CHANGE),
    _row("the domain changes", "Create on a busy domain", Guarantee.PATIENT),
    _row("the service has refused", "Create on a domain that settles", Guarantee.PATIENT),
    _row("an association is ASSOCIATION_FAILED that", "Create on a domain that was just made", Guarantee.PATIENT),
    _row("DissociatePackages has been refused", "Delete of an association in use, refused", Guarantee.SOON),
    _row("an association is ASSOCIATION_FAILED, from", "Create over a failed association", Guarantee.PASSES),
    _row("AssociatePackages has been refused, and", "Update that exchanges packages of one name", Guarantee.PASSES),
    _row("AssociatePackages has been refused for", "Create of an association that is refused", Guarantee.SOON),
    _row("packages are missing", "Create of associations", Guarantee.PASSES),
    _row("anything else is to go", "Update that adds and removes", Guarantee.PASSES),
    Mutation(
        "packages go to the domain in one call",
        put(Situation, "to_associate", property(_first)),
        "Create of associations",
        None,
        Guarantee.ONE_CHANGE,
    ),
    Mutation(
        "the version on the domain is compared with the one that is available",
        put(Member, "_has_the_version", property(returning(True))),
        "Update with a new version",
        None,
        Guarantee.AS_WANTED,
    ),
    Mutation(
        "a new version that does not show yet is waited for",
        put(Member, "may_be_lagging", property(returning(False))),
        "Update right after the package's own",
        None,
        Guarantee.AS_WANTED,
    ),
    Mutation(
        "what was asked for and does not show is not asked for again",
        put(Member, "is_awaited", property(returning(False))),
        "Create of associations, while reading lags behind",
        None,
        Guarantee.ONE_CHANGE,
    ),
    Mutation(
        "the same of what is to go",
        put(Situation, "is_dissociation_awaited", property(returning(False))),
        "Update that adds and removes, while reading lags behind",
        None,
        Guarantee.ONE_CHANGE,
    ),
    Mutation(
        "what fails on a domain that was just made is tried again",
        put(Member, "has_failed_early", property(returning(False))),
        "Create on a domain that was just made",
        None,
        Guarantee.PASSES,
    ),
    Mutation(
        "a domain that says that it is busy is waited for, however long",
        put(change, "is_busy", returning(False)),
        "Create on a domain that settles late",
        None,
        Guarantee.PASSES,
    ),
    Mutation(
        "a package that is in its desired state already is done",
        put(change, "is_already_so", returning(False)),
        "Update of prerequisites",
        None,
        Guarantee.PASSES,
    ),
    Mutation(
        "a plugin that an upgrade has exchanged is found by its name",
        put(Finder, "_successor_of", returning(None)),
        "Update after an upgrade of the domain",
        None,
        Guarantee.PASSES,
    ),
    Mutation(
        "what a Create has put onto a domain in vain it takes off again",
        put(AssociationHandler, "_take_back", returning(None)),
        "Create of an association that fails",
        None,
        Guarantee.REAL_ID,
    ),
    Mutation(
        "but it does not wait for a domain that changes",
        put(change.Change, "is_held_up", property(returning(False))),
        "Create of an association that fails on a busy domain",
        None,
        Guarantee.SOON,
    ),
    Mutation(
        "what was on the domain before is not taken back",
        put(Member, "was_there", property(returning(False))),
        "Create of an association that fails",
        None,
        Guarantee.WAS_THERE,
    ),
    Mutation(
        "the id of a failed Create names what it has left",
        put(ResourceId, "of", classmethod(_without_what_it_made)),
        "Create of associations, longer than its time",
        None,
        Guarantee.REAL_ID,
    ),
    Mutation(
        "what a later Create has taken over is left to it",
        put(AssociationHandler, "_is_in_use", returning(False)),
        "Delete of what a later Create has taken over",
        None,
        Guarantee.NOTHING_FOREIGN,
    ),
    Mutation(
        "also where nobody has told the id of the failed Create",
        put(handler, "is_taken_over", returning(False)),
        "Delete of a Create whose response was lost, after the next Create",
        None,
        Guarantee.NOTHING_FOREIGN,
    ),
    Mutation(
        "what an earlier delivery has put onto the domain is learnt",
        put(Observer, "_learn_from_first_look", returning(None)),
        "Create of an association that fails",
        "AssociatePackages",
        Guarantee.REAL_ID,
    ),
    Mutation(
        "a further invocation knows what the one before has done",
        put(Progress, "save", returning(None)),
        "Create of an association that fails, over several invocations",
        None,
        Guarantee.NO_ORPHAN,
    ),
    Mutation(
        "what was only brought to a new version was there before",
        put(Evidence, "tells_of", _by_time_only),
        "Update of associations that fails",
        None,
        Guarantee.WAS_THERE,
    ),
    Mutation(
        "what has not changed since was there before",
        put(Evidence, "tells_of", _by_history_only),
        "Create of an association that fails",
        None,
        Guarantee.WAS_THERE,
    ),
    Mutation(
        "a package that never had another version has come with the update",
        put(Evidence, "_had_one_version", returning(False)),
        "Rollback of an Update of associations that fails",
        None,
        Guarantee.NO_ORPHAN,
    ),
    Mutation(
        "a package of the stack has come with the update",
        put(unwanted, "is_of_stack", returning(False)),
        "Rollback of an Update of associations that fails",
        None,
        Guarantee.NO_ORPHAN,
    ),
    Mutation(
        "a rollback removes what the update has made, and nothing else",
        put(Rollback, "removes", lambda _, listed: listed),
        "Rollback of an Update of associations that fails",
        None,
        Guarantee.WAS_THERE,
    ),
    Mutation(
        "a rollback removes what the update has put onto another domain",
        put(AssociationHandler, "_remove_leftover", returning(None)),
        "Rollback of an Update to another domain, old id",
        None,
        Guarantee.NO_ORPHAN,
    ),
    Mutation(
        "the Delete of a cancelled Create takes only what is the stack's",
        put(handler, "of_the_stack", lambda entries, _: unwanted.listed(entries)),
        "Delete of associations, cancelled",
        None,
        Guarantee.NOTHING_FOREIGN,
    ),
    Mutation(
        "and looks for a while",
        put(cancelled_create, "LOOK_FOR_CANCELLED_CREATE", 0.0),
        "Delete of associations, cancelled before they began",
        None,
        Guarantee.NO_ORPHAN,
    ),
    Mutation(
        "CloudFormation is asked whether it still waits for an association",
        put(Fence, "check", returning(None)),
        "Create of associations, delivered again after the Delete",
        None,
        Guarantee.NOTHING_UNAWAITED,
    ),
    Mutation(
        "the same before a Delete: the id may be the resource's again",
        _no_look_at_the_name,
        "Delete of associations, delivered again after the next Create",
        None,
        Guarantee.NOTHING_UNAWAITED,
    ),
    Mutation(
        "what was made in vain goes also when nobody waits any more",
        _never_in_vain,
        "Delete of associations, cancelled while they fail",
        None,
        Guarantee.NO_ORPHAN,
    ),
    Mutation(
        "when nobody waits any more, only what this delivery has put there itself",
        put(fence, "_is_over", lambda *_, **__: False),
        "Create of associations, delivered again when a package is gone",
        None,
        Guarantee.NOTHING_UNAWAITED,
    ),
)
