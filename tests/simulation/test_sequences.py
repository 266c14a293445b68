"""Random lives of stacks, with faults, duplicate deliveries and changes by hand, on a service of random behaviour.

Reproduce a failure with the seed that it prints: `make simulate SEED=... SECONDS=...`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from lambda_handler.ownership import Owner, fingerprint
from local_aws.packages import ServiceError
from local_aws.packages.seen import as_seen
from tests.simulation.boundaries import FAULTS, Fault
from tests.simulation.cloudformation import CLEANS_UP_AFTERWARDS, Properties
from tests.simulation.guarantees import Violation
from tests.simulation.limits import excuse
from tests.simulation.names import ENGINES, LOGICAL_ID, OTHER, RECIPE, SHOP
from tests.simulation.package.resource import PackageResource
from tests.simulation.package.templates import dictionary, source, unnamed
from tests.simulation.tally import counts
from tests.simulation.violations import left_over, violations
from tests.simulation.world import RETRIED_AFTER, World

SECONDS = float(os.environ.get("SIMULATE_SECONDS", "40"))
SEED = int(os.environ.get("SIMULATE_SEED", "0"))
# A delivery after this many seconds does not keep CloudFormation from going on.
LATE = 30.0
# What CloudFormation and people need at least between two operations of a stack, in seconds.
BETWEEN_OPERATIONS = 11.0
SHARES = 4  # of the time and of the seeds, so that several workers of pytest-xdist can play at once
ROUND = 50  # sequences, before the time is looked at

RESOURCES = ((SHOP, LOGICAL_ID), (SHOP, "Second"), (OTHER, "Second"))


@dataclass(frozen=True)
class Unknowns:
    """How the service and CloudFormation behave, and how long things take.

    Attributes:
        behaviour: of the service.
        copying: how long an import takes, in seconds.
        function_timeout: how long an invocation may run, in seconds.
        stacks: what CloudFormation tells of its stacks: fields of `StackBook`.
        retains: which of the resources have Retain policies.
    """

    behaviour: dict[str, Any]
    copying: float
    function_timeout: float
    stacks: dict[str, Any]
    retains: tuple[bool, ...]

    def world(self) -> World:
        """A world like that."""
        times = {"copying": self.copying, "validating": 1, "deleting": 2, "utf8_checked": True}
        world = World(as_seen(**{**times, **self.behaviour}), self.function_timeout)
        for name, value in self.stacks.items():
            setattr(world.stacks, name, value)
        return world


@dataclass(frozen=True)
class Disturbance:
    """What else happens while a request is served.

    Attributes:
        faults: which of the calls go wrong, and how.
        again_after: when the same request is delivered once more, its response may have come long before; None for
            never.
        by_hand: what somebody does to the package; None for nothing.
        by_hand_after: when.
    """

    faults: dict[int, Fault]
    again_after: float | None
    by_hand: str | None
    by_hand_after: float


@dataclass(frozen=True)
class Step:
    """An operation on one of the resources.

    Attributes:
        resource: which.
        kind: `apply` creates or updates, `undo` updates and rolls back though it went well, `undo, old id` the same
            with the id from before the update, `cancel` deletes while the Create is on its way, `delete` deletes,
            `take name` has somebody else make a package of that name, `adopt` creates it from a package that somebody
            else has made, `wait` lets a day go by.
        wanted: the properties.
        disturbance: what else happens.
    """

    resource: int
    kind: str
    wanted: Properties
    disturbance: Disturbance


# -- what there may be ------------------------------------------------------------------------------------------------


def _either(name: str, *values: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Mostly the default, which is what is likeliest."""
    return st.one_of(st.just({}), st.sampled_from(values).map(lambda value: {name: value}))


