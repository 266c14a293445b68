"""The guarantees, checked on what has happened in a world."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from lambda_handler.cloudformation.deadline import LONGEST_MARGIN
from lambda_handler.cloudformation.fence import FRESH_FOR, HOLDS_FOR
from lambda_handler.cloudformation.response import LONGEST_BODY
from lambda_handler.opensearch import is_package_id
from lambda_handler.ownership import Owner, read
from lambda_handler.package.properties import generated_name
from tests.simulation.world import SECRETS, SOURCES, STAGING, Received, Sent, World, Write

NOT_AWAITED = "CloudFormation does not wait for this request any more"
# How long a call may be under way when its request ends, in seconds.
IN_FLIGHT = 1.0


class Guarantee(Enum):
    """What users rely on."""

    ONE_PACKAGE = "one request makes at most one package at a time"
    ONE_VERSION = "one request makes at most one version when its deliveries follow one another"
    NOTHING_FOREIGN = "nothing is written that is not this resource's"
    IN_TIME = "a response comes before ServiceTimeout"
    REAL_ID = "the response has the real PackageID wherever a package exists"
    ONE_RESPONSE = "each invocation responds once or continues, and all deliveries of a request give the same response"
    SECRETS = "no signature and no content in a log or a response"
    LIMITS = "a response fits into CloudFormation's limit"
    RETAINED = "what a Retain policy kept stays"
    NOTHING_UNAWAITED = "a request that CloudFormation does not wait for any more writes nothing"
    NOTHING_LATE = "a request that is older than its ServiceTimeout writes nothing"
    NO_ORPHAN = "nothing is left after Delete"
    NO_COPY = "no staged copy is left"
    AS_WANTED = "SUCCESS means that the package is as the template says"
    PASSES = "a fault that passes fails no request that has time left"


@dataclass(frozen=True)
class Violation:
    """A guarantee that did not hold."""

    guarantee: Guarantee
    what: str

    def __str__(self) -> str:
        return f"{self.guarantee.value}: {self.what}"


def violations(world: World) -> list[Violation]:
    """What did not hold in a world, at any time so far."""
    return [*_of_the_world(world), *(one for sent in world.sent.values() for one in _of_a_request(world, sent))]


def left_over(world: World, key: tuple[str, str]) -> list[Violation]:
    """What is left of a resource that is deleted."""
    # A package without its mark is found by its id alone; what a person did to it is not ours to response for.
    lost = [one for one in world.living(key) if one not in world.unmarked | world.once_retained]
    found = [Violation(Guarantee.NO_ORPHAN, f"{one} of {key[1]}") for one in lost]
    return found + [Violation(Guarantee.NO_COPY, one) for one in world.store.keys(STAGING)]


def _of_the_world(world: World) -> Iterator[Violation]:
    now = world.packages_not_ours()
    for package_id, before in world.not_ours.items():
        if now.get(package_id) != before:
            yield Violation(Guarantee.NOTHING_FOREIGN, f"{package_id} is not what it was")
    for write in world.writes:
        sent = world.sent[write.request]
        what = f"{write.operation} {write.package_id} by {sent.event['RequestType']} {write.request}"
        if write.package_id and world.made.get(write.package_id) != sent.key and not _adopts(world, sent, write):
            yield Violation(Guarantee.NOTHING_FOREIGN, what)
        if write.moment >= sent.expires:
            yield Violation(Guarantee.NOTHING_LATE, f"{what}, {write.moment - sent.expires:.0f} s late")
        if _is_unawaited(world, sent, write):
            yield Violation(Guarantee.NOTHING_UNAWAITED, f"{what}, {write.moment - sent.over:.0f} s after its end")
    for kept in world.retained:
        if kept not in world.living(world.made[kept]):
            yield Violation(Guarantee.RETAINED, kept)
    for line in world.leaks:
        yield Violation(Guarantee.SECRETS, line)


def _adopts(world: World, sent: Sent, write: Write) -> bool:
    """Whether it is a write to what the request is to adopt. Until it has, nobody deletes that."""
    return write.operation == "UpdatePackage" and world.adopting.get(write.package_id) == sent.key


def _is_unawaited(world: World, sent: Sent, write: Write) -> bool:
    """Whether CloudFormation could have told that it does not wait any more, and was not asked or not listened to."""
    if world.stacks.error or sent.event["RequestType"] == "Delete":
        return False
    if write.operation == "DeletePackage" and _made_in_vain(world, write):
        return False  # what it has made itself goes in any case
    late = world.stacks.lag + HOLDS_FOR + IN_FLIGHT
    return write.moment > max(sent.over + late, sent.signed + FRESH_FOR + IN_FLIGHT)


def _made_in_vain(world: World, write: Write) -> bool:
    made = [one for one in world.writes if one.operation == "CreatePackage" and one.package_id == write.package_id]
    return bool(made) and made[0].request == write.request and not world.model.versions(write.package_id)


def _of_a_request(world: World, sent: Sent) -> Iterator[Violation]:
    name = f"{sent.event['RequestType']} {sent.event['RequestId']}"
    yield from _of_its_writes(world, sent, name)
    if sent.cancelled or (sent.response is None and sent.lost):
        return  # nobody heard its response
    if sent.response is None:
        yield Violation(Guarantee.IN_TIME, f"{name}: {len(sent.responses)} responses, none in time")
        return
    yield from _of_its_responses(world, sent, name)
    for what in _not_as_wanted(world, sent, sent.response):
        yield Violation(Guarantee.AS_WANTED, f"{name}: {what}")


def _of_its_writes(world: World, sent: Sent, name: str) -> Iterator[Violation]:
    request = sent.event["RequestId"]
    writes = [one for one in world.writes if one.request == request and one.applied]
    created = [one.package_id for one in writes if one.operation == "CreatePackage"]
    # A retry may make it again where an earlier attempt had removed what failed: there never are two.
    removed = {one.package_id for one in writes if one.operation == "DeletePackage"} & set(created)
    if len(created) > 1 + len(removed) + sent.removed_by_hand:
        yield Violation(Guarantee.ONE_PACKAGE, f"{name} made {created}")
    made = [
        (one.package_id, version.name)
        for one in world.imports
        if one.request == request
        for version in world.model.versions(one.package_id)
        if version.created_at == one.due
    ]
    if len(made) > 1 + sent.removed_by_hand and not sent.overlapped:
        yield Violation(Guarantee.ONE_VERSION, f"{name} made {made}")


def _of_its_responses(world: World, sent: Sent, name: str) -> Iterator[Violation]:
    for response in sent.responses:
        if response.response.size > LONGEST_BODY:
            yield Violation(Guarantee.LIMITS, f"{name}: {response.response.size} bytes")
        if any(secret in response.response.body.decode() for secret in SECRETS):
            yield Violation(Guarantee.SECRETS, f"{name}: {response.reason}")
        if response.invocation in world.continued and "could not be continued" not in response.reason:
            yield Violation(Guarantee.ONE_RESPONSE, f"{name}: continued and responded: {response.reason}")
    bodies = Counter(invocation for invocation, _ in {(one.invocation, one.response.body) for one in sent.responses})
    if any(times > 1 for times in bodies.values()):
        yield Violation(Guarantee.ONE_RESPONSE, f"{name}: one invocation gave several")
    # A delivery that comes after the end says so; nobody listens to it.
    following = [one.signed for one in world.sent.values() if one.key == sent.key and one.signed > sent.signed]
    until = min([sent.expires, *following])
    heard = [one for one in sent.responses if one.moment <= until and not _comes_after_the_end(sent, one)]
    # Of two that fail at once, one may still see the package that the other removes: either id is good for the Delete.
    told = {(one.status, "" if sent.overlapped and one.status == "FAILED" else one.physical_id) for one in heard}
    if len(told) > 1 and not sent.disturbed:
        yield Violation(Guarantee.ONE_RESPONSE, f"{name}: {sorted(told)}")
    elif len({json.dumps(one.attributes) for one in heard}) > 1 and not (sent.overlapped or sent.disturbed):
        yield Violation(Guarantee.ONE_RESPONSE, f"{name}: {[one.attributes for one in heard]}")
    first = sent.responses[0]
    if NOT_AWAITED in first.reason:
        yield Violation(Guarantee.IN_TIME, f"{name}: {first.reason}")
    if not _is_real(world, sent, first):
        yield Violation(Guarantee.REAL_ID, f"{name}: {first.physical_id}, and there is {first.living}: {first.reason}")


def _comes_after_the_end(sent: Sent, response: Received) -> bool:
    """Whether it says that it comes too late: nobody listens any more."""
    no_time_left = response.moment > sent.expires - LONGEST_MARGIN and response.status == "FAILED"
    return NOT_AWAITED in response.reason or (response.moment > sent.over and no_time_left)


def _is_real(world: World, sent: Sent, response: Received) -> bool:
    several = sent.overlapped or (sent.disturbed and sent.died)
    if several and response.status == "FAILED" and sent.event["RequestType"] == "Create":
        return True  # another delivery is at work, and deletes what it has made in vain itself
    if sent.event["RequestType"] == "Create":
        to_be_known = [one for one in response.living if one not in world.unmarked]
        if response.package is not None:  # also one that is being deleted
            return response.physical_id in response.living or not to_be_known
        # One that has just gone is as good as none: its Delete succeeds.
        just_gone = (response.status == "FAILED" or sent.disturbed) and world.made.get(response.physical_id) == sent.key
        return not to_be_known and (just_gone or not is_package_id(response.physical_id))
    if response.status == "FAILED" or sent.event["RequestType"] == "Delete":
        return response.physical_id == str(sent.event["PhysicalResourceId"])
    return is_package_id(response.physical_id)


def _not_as_wanted(world: World, sent: Sent, response: Received) -> Iterator[str]:
    """What a SUCCESS promised that is not so."""
    if response.status != "SUCCESS" or sent.event["RequestType"] == "Delete" or sent.disturbed or sent.overlapped:
        return
    package, wanted = response.package, sent.event["ResourceProperties"]
    if package is None:
        yield f"there is no package {response.physical_id}"
        return
    if package["PackageStatus"] != "AVAILABLE":
        yield f"its status is {package['PackageStatus']}"
    # One that was adopted keeps its name where the template gives none.
    named = "PackageName" in wanted or response.physical_id not in world.adopting
    if named and package["PackageName"] != _name(sent, wanted):
        yield f"its name is {package['PackageName']}"
    told, there_is = response.attributes.get("PackageVersion"), package.get("AvailablePackageVersion")
    if told != there_is:
        yield f"it told of {told}, and there is {there_is}"
    if response.edited:  # what is in it is not always ours to repair
        return
    text, mark = read(package.get("PackageDescription", ""))
    if mark is None or text != wanted.get("PackageDescription", ""):
        yield f"its description is {package.get('PackageDescription')}"
    if response.content != _content(world, wanted):
        yield f"its content is {response.content!r}"


def _name(sent: Sent, wanted: dict[str, Any]) -> str:
    vended = wanted.get("PackageVendingOptions", {}).get("VendingEnabled") == "true"
    owner = Owner(*sent.key, sent.event["RequestId"])
    return wanted.get("PackageName") or generated_name(owner, wanted["PackageType"], vended)


def _content(world: World, wanted: dict[str, Any]) -> bytes | None:
    if "PackageContent" in wanted:
        return str(wanted["PackageContent"]).encode()
    found = world.store.read(SOURCES, wanted["PackageSource"]["S3Key"])
    return found.body if found else None
