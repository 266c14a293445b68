"""What the random sequences excuse of packages: rows of "What can still be overtaken" in `docs/lifecycle.md`."""

from __future__ import annotations

from tests.simulation.cloudformation import StackResource
from tests.simulation.limit import Limit
from tests.simulation.names import STAGING
from tests.simulation.world import Sent


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


def _was_adopted_unasked(resource: StackResource, sent: Sent) -> bool:
    return bool(resource.world.stacks.error) and "AdoptPackageID" in sent.event["ResourceProperties"]


LIMITS = (
    Limit(
        "a person deletes a package while it is made, and the invocation dies",
        _was_deleted_by_hand_and_died,
        _forget_what_nobody_knows,
    ),
    Limit("a staged copy that could not be removed", _copy_was_not_removed, _let_copies_expire),
    Limit(
        "a Create that was cancelled, or was responded to, and goes on or is delivered again",
        _came_again_unasked,
        _forget_what_nobody_knows,
    ),
    Limit(
        "a replacement that is rolled back stays, if its package was available and the rollback's Update carries the "
        "old id",
        _was_replaced_unasked,
        _forget_what_nobody_knows,
    ),
    Limit("a package that was adopted stays", _was_adopted_unasked, _forget_all_of_it),
)