UNKNOWNS = st.builds(
    lambda parts, pace, stacks, retains: Unknowns(
        {name: value for part in parts for name, value in part.items()}, pace[0], pace[1], stacks, retains
    ),
    st.tuples(
        _either("stale_reads", 2.0),
        _either("description_shows", "on-success", "at-once-and-reverts"),
        _either("missing_described", "validation", "not-found"),
        _either("missing_named", "not-found"),
        _either("deleted_record", 3600.0),
        _either("name_taken_after_delete", 15.0),
        _either("name_taken_while_deleting", False),
        _either("update_while_importing", "accept", "conflict"),
        _either("delete_while_importing", "conflict", "validation"),
        _either("delete_while_deleting", "accept", "validation"),
        _either("description_update_makes_version", False),
        _either("failed_update_keeps_version", False),
        _either("update_never_available", "validation", "conflict"),
        _either("history_order", "oldest-first"),
        _either("page_size", 1),
        _either("quota", 4),
    ),
    st.sampled_from([(1.0, 900.0), (15.0, 10.0), (15.0, 8.0), (45.0, 15.0), (130.0, 60.0)]),
    st.sampled_from([{}, {}, {"lag": 2.0}, {"forgets_deleted": True}, {"error": "AccessDenied"}]),
    st.tuples(*[st.sampled_from([False, False, True]) for _ in RESOURCES]),
)


@st.composite
def properties(draw: st.DrawFn) -> Properties:
    """What a template may say."""
    content: Properties = draw(
        st.one_of(
            st.sampled_from(["old", "new", "old-kms", "new-kms", "bad", "bad-kms"]).map(_dictionary),
            st.just(_dictionary("", PackageContent=f"{RECIPE}, recipe\n")),
            st.sampled_from(ENGINES).map(_plugin),
        )
    )
    more = (
        _either("PackageName", "synonyms", "thesaurus", "made-by-hand"),
        _either("PackageDescription", "Shop synonyms"),
        _either("PackageVendingOptions", {"VendingEnabled": "true"}),
        _either("ServiceTimeout", "300"),
    )
    return {**content, **{name: value for part in more for name, value in draw(part).items()}}


def _dictionary(key: str, **more: Any) -> Properties:
    return unnamed(dictionary(key, **more))


def _plugin(engine: str) -> Properties:
    return {
        "PackageType": "ZIP-PLUGIN",
        "EngineVersion": f"OpenSearch_{engine}",
        "PackageSource": source("old") | {"S3Key": f"{engine}.zip"},
    }


def _leave_lambda_a_try(faults: dict[int, Fault]) -> bool:
    """Lambda tries three times. What died each time is responded by nobody, and CloudFormation cannot know its id."""
    return sum(fault.how == "killed" for fault in faults.values()) <= len(RETRIED_AFTER)


DISTURBANCES = st.builds(
    Disturbance,
    faults=st.dictionaries(st.integers(0, 40), st.sampled_from(FAULTS), max_size=3).filter(_leave_lambda_a_try),
    again_after=st.one_of(st.none(), st.floats(0, 30), st.floats(30, 600)),
    by_hand=st.one_of(st.none(), st.none(), st.sampled_from(["delete", "edit", "unmark"])),
    by_hand_after=st.floats(0, 30),
)
STEPS = st.builds(
    Step,
    resource=st.integers(0, len(RESOURCES) - 1),
    kind=st.sampled_from([*["apply"] * 4, "undo", "undo, old id", "cancel", "delete", "adopt", "take name", "wait"]),
    wanted=properties(),
    disturbance=DISTURBANCES,
)


# -- playing it -------------------------------------------------------------------------------------------------------


