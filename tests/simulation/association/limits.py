"""What the random sequences excuse of associations: "What can still go wrong" in `docs/associations.md`."""

from __future__ import annotations

from collections.abc import Iterable

from lambda_handler.ownership import Owner, read
from tests.simulation.association.facts import Place, Then
from tests.simulation.cloudformation import StackResource
from tests.simulation.limit import ASSOCIATIONS, Limit
from tests.simulation.world import Sent


def _named(resource: StackResource, sent: Sent) -> set[Place]:
    """What a request names, and is on a domain or was there when the request has asked to change it."""
    facts, event = resource.world.associations, sent.event
    told = facts.named_by(event["ResourceProperties"]) + facts.named_by(event.get("OldResourceProperties", {}))
    asked = {one.place for one in facts.asked if one.request == event["RequestId"]}
    return asked | {place for place in facts.on_domains() if facts.is_named(told, place)}


def _pass_over(resource: StackResource, places: Iterable[Place]) -> None:
    resource.world.associations.excused |= set(places)


def _is_of_the_stack(resource: StackResource, place: Place) -> bool:
    mark = read((resource.world.model.package(place[1]) or {}).get("PackageDescription", ""))[1]
    return mark is not None and mark.stack == Owner(*resource.key, "").stack


def _was_cancelled(_: StackResource, sent: Sent) -> bool:
    return sent.cancelled


def _pass_over_others_packages(resource: StackResource, sent: Sent) -> None:
    _pass_over(resource, (one for one in _named(resource, sent) if not _is_of_the_stack(resource, one)))


def _goes_on_unasked(resource: StackResource, sent: Sent) -> bool:
    return bool(resource.world.stacks.error) and (sent.overlapped or sent.died or sent.cancelled)


def _rolls_back_unasked(resource: StackResource, sent: Sent) -> bool:
    return bool(resource.world.stacks.error) and sent.event["RequestId"] in resource.world.associations.rollbacks


def _pass_over_all(resource: StackResource, sent: Sent) -> None:
    _pass_over(resource, _named(resource, sent))


def _rolls_back(resource: StackResource, sent: Sent) -> bool:
    return sent.event["RequestId"] in resource.world.associations.rollbacks


def _pass_over_what_came_meanwhile(resource: StackResource, _: Sent) -> None:
    _pass_over(resource, resource.world.associations.came_meanwhile(resource.key))


def _goes_by_evidence(resource: StackResource, sent: Sent) -> bool:
    return sent.event["RequestId"] in resource.world.associations.rollbacks or sent.died or sent.overlapped


def _pass_over_what_nothing_tells_of(resource: StackResource, sent: Sent) -> None:
    others = (one for one in _named(resource, sent) if not _is_of_the_stack(resource, one))
    _pass_over(resource, (one for one in others if len(resource.world.model.versions(one[1])) > 1))


def _failed_twice(_: StackResource, sent: Sent) -> bool:
    is_create = sent.event["RequestType"] == "Create"
    return is_create and sent.overlapped and sent.response is not None and sent.response.status == "FAILED"


def _pass_over_what_was_renewed(resource: StackResource, sent: Sent) -> None:
    began = resource.world.stacks.began_at(resource.key[0])
    versions = {place: resource.world.model.versions(place[1]) for place in _named(resource, sent)}
    _pass_over(resource, (place for place, made in versions.items() if len(made) > 1 and made[-1].created_at >= began))


def _leaves_a_busy_domain(resource: StackResource, sent: Sent) -> bool:
    return _rolls_back(resource, sent) and bool(_left_on_a_busy_domain(resource, sent))


def _left_on_a_busy_domain(resource: StackResource, sent: Sent) -> set[Place]:
    """What a rollback that goes back to another domain has found on the one that it leaves, and that was busy."""
    facts, then = resource.world.associations, sent.response.then if sent.response else None
    if not isinstance(then, Then):
        return set()
    domain = str(sent.event.get("OldResourceProperties", {}).get("DomainName", ""))
    told = facts.named_by(sent.event.get("OldResourceProperties", {}))
    is_left = domain in then.busy and domain != sent.event["ResourceProperties"].get("DomainName")
    return {one for one in then.on_domains if is_left and facts.is_named(told, one)}


def _pass_over_what_is_left_there(resource: StackResource, sent: Sent) -> None:
    _pass_over(resource, _left_on_a_busy_domain(resource, sent))


def _cleans_up_in_vain(resource: StackResource, sent: Sent) -> bool:
    has_failed = sent.response is None or sent.response.status == "FAILED"
    is_given_up = sent.rolls_back or sent.event.get("PhysicalResourceId") != resource.physical_id
    return sent.event["RequestType"] == "Delete" and has_failed and is_given_up


LIMITS = (
    Limit(
        "An Update to another domain that is rolled back, and whose new domain is still busy",
        ASSOCIATIONS,
        _leaves_a_busy_domain,
        _pass_over_what_is_left_there,
    ),
    Limit(
        "A Delete that fails while the stack cleans up after an update or a rollback",
        ASSOCIATIONS,
        _cleans_up_in_vain,
        _pass_over_all,
    ),
    Limit(
        "What a failed update has added to the list stays on the domain after the rollback",
        ASSOCIATIONS,
        _rolls_back,
        _pass_over_what_was_renewed,
    ),
    Limit(
        "What a cancelled Create has put onto the domain is found by the stack's mark alone",
        ASSOCIATIONS,
        _was_cancelled,
        _pass_over_others_packages,
    ),
    Limit(
        "Where CloudFormation cannot be asked, no request is taken for a rollback's",
        ASSOCIATIONS,
        _rolls_back_unasked,
        _pass_over_all,
    ),
    Limit(
        "Another stack's package, or one whose mark somebody has removed, stays on the domain",
        ASSOCIATIONS,
        _goes_by_evidence,
        _pass_over_what_nothing_tells_of,
    ),
    Limit(
        "What somebody else was putting onto the domain when an operation of the stack began, or puts there during it",
        ASSOCIATIONS,
        _rolls_back,
        _pass_over_what_came_meanwhile,
    ),
    Limit(
        "Where CloudFormation cannot be asked, a request that was cancelled, or is delivered again after its end",
        ASSOCIATIONS,
        _goes_on_unasked,
        _pass_over_all,
    ),
    Limit(
        "A Create that fails, and that Lambda has delivered twice",
        ASSOCIATIONS,
        _failed_twice,
        _pass_over_all,
    ),
)
