"""What is guaranteed of packages on domains, checked on what has happened in a world."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from lambda_handler.association import resource_id
from lambda_handler.association.resource_id import ResourceId
from lambda_handler.cloudformation.physical_ids import request_of_unknown, says_nothing_created
from lambda_handler.opensearch import IMPORTING
from lambda_handler.ownership import Owner
from tests.simulation.association.facts import WRITES, Asked, Details, Place, Then, Undone
from tests.simulation.guarantees import Guarantee, Violation
from tests.simulation.world import Received, Sent, World, Write

# What it takes at least to take back what was made in vain: the response is due before ServiceTimeout, in seconds.
TIME_TO_TAKE_BACK = 120.0


def of_the_world(world: World) -> Iterator[Violation]:
    """What did not hold of all that there is."""
    facts = world.associations
    now = facts.on_domains()
    for place, before in facts.not_ours.items():
        if now.get(place) != before:
            yield Violation(Guarantee.NOTHING_FOREIGN, f"{_told(place)} is not what it was")
    # Of two deliveries neither knows what the other does; and others may have taken off what was asked for.
    alone = {key for key, sent in world.sent.items() if not (sent.overlapped or sent.disturbed)}
    for write in (one for one in facts.impatient if one.request in alone):
        yield Violation(Guarantee.PATIENT, f"{write} by {world.sent[write.request]}")
    for write, place in (one for one in facts.not_its_own if one[1] not in facts.excused):
        what = f"{write} by {world.sent[write.request]}, which has not put {place[1]} there"
        yield Violation(Guarantee.NOTHING_FOREIGN, what)
    for undone in facts.undone:
        yield from _not_as_before(world, undone)
        yield from _not_taken_back(world, undone)


def of_its_writes(world: World, sent: Sent) -> Iterator[Violation]:
    """What did not hold of what a request has written."""
    facts, event = world.associations, sent.event
    wanted = facts.named_by(event["ResourceProperties"])
    named = wanted + facts.named_by(event.get("OldResourceProperties", {}))
    for write in (one for one in world.writes if one.request == event["RequestId"]):
        if write.operation not in WRITES:
            yield Violation(Guarantee.NOTHING_FOREIGN, f"{write} by {sent}, which is about associations")
        may_be = wanted if write.operation == "AssociatePackages" else named
        for package_id in write.package_ids:
            if not facts.is_named(may_be, (write.domain, package_id)):
                yield Violation(Guarantee.NOTHING_FOREIGN, f"{write} by {sent}, which does not name {package_id}")
        known = resource_id.read(str(event.get("PhysicalResourceId", "")))
        is_delete = event["RequestType"] == "Delete" and not world.stacks.error  # else nobody tells it
        if is_delete and (_is_taken_over(world, sent, known) if known else _is_there_by_now(world, sent, write.domain)):
            yield Violation(Guarantee.NOTHING_FOREIGN, f"{write} by {sent}, after a later Create has taken it over")
    asked = [one for one in facts.asked if one.request == event["RequestId"] and not sent.overlapped]
    for what in _changes_too_often(world, sent, asked):
        yield Violation(Guarantee.ONE_CHANGE, f"{sent} {what}")


def _is_taken_over(world: World, sent: Sent, known: ResourceId) -> bool:
    """Whether a later Create goes on from the failed one whose id a Delete names: then the resource is that."""
    by_now = resource_id.read(world.known_id(sent))
    return bool(known.made) and by_now is not None and by_now.domain == known.domain


def _is_there_by_now(world: World, sent: Sent, domain: str) -> bool:
    """Whether a Delete of an id that names nothing comes when the resource exists on that domain."""
    known = resource_id.read(world.known_id(sent))
    return known is not None and known.domain == domain


def _changes_too_often(world: World, sent: Sent, asked: list[Asked]) -> Iterator[str]:
    """What a request has asked for again, although it had not failed; and what could have gone in one call."""
    associated = [one for one in asked if one.operation == "AssociatePackages"]
    first = {(one.place, one.version) for one in associated if not one.was}
    again = [(one.place, one.version) for one in associated if one.was and not one.has_failed]
    for what, times in Counter([*first, *again]).items():
        if times > 1:
            yield f"has associated {what} {times} times"
    for one in asked:
        if one.operation == "DissociatePackages" and one.was["DomainPackageStatus"] == "DISSOCIATING":
            yield f"has dissociated {_told(one.place)}, which was being dissociated"
    has_failed = any(one.has_failed for one in asked)
    is_refused_in_part = world.model.behaviour.refused_in_a_list != "nothing"
    of_it = (one for one in world.sent.values() if one.key == sent.key)
    domain = sent.event["ResourceProperties"].get("DomainName")
    is_held = any(place[0] == domain for place in world.associations.held)  # then each package is tried alone
    is_undone_in_vain = bool(world.stacks.error) and any(one.cancelled for one in of_it)  # the Create goes on
    if has_failed or is_refused_in_part or sent.disturbed or is_undone_in_vain or is_held:
        return
    for operation in WRITES:
        calls = Counter(one.moment for one in asked if one.operation == operation)
        if len(calls) > 1:
            yield f"has asked for {operation} in {len(calls)} calls"


def takes_back(world: World, write: Write) -> bool:
    """Whether a write takes off a domain what its own request has put there in vain."""
    if write.operation != "DissociatePackages":
        return False
    response = world.sent[write.request].response
    has_succeeded = response is not None and response.status == "SUCCESS" and response.moment < write.moment
    made = {one.place for one in world.associations.asked if one.request == write.request and one.made_it}
    return not has_succeeded and all((write.domain, one) in made for one in write.package_ids)


def wrong_id(world: World, sent: Sent, response: Received) -> str:
    """Why the id in a response is not the right one; empty where it is."""
    named, then = response.physical_id, _then(response)
    wanted = str(sent.event["ResourceProperties"].get("DomainName", ""))
    if response.status == "SUCCESS":
        owner = Owner(*sent.key, sent.event["RequestId"])
        right = str(ResourceId.of(wanted, owner))
        return "" if named == right else f"{right} is right"
    if sent.overlapped or sent.disturbed:
        return ""  # another delivery is at work, and takes back what it has made in vain itself
    left = {package_id for _, package_id in then.left}
    can_take_back = wanted not in then.busy and "DissociatePackages" not in world.boundaries.refused
    if left and can_take_back and response.moment + TIME_TO_TAKE_BACK < sent.expires:
        return f"{left} could have been taken back"
    known = resource_id.read(named)
    if known is None:
        is_ours = says_nothing_created(named) or bool(request_of_unknown(named))
        return "" if is_ours and not left else f"{left} is left"
    there_before = {package_id for domain, package_id in _in_use(then.had) if domain == wanted}
    if not known.made or there_before & set(known.made):
        return f"{there_before} was there before"
    return "" if left <= set(known.made) else f"{left} is left"


def not_as_wanted(world: World, sent: Sent, response: Received) -> Iterator[str]:
    """What a SUCCESS promised that is not so."""
    if response.status != "SUCCESS" or sent.disturbed or sent.overlapped:
        return
    facts, has, event = world.associations, _then(response).on_domains, sent.event
    wanted = facts.named_by(event["ResourceProperties"])
    if event["RequestType"] == "Delete":
        known = resource_id.read(str(event["PhysicalResourceId"]))
        is_rollback = event["RequestId"] in facts.rollbacks and not (known and known.made)
        if known is not None and not is_rollback and not _is_taken_over(world, sent, known):
            for place in has:
                is_told = place[1] in known.made if known.made else facts.is_named(wanted, place)
                if place[0] == known.domain and is_told and place not in facts.excused:
                    yield f"{_told(place)} is there still"
        return
    for number, entry in enumerate(wanted):
        places = [one for one in has if facts.is_named([entry], one)]
        if not places:
            yield f"{entry[1]} is not on {entry[0]}"
        for place in places[:1]:
            yield from _not_reached(world, sent, response, number, place)
    yield from _not_removed(world, sent, response)


def left_over(world: World, key: tuple[str, str]) -> Iterator[Violation]:
    """What is left of a resource that is deleted."""
    facts = world.associations
    for place in facts.on_domains():
        if facts.ours.get(place) == key and place not in facts.excused:
            yield Violation(Guarantee.NO_ORPHAN, f"{_told(place)} of {key[1]}")


def _not_reached(world: World, sent: Sent, response: Received, number: int, place: Place) -> Iterator[str]:
    """What is not so of a package that is to be on a domain."""
    details, waits = _then(response).on_domains[place], _waits(sent)
    status, version = details["DomainPackageStatus"], details.get("PackageVersion", "")
    is_right = {"ACTIVE", *(["DISSOCIATION_FAILED"] if world.model.behaviour.failed_dissociation_is_active else [])}
    if status not in is_right and (waits or status not in ("ASSOCIATING", "ASSOCIATION_FAILED")):
        yield f"{_told(place)} is {status}"
    oldest = _available(world, place[1], sent.signed)
    if status == "ACTIVE" and _number(version) < _number(oldest):
        yield f"{_told(place)} has {version}, and {oldest} was available"
    option = world.associations.named_by(sent.event["ResourceProperties"])[number][1].get("AssociationConfiguration")
    if option and _as_strings(details.get("AssociationConfiguration")) != option:
        yield f"{_told(place)} has {details.get('AssociationConfiguration')}"
    told = [response.attributes.get(f"{name}.{number}") for name in ("PackageID", "PackageVersion")]
    if told != [place[1], version] and (waits or told != [place[1], ""]):
        yield f"it told of {told}, and there is {version} of {_told(place)}"


def _not_removed(world: World, sent: Sent, response: Received) -> Iterator[str]:
    """What has left the list, and is on the domain still."""
    facts, event = world.associations, sent.event
    wanted = facts.named_by(event["ResourceProperties"])
    before = facts.named_by(event.get("OldResourceProperties", {}))
    if event["RequestType"] != "Update" or event["PhysicalResourceId"] != response.physical_id:
        return
    for place, details in _then(response).on_domains.items():
        is_going = details["DomainPackageStatus"] == "DISSOCIATING" and not _waits(sent)
        is_removed = facts.is_named(before, place) and not facts.is_named(wanted, place)
        if is_removed and not is_going and place in _then(response).ours - facts.excused:
            yield f"{_told(place)} is there still"


def _as_strings(value: Any) -> Any:
    """As CloudFormation tells it."""
    if isinstance(value, dict):
        return {name: _as_strings(one) for name, one in value.items()}
    return str(value).lower() if isinstance(value, bool) else value


def _waits(sent: Sent) -> bool:
    """Whether it is to wait until all is as desired."""
    return bool(sent.event["ResourceProperties"].get("Wait") != "false")


def _not_as_before(world: World, undone: Undone) -> Iterator[Violation]:
    """What was there before an operation that is undone, and is not there any more, or is older."""
    excused = undone.operation.touched | world.associations.excused
    for place, had in _in_use(undone.operation.had).items():
        has = undone.has.get(place, {})
        is_there = has.get("DomainPackageStatus") in ("ACTIVE", had["DomainPackageStatus"], "ASSOCIATION_FAILED")
        is_newer = _number(has.get("PackageVersion", "")) >= _number(had.get("PackageVersion", ""))
        is_coming = has.get("DomainPackageStatus") == "ASSOCIATING" and not _waits(undone.sent)
        if not ((is_there and is_newer) or is_coming) and place not in excused:
            what = f"{_told(place)} was {_state(had)}, and is {_state(has)} after {undone.sent}"
            yield Violation(Guarantee.WAS_THERE, what)


def _not_taken_back(world: World, undone: Undone) -> Iterator[Violation]:
    """What an operation has put onto a domain that is undone, and is there still."""
    facts, operation, event = world.associations, undone.operation, undone.sent.event
    wanted = facts.named_by(event["ResourceProperties"]) if event["RequestType"] == "Update" else []
    made = {one.place for one in facts.asked if one.request in operation.requests and one.made_it}
    excused = _in_use(operation.had).keys() | operation.touched | facts.excused
    if event["RequestType"] == "Delete":  # of what the operation has put onto that domain
        made = {place for place in made if place[0] == event["ResourceProperties"].get("DomainName")}
    for place in made & undone.has.keys() - excused:
        is_going = undone.has[place]["DomainPackageStatus"] == "DISSOCIATING" and not _waits(undone.sent)
        is_to_stay = facts.is_named(wanted, place) or place[0] == undone.to_be_cleaned
        if not is_going and not is_to_stay:
            yield Violation(Guarantee.NO_ORPHAN, f"{_told(place)} after {undone.sent}")


def _in_use(associations: dict[Place, Details]) -> dict[Place, Details]:
    """Those that an index may use: one that goes, or has failed before it had any version, is of use to nobody."""
    return {
        place: one
        for place, one in associations.items()
        if one["DomainPackageStatus"] in ("ACTIVE", "DISSOCIATION_FAILED")
        or (one.get("PackageVersion") and one["DomainPackageStatus"] != "DISSOCIATING")
    }


def _available(world: World, package_id: str, moment: float) -> str:
    """The version of a package that was available at a moment, or became so by an import that was under way."""
    line = world.model.packages[package_id].timeline
    record = line.at(moment)
    if record and record.status in IMPORTING:
        later = (one for since, one in line.entries if since > moment)
        record = next((one for one in later if one is None or one.status not in IMPORTING), record)
    return str(record.details.get("AvailablePackageVersion") or "") if record else ""


def _number(version: str) -> int:
    return int(version.removeprefix("v") or 0)


def _then(response: Received) -> Then:
    assert isinstance(response.then, Then), "it is a response about associations"
    return response.then


def _told(place: Place) -> str:
    return f"{place[1]} on {place[0]}"


def _state(details: Any) -> str:
    return f"{details['DomainPackageStatus']} {details.get('PackageVersion', '')}".rstrip() if details else "nothing"