class Play:
    """One sequence."""

    def __init__(self, unknowns: Unknowns) -> None:
        self.world = unknowns.world()
        self.resources = [
            PackageResource(self.world, *key, retains=retains)
            for key, retains in zip(RESOURCES, unknowns.retains, strict=True)
        ]

    def step(self, step: Step) -> None:
        """One operation, with all that follows."""
        counts["operations"] += 1
        counts["struck"] += len(step.disturbance.faults)
        resource = self.resources[step.resource]
        self.world.clockwork.sleep(BETWEEN_OPERATIONS)
        self.world.boundaries.plan(step.disturbance.faults)
        if step.kind == "wait":
            self.world.clockwork.sleep(86_400)
        elif step.kind == "take name":
            self._take_name(step.wanted.get("PackageName", "another"))
        elif step.kind == "delete":
            self._delete(resource, step.disturbance)
        elif step.kind == "cancel" and resource.physical_id is None:
            self._cancel(resource, step)
        elif step.kind == "adopt" and resource.physical_id is None:
            self._adopt(resource, step)
        elif resource.unfinished:
            resource.update(step.wanted)
            excuse(resource, list(self.world.sent.values())[-1])
        else:
            self._apply(resource, step)

    def end(self) -> list[Violation]:
        """Delete everything, undisturbed, and say what did not hold."""
        self.world.boundaries.plan({})
        self.world.run()
        self.world.clockwork.sleep(120)  # by then everybody sees everything
        for resource in self.resources:
            resource.retains = False
            resource.delete()
        self.world.run()
        left = [one for resource in self.resources for one in left_over(self.world, resource.type, resource.key)]
        return [*violations(self.world), *left]

    def _apply(self, resource: PackageResource, step: Step) -> None:
        created = resource.physical_id is None
        event = resource.creation(step.wanted) if created else resource.change(step.wanted)
        before = resource.properties
        self._send(resource, event, step.disturbance)
        if self.world.stacks.error:
            self.world.run()
        response = self.world.sent[event["RequestId"]].response
        undone = step.kind.startswith("undo") and not created and response is not None and response.status == "SUCCESS"
        if undone and response is not None:
            resource.undo(response.physical_id, step.wanted, before, known_as_new=step.kind == "undo")
        else:
            resource.follow_up(event)
        excuse(resource, self.world.sent[event["RequestId"]])

    def _adopt(self, resource: PackageResource, step: Step) -> None:
        """Somebody has made the package: a person, or a resource of another stack."""
        what = ("PackageType", "EngineVersion", "PackageVendingOptions")
        alike = {name: step.wanted[name] for name in what if name in step.wanted}
        if "EngineVersion" in alike:
            alike["PackageSource"] = step.wanted["PackageSource"]
        if "PackageVendingOptions" in alike:
            alike["PackageVendingOptions"] = {"VendingEnabled": True}
        theirs = Owner(OTHER, "Theirs", "elsewhere").sign("", fingerprint("elsewhere"))
        agreed = {"AdoptFrom": "other/Theirs"} if step.resource else {}
        try:
            name = f"adopt-{len(self.world.packages.adopting)}"
            made = self.world.packages.make_by_hand(name, theirs if agreed else "a person's", **alike)
        except ServiceError:
            return
        self.world.clockwork.sleep(300)  # until it is imported
        wanted = unnamed(step.wanted) | {"AdoptPackageID": made, **agreed}
        self._apply(resource, replace(step, wanted=wanted))

    def _delete(self, resource: PackageResource, disturbance: Disturbance) -> None:
        if resource.physical_id is not None:
            event = resource.removal()
            self._send(resource, event, disturbance)
            resource.follow_up(event)
            excuse(resource, self.world.sent[event["RequestId"]])

    def _cancel(self, resource: PackageResource, step: Step) -> None:
        """Another resource of the stack has failed while this one's Create is on its way."""
        # A Create that dies is repeated after a minute: then no Delete can wait for it.
        survived = {call: fault for call, fault in step.disturbance.faults.items() if fault.how != "killed"}
        self.world.boundaries.plan(survived)
        creation = resource.creation(step.wanted)
        self.world.sent[creation["RequestId"]].cancelled = True
        self.world.deliver(creation)
        self.world.clockwork.sleep(step.disturbance.by_hand_after)
        self.world.give_up(creation)
        removal = resource.removal(resource.invented_id, step.wanted, CLEANS_UP_AFTERWARDS)
        self.world.serve(removal)
        if self.world.stacks.error:
            self.world.run()
        excuse(resource, self.world.sent[creation["RequestId"]])

    def _send(self, resource: PackageResource, event: dict[str, Any], disturbance: Disturbance) -> None:
        sent = self.world.sent[event["RequestId"]]
        self.world.deliver(event)
        if disturbance.again_after is not None:
            counts["duplicates"] += 1
            sent.overlapped = True
            self.world.deliver(event, disturbance.again_after)
            if disturbance.again_after > LATE and not self.world.stacks.error:
                self.world.wait(event)
                return
        # Not both: what the second delivery of a failed Create makes, a person's change could keep from failing too.
        elif disturbance.by_hand is not None:
            counts["by hand"] += 1
            sent.disturbed = True
            do = {"delete": self._remove_by_hand, "edit": self._edit_by_hand, "unmark": self._unmark_by_hand}
            act = do[disturbance.by_hand]
            self.world.clockwork.start(lambda: self._by_hand(resource, act), disturbance.by_hand_after)
        self.world.run()

    # What people do.

    def _by_hand(self, resource: PackageResource, act: Callable[[str], None]) -> None:
        self.world.by_hand_at = self.world.clockwork.now()
        for package_id in self.world.packages.living(resource.key):
            try:
                act(package_id)
            except ServiceError:
                continue  # a person can be refused, too

    def _remove_by_hand(self, package_id: str) -> None:
        self.world.model.call("DeletePackage", {"PackageID": package_id})
        self.world.packages.retained.discard(package_id)
        for sent in self.world.sent.values():
            sent.removed_by_hand += 1

    def _edit_by_hand(self, package_id: str) -> None:
        self._write_by_hand(package_id, {})

    def _unmark_by_hand(self, package_id: str) -> None:
        self._write_by_hand(package_id, {"PackageDescription": "edited"})
        self.world.packages.unmarked.add(package_id)

    def _write_by_hand(self, package_id: str, more: dict[str, str]) -> None:
        package = self.world.model.package(package_id) or {}
        engine = package.get("EngineVersion", "").removeprefix("OpenSearch_")
        content = source("new") | ({"S3Key": f"{engine}.zip"} if engine else {})
        self.world.model.call("UpdatePackage", {"PackageID": package_id, "PackageSource": content, **more})
        self.world.packages.edited.add(package_id)

    def _take_name(self, name: str) -> None:
        try:
            made = self.world.packages.make_by_hand(name, "a person's")
        except ServiceError:
            return
        self.world.clockwork.sleep(200)  # until it is imported
        self.world.packages.keep_as_it_is(made)


