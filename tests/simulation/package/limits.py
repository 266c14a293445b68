"""What the random sequences excuse of packages."""

from __future__ import annotations

from lambda_handler.opensearch import is_package_id
from tests.simulation.cloudformation import StackResource
from tests.simulation.limit import ASSOCIATIONS, LIFECYCLE, Limit
from tests.simulation.names import STAGING
from tests.simulation.package.facts import Then
from tests.simulation.world import Sent

# Three hours, in seconds.
NOT_LONG = 10_800.0


def _copy_was_not_removed(resource: StackResource, _: Sent) -> bool:
    return bool(resource.world.boundaries.struck & {"ListObjectVersions", "DeleteObject"})


def _let_copies_expire(resource: StackResource, _: Sent) -> None:
    for key in resource.world.store.keys(STAGING):
        del resource.world.store.objects[STAGING, key]


def _came_again_unasked(resource: StackResource, sent: Sent) -> bool:
    return bool(resource.world.stacks.error) and (sent.overlapped or sent.died or sent.cancelled)


def _was_replaced_unasked(resource: StackResource, sent: Sent) -> bool:
    return bool(resource.world.stacks.error) and sent.event["RequestType"] == "Update"


def _forget_what_nobody_knows(resource: StackResource, sent: Sent) -> None:
    resource.world.packages.unmarked |= set(resource.world.packages.living(resource.key)) - {resource.physical_id or ""}
    sent.removed_by_hand += 1  # by a request in between


def _forget_all_of_it(resource: StackResource, _: Sent) -> None:
    resource.world.packages.unmarked |= set(resource.world.packages.living(resource.key))


def _was_deleted_by_hand_and_died(_: StackResource, sent: Sent) -> bool:
    return sent.disturbed and sent.died


def _was_made_again_for_too_long(_: StackResource, sent: Sent) -> bool:
    has_failed = sent.response is not None and sent.response.status == "FAILED"
    times_out = any("timed out" in one.reason for one in sent.responses[1:])
    return sent.event["RequestType"] == "Create" and sent.overlapped and has_failed and times_out


def _was_adopted_unasked(resource: StackResource, sent: Sent) -> bool:
    return bool(resource.world.stacks.error) and "AdoptPackageID" in sent.event["ResourceProperties"]


def _is_held_by_what_comes_later(resource: StackResource, sent: Sent) -> bool:
    left = _left_on_domains(resource, sent)
    return sent.rolls_back and sent.event["RequestType"] == "Update" and bool(left)


def _left_on_domains(resource: StackResource, sent: Sent) -> set[str]:
    """What a rollback found on domains, and is not what it has gone back to."""
    then = sent.response.then if sent.response else None
    return (set(then.living) & then.held) - {resource.physical_id or ""} if isinstance(then, Then) else set()


def _forget_what_is_held(resource: StackResource, sent: Sent) -> None:
    resource.world.packages.unmarked |= _left_on_domains(resource, sent)


def _deletes_what_was_just_kept(resource: StackResource, sent: Sent) -> bool:
    return bool(_just_kept(resource, sent))


def _just_kept(resource: StackResource, sent: Sent) -> set[str]:
    """What a Retain policy had kept not long before, and the Delete of a cancelled Create has deleted."""
    if sent.event["RequestType"] != "Delete" or is_package_id(sent.event["PhysicalResourceId"]):
        return set()
    world = resource.world
    writes = {one.package_id for one in world.writes if one.request == sent.event["RequestId"]}
    young = {one for one in writes if sent.signed - world.model.packages[one].timeline.entries[0][0] < NOT_LONG}
    return young & world.packages.retained


def _forget_what_was_kept(resource: StackResource, sent: Sent) -> None:
    resource.world.packages.retained -= _just_kept(resource, sent)


LIMITS = (
    Limit(
        "a package that a Retain policy kept for less than three hours",
        LIFECYCLE,
        _deletes_what_was_just_kept,
        _forget_what_was_kept,
    ),
    Limit(
        "a person deletes a package while it is made, and the invocation dies",
        LIFECYCLE,
        _was_deleted_by_hand_and_died,
        _forget_what_nobody_knows,
    ),
    Limit(
        "a Create that fails is delivered twice, and the second delivery makes the package again",
        LIFECYCLE,
        _was_made_again_for_too_long,
        _forget_what_nobody_knows,
    ),
    Limit("a staged copy that could not be removed", LIFECYCLE, _copy_was_not_removed, _let_copies_expire),
    Limit(
        "a Create that was cancelled, or was responded to, and goes on or is delivered again",
        LIFECYCLE,
        _came_again_unasked,
        _forget_what_nobody_knows,
    ),
    Limit(
        "a replacement that is rolled back stays, if its package was available and the rollback's Update carries the "
        "old id",
        LIFECYCLE,
        _was_replaced_unasked,
        _forget_what_nobody_knows,
    ),
    Limit("a package that was adopted stays", LIFECYCLE, _was_adopted_unasked, _forget_all_of_it),
    Limit(
        "Where CloudFormation carries the old id in the rollback of a package's replacement, the association still "
        "holds the new package",
        ASSOCIATIONS,
        _is_held_by_what_comes_later,
        _forget_what_is_held,
    ),
)
