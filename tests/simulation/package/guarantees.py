"""What is guaranteed of packages, checked on what has happened in a world."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lambda_handler.opensearch import is_package_id
from lambda_handler.ownership import Owner, read
from lambda_handler.package.properties import generated_name
from tests.simulation.guarantees import Guarantee, Violation
from tests.simulation.names import SOURCES, STAGING
from tests.simulation.package.facts import WRITES, Then
from tests.simulation.world import Received, Sent, World, Write


def of_the_world(world: World) -> Iterator[Violation]:
    """What did not hold of all that there is."""
    facts = world.packages
    now = facts.all_not_ours()
    for package_id, before in facts.not_ours.items():
        if now.get(package_id) != before:
            yield Violation(Guarantee.NOTHING_FOREIGN, f"{package_id} is not what it was")
    for write in (one for one in world.writes if one.operation in WRITES):
        sent = world.sent[write.request]
        if write.package_id and facts.made.get(write.package_id) != sent.key and not _adopts(world, sent, write):
            yield Violation(Guarantee.NOTHING_FOREIGN, f"{write} by {sent}")
        if write.operation == "DeletePackage" and _is_taken_up(world, sent, write.package_id):
            yield Violation(Guarantee.NOTHING_FOREIGN, f"{write} by {sent}, after a later Create has taken it up")
    for kept in facts.retained:
        if kept not in facts.living(facts.made[kept]):
            yield Violation(Guarantee.RETAINED, kept)


def _is_taken_up(world: World, sent: Sent, package_id: str) -> bool:
    """Whether a Delete of an id that names nothing comes when the resource has that package's id."""
    if sent.event["RequestType"] != "Delete" or is_package_id(sent.event["PhysicalResourceId"]):
        return False
    return world.known_id(sent) == package_id


def _adopts(world: World, sent: Sent, write: Write) -> bool:
    """Whether it is a write to what the request is to adopt. Until it has, nobody deletes that."""
    return write.operation == "UpdatePackage" and world.packages.adopting.get(write.package_id) == sent.key


def takes_back(world: World, write: Write) -> bool:
    """Whether a write deletes the package that its own request has made in vain."""
    if write.operation != "DeletePackage":
        return False
    made = [one for one in world.writes if one.operation == "CreatePackage" and one.package_id == write.package_id]
    return bool(made) and made[0].request == write.request and not world.model.versions(write.package_id)


def of_its_writes(world: World, sent: Sent) -> Iterator[Violation]:
    """What did not hold of what a request has written."""
    request = sent.event["RequestId"]
    writes = [one for one in world.writes if one.request == request and one.applied]
    created = [one.package_id for one in writes if one.operation == "CreatePackage"]
    # A retry may make it again where an earlier attempt had removed what failed: there never are two.
    removed = {one.package_id for one in writes if one.operation == "DeletePackage"} & set(created)
    if len(created) > 1 + len(removed) + sent.removed_by_hand:
        yield Violation(Guarantee.ONE_PACKAGE, f"{sent} made {created}")
    made = [
        (one.package_id, version.name)
        for one in world.packages.imports
        if one.request == request
        for version in world.model.versions(one.package_id)
        if version.created_at == one.due
    ]
    if len(made) > 1 + sent.removed_by_hand and not sent.overlapped:
        yield Violation(Guarantee.ONE_VERSION, f"{sent} made {made}")


def wrong_id(world: World, sent: Sent, response: Received) -> str:
    """Why the id in a response is not the real PackageID; empty where it is."""
    return "" if _is_real(world, sent, response) else f"there is {_then(response).living}"


def _is_real(world: World, sent: Sent, response: Received) -> bool:
    several = sent.overlapped or (sent.disturbed and sent.died)
    if several and response.status == "FAILED" and sent.event["RequestType"] == "Create":
        return True  # another delivery is at work, and deletes what it has made in vain itself
    if sent.event["RequestType"] == "Update":
        return is_package_id(response.physical_id)
    facts, then = world.packages, _then(response)
    # What was kept on purpose, or is another Create's that has failed, is nothing that this request has made.
    to_be_known = [one for one in then.living if one not in facts.unmarked | facts.once_retained | facts.left]
    if then.package is not None:  # also one that is being deleted
        return response.physical_id in then.living or not to_be_known
    # One that has just gone is as good as none: its Delete succeeds.
    just_gone = (response.status == "FAILED" or sent.disturbed) and facts.made.get(response.physical_id) == sent.key
    return not to_be_known and (just_gone or not is_package_id(response.physical_id))


def _then(response: Received) -> Then:
    assert isinstance(response.then, Then), "it is a response about a package"
    return response.then


def not_as_wanted(world: World, sent: Sent, response: Received) -> Iterator[str]:
    """What a SUCCESS promised that is not so."""
    if response.status != "SUCCESS" or sent.event["RequestType"] == "Delete" or sent.disturbed or sent.overlapped:
        return
    then, wanted = _then(response), sent.event["ResourceProperties"]
    package = then.package
    if package is None:
        yield f"there is no package {response.physical_id}"
        return
    if package["PackageStatus"] != "AVAILABLE":
        yield f"its status is {package['PackageStatus']}"
    # One that was adopted keeps its name where the template gives none, and gives it to what replaces it.
    known_as = {response.physical_id, sent.event.get("PhysicalResourceId")}
    named = "PackageName" in wanted or not known_as & (world.packages.adopting.keys() | world.packages.heirs)
    if named and package["PackageName"] != _name(sent, wanted):
        yield f"its name is {package['PackageName']}"
    told, there_is = response.attributes.get("PackageVersion"), package.get("AvailablePackageVersion")
    if told != there_is:
        yield f"it told of {told}, and there is {there_is}"
    if then.edited:  # what is in it is not always ours to repair
        return
    text, mark = read(package.get("PackageDescription", ""))
    if mark is None or text != wanted.get("PackageDescription", ""):
        yield f"its description is {package.get('PackageDescription')}"
    if then.content != _content(world, wanted):
        yield f"its content is {then.content!r}"


def left_over(world: World, key: tuple[str, str]) -> Iterator[Violation]:
    """What is left of a resource that is deleted."""
    facts = world.packages
    # A package without its mark is found by its id alone; what a person did to it is not ours to answer for.
    for one in facts.living(key):
        if one not in facts.unmarked | facts.once_retained:
            yield Violation(Guarantee.NO_ORPHAN, f"{one} of {key[1]}")
    for copy in world.store.keys(STAGING):
        yield Violation(Guarantee.NO_COPY, copy)


def _name(sent: Sent, wanted: dict[str, Any]) -> str:
    vended = wanted.get("PackageVendingOptions", {}).get("VendingEnabled") == "true"
    owner = Owner(*sent.key, sent.event["RequestId"])
    return wanted.get("PackageName") or generated_name(owner, wanted["PackageType"], vended)


def _content(world: World, wanted: dict[str, Any]) -> bytes | None:
    if "PackageContent" in wanted:
        return str(wanted["PackageContent"]).encode()
    found = world.store.read(SOURCES, wanted["PackageSource"]["S3Key"])
    return found.body if found else None