def play(unknowns: Unknowns, steps: list[Step]) -> None:
    """One sequence, and the guarantees after each of its operations and at its end."""
    counts["sequences"] += 1
    life = Play(unknowns)
    for step in steps:
        life.step(step)
        assert not (broken := violations(life.world)), "\n".join(map(str, broken))
    assert not (broken := life.end()), "\n".join(map(str, broken))


@pytest.mark.parametrize("share", range(SHARES))
def test_the_guarantees_hold_in_random_sequences(share: int) -> None:
    begun, this, failures = time.monotonic(), SEED + share, []
    while time.monotonic() - begun < SECONDS / SHARES:
        try:
            _round(this)
        except AssertionError as failure:
            failures.append(f"{failure}\n{''.join(getattr(failure, '__notes__', []))}")
        this += SHARES
    counts["milliseconds"] += round(1000 * (time.monotonic() - begun))
    assert not failures, "\n\n".join(failures)


def _round(this: int) -> None:
    sequences = seed(this)(
        settings(
            max_examples=ROUND,
            deadline=None,
            database=None,
            print_blob=True,
            report_multiple_bugs=False,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )(given(UNKNOWNS, st.lists(STEPS, min_size=1, max_size=6))(play))
    )
    try:
        sequences()
    except AssertionError as failure:
        failure.add_note(f"Reproduce with: make simulate SEED={this} SECONDS=1")
        raise
