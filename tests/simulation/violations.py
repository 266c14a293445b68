"""What did not hold of the guarantees in a world: what is so for resources of every type, and of each type its own."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from math import inf
from typing import Protocol

from lambda_handler.cloudformation.deadline import LONGEST_MARGIN
from lambda_handler.cloudformation.fence import FRESH_FOR, HOLDS_FOR, NOTED_WITHIN
from lambda_handler.cloudformation.physical_ids import request_of_unknown, says_nothing_created
from lambda_handler.cloudformation.response import LONGEST_BODY
from tests.simulation.association import guarantees as of_associations
from tests.simulation.guarantees import Guarantee, Violation
from tests.simulation.names import ASSOCIATION, PACKAGE, SECRETS
from tests.simulation.package import guarantees as of_packages
from tests.simulation.world import Received, Sent, World, Write

NOT_AWAITED = "CloudFormation does not wait for this request any more"
# How long a call may be under way when its request ends, in seconds.
IN_FLIGHT = 1.0


class OfAType(Protocol):
    """What is guaranteed of resources of one type."""

    def of_the_world(self, world: World) -> Iterator[Violation]:
        """What did not hold of all that there is."""

    def of_its_writes(self, world: World, sent: Sent) -> Iterator[Violation]:
        """What did not hold of what a request has written."""

    def takes_back(self, world: World, write: Write) -> bool:
        """Whether a write removes what its own request has made in vain: that goes in any case."""

    def wrong_id(self, world: World, sent: Sent, response: Received) -> str:
        """Why the id in a response is not the one that it has to be; empty where it is."""

    def not_as_wanted(self, world: World, sent: Sent, response: Received) -> Iterator[str]:
        """What a SUCCESS promised that is not so."""

    def left_over(self, world: World, key: tuple[str, str]) -> Iterator[Violation]:
        """What is left of a resource that is deleted."""


OF: dict[str, OfAType] = {PACKAGE: of_packages, ASSOCIATION: of_associations}


def violations(world: World) -> list[Violation]:
    """What did not hold in a world, at any time so far."""
    found = [*_of_the_world(world), *(one for of_a_type in OF.values() for one in of_a_type.of_the_world(world))]
    return found + [one for sent in world.sent.values() for one in _of_a_request(world, sent)]


def left_over(world: World, resource_type: str, key: tuple[str, str]) -> list[Violation]:
    """What is left of a resource that is deleted."""
    return list(OF[resource_type].left_over(world, key))


def _of_the_world(world: World) -> Iterator[Violation]:
    for write in world.writes:
        sent = world.sent[write.request]
        what = f"{write} by {sent}"
        if write.moment >= sent.expires:
            yield Violation(Guarantee.NOTHING_LATE, f"{what}, {write.moment - sent.expires:.0f} s late")
        if _is_unawaited(world, sent, write):
            yield Violation(Guarantee.NOTHING_UNAWAITED, f"{what}, {write.moment - sent.over:.0f} s after its end")
    for line in world.leaks:
        yield Violation(Guarantee.SECRETS, line)


def _is_unawaited(world: World, sent: Sent, write: Write) -> bool:
    """Whether CloudFormation could have told that it does not wait any more, and was not asked or not listened to."""
    if world.stacks.error or OF[sent.type].takes_back(world, write):
        return False
    late = world.stacks.lag + HOLDS_FOR + IN_FLIGHT
    over = sent.over
    if sent.event["RequestType"] == "Delete":  # it may go on until the resource is wanted again
        over = min(
            (one.signed for one in _following(world, sent) if one.signed > sent.signed + NOTED_WITHIN), default=inf
        )
    return write.moment > max(over + late, sent.signed + FRESH_FOR + IN_FLIGHT)


def _following(world: World, sent: Sent) -> list[Sent]:
    """The requests that came later, and want there to be a resource. A cancelled Create leaves nothing to tell of."""
    later = (one for one in world.sent.values() if one.key == sent.key and one.signed > sent.signed)
    return [one for one in later if one.event["RequestType"] != "Delete" and not one.cancelled]


def _of_a_request(world: World, sent: Sent) -> Iterator[Violation]:
    of_its_type = OF[sent.type]
    yield from of_its_type.of_its_writes(world, sent)
    if sent.cancelled or (sent.response is None and sent.lost):
        return  # nobody heard its response
    if sent.response is None:
        yield Violation(Guarantee.IN_TIME, f"{sent}: {len(sent.responses)} responses, none in time")
        return
    yield from _of_its_responses(world, sent)
    for what in of_its_type.not_as_wanted(world, sent, sent.response):
        yield Violation(Guarantee.AS_WANTED, f"{sent}: {what}")


def _told_id(sent: Sent, response: Received) -> str:
    """The id in a response, where another delivery has to give the same one.

    Two ids that name nothing are as good as each other: the Delete of one does nothing, that of the other looks first.
    """
    named = response.physical_id
    names_nothing = says_nothing_created(named) or bool(request_of_unknown(named))
    return "" if response.status == "FAILED" and (sent.overlapped or names_nothing) else named


def _of_its_responses(world: World, sent: Sent) -> Iterator[Violation]:
    for response in sent.responses:
        if response.response.size > LONGEST_BODY:
            yield Violation(Guarantee.LIMITS, f"{sent}: {response.response.size} bytes")
        if any(secret in response.response.body.decode() for secret in SECRETS):
            yield Violation(Guarantee.SECRETS, f"{sent}: {response.reason}")
        if response.invocation in world.continued and "could not be continued" not in response.reason:
            yield Violation(Guarantee.ONE_RESPONSE, f"{sent}: continued and responded: {response.reason}")
    bodies = Counter(invocation for invocation, _ in {(one.invocation, one.response.body) for one in sent.responses})
    if any(times > 1 for times in bodies.values()):
        yield Violation(Guarantee.ONE_RESPONSE, f"{sent}: one invocation gave several")
    # A delivery that comes after the end says so; nobody listens to it.
    following = [one.signed for one in world.sent.values() if one.key == sent.key and one.signed > sent.signed]
    until = min([sent.expires, *following])
    heard = [one for one in sent.responses if one.moment <= until and not _comes_after_the_end(sent, one)]
    # Of two that fail at once, one may still see what the other removes: either id is good for the Delete.
    told = {(one.status, _told_id(sent, one)) for one in heard}
    if len(told) > 1 and not (sent.disturbed or _does_not_wait(sent)):
        yield Violation(Guarantee.ONE_RESPONSE, f"{sent}: {sorted(told)}")
    elif len({json.dumps(one.attributes) for one in heard}) > 1 and not _may_tell_more(sent):
        yield Violation(Guarantee.ONE_RESPONSE, f"{sent}: {[one.attributes for one in heard]}")
    first = sent.responses[0]
    if NOT_AWAITED in first.reason:
        yield Violation(Guarantee.IN_TIME, f"{sent}: {first.reason}")
    if wrong := _wrong_id(world, sent, first):
        yield Violation(Guarantee.REAL_ID, f"{sent}: {first.physical_id}, and {wrong}: {first.reason}")


def _may_tell_more(sent: Sent) -> bool:
    """Whether a later delivery of a request may tell of what was not there yet, or is not any more."""
    return sent.overlapped or sent.disturbed or _does_not_wait(sent)


def _does_not_wait(sent: Sent) -> bool:
    """Whether it is over before the service is done: a later delivery may see what has come of it."""
    return bool(sent.event["ResourceProperties"].get("Wait") == "false")


def _wrong_id(world: World, sent: Sent, response: Received) -> str:
    """Why it is not the id that it has to be; empty where it is."""
    kind, known_as = sent.event["RequestType"], sent.event.get("PhysicalResourceId")
    if kind == "Create" or (kind == "Update" and response.status == "SUCCESS"):
        return OF[sent.type].wrong_id(world, sent, response)
    return "" if response.physical_id == known_as else f"the request came with {known_as}"


def _comes_after_the_end(sent: Sent, response: Received) -> bool:
    """Whether it says that it comes too late: nobody listens any more."""
    no_time_left = response.moment > sent.expires - LONGEST_MARGIN and response.status == "FAILED"
    return NOT_AWAITED in response.reason or (response.moment > sent.over and no_time_left)
