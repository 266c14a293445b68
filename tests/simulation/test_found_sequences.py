"""What the random sequences have found once, as stories of their own. Nothing is excused here.

The number in a name is the seed that has found it.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulation.boundaries import RESPONSE, Fault
from tests.simulation.cloudformation import Properties
from tests.simulation.names import RECIPE, SOURCES
from tests.simulation.package.templates import dictionary, unnamed
from tests.simulation.sequences import play as playing
from tests.simulation.sequences.play import Play
from tests.simulation.sequences.steps import Disturbance, Step
from tests.simulation.sequences.unknowns import Unknowns
from tests.simulation.violations import violations

FILE, BAD_FILE, BAD_STAGED_FILE = (unnamed(dictionary(key)) for key in ("old", "bad", "bad-kms"))
TEXT = unnamed(dictionary(PackageContent=f"{RECIPE}, recipe\n"))
VENDED = {"PackageVendingOptions": {"VendingEnabled": "true"}}
KILLED = Fault("killed", applied=True)
THROTTLED = Fault("throttled", applied=False)


def step(
    resource: int,
    kind: str,
    wanted: Properties,
    faults: dict[int, Fault] | None = None,
    by_hand: str | None = None,
    after: float = 0.0,
) -> Step:
    return Step(resource, kind, wanted, Disturbance(faults or {}, None, by_hand, after))


def unknowns(copying: float = 1.0, function_timeout: float = 900.0, **behaviour: Any) -> Unknowns:
    return Unknowns(behaviour, copying, function_timeout, {}, (False, False, False))


@pytest.fixture(autouse=True)
def _nothing_is_excused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playing, "excuse", lambda *_: None)


def play(unknowns: Unknowns, steps: list[Step]) -> list[str]:
    """The calls of the last step, after all guarantees have held."""
    life = Play(unknowns)
    for one in steps:
        life.step(one)
        assert violations(life.world) == []
    calls = list(life.world.boundaries.crossed)
    assert life.end() == []
    return calls


def _last(steps: list[Step], faults: dict[int, Fault]) -> list[Step]:
    last = steps[-1]
    told = Disturbance(faults, None, last.disturbance.by_hand, last.disturbance.by_hand_after)
    return [*steps[:-1], Step(last.resource, last.kind, last.wanted, told)]


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param([step(0, "apply", FILE), step(1, "cancel", TEXT, after=6.0)], id="700010"),
        pytest.param(
            [
                step(0, "apply", FILE),
                step(0, "apply", FILE),
                step(0, "delete", FILE),
                step(0, "cancel", TEXT, after=13.25),
            ],
            id="920115",
        ),
    ],
)
def test_no_copy_of_a_cancelled_create_stays_whichever_call_is_throttled(steps: list[Step]) -> None:
    calls = play(unknowns(copying=15.0, function_timeout=10.0), steps)
    for index in range(len(calls)):
        play(unknowns(copying=15.0, function_timeout=10.0), _last(steps, {index: THROTTLED}))


@pytest.mark.parametrize(
    ("behaviour", "steps"),
    [
        pytest.param(
            {"stale_reads": 2.0},
            [
                step(0, "apply", TEXT),
                step(0, "apply", TEXT | VENDED),
                step(1, "apply", FILE),
                step(0, "apply", TEXT | VENDED, by_hand="delete"),
            ],
            id="810015",
        ),
        pytest.param(
            {},
            [
                step(0, "apply", FILE),
                step(1, "apply", FILE | VENDED),
                step(0, "apply", TEXT),
                step(1, "apply", TEXT, by_hand="delete", after=3.0),
            ],
            id="3000088",
        ),
        pytest.param(
            {},
            [
                *[step(0, "apply", FILE)] * 4,
                step(0, "apply", TEXT, by_hand="delete", after=3.0),
            ],
            id="3000388",
        ),
    ],
)
def test_an_update_that_was_responded_to_and_comes_again_makes_no_package_that_nobody_knows(
    behaviour: dict[str, Any], steps: list[Step]
) -> None:
    # Somebody has deleted the package meanwhile.
    calls = play(unknowns(**behaviour), steps)
    play(unknowns(**behaviour), _last(steps, {calls.index(RESPONSE): KILLED}))


def test_all_deliveries_of_a_create_that_fails_give_the_same_response_3000315() -> None:
    steps = [step(0, "cancel", FILE), step(0, "apply", BAD_STAGED_FILE)]
    calls = play(unknowns(copying=15.0, function_timeout=10.0), steps)
    for index in range(len(calls)):
        play(unknowns(copying=15.0, function_timeout=10.0), _last(steps, {index: KILLED}))


def test_a_rollback_removes_the_replacement_also_where_the_quota_has_no_room_for_both_3000121() -> None:
    steps = [
        step(1, "apply", FILE, by_hand="delete", after=3.0),
        step(1, "undo, old id", TEXT | VENDED),
    ]
    assert "CreatePackage" in play(unknowns(quota=4), steps), "the package is made anew"


def test_a_rollback_removes_the_replacement_also_where_it_has_lost_its_name_20261319() -> None:
    def plugin(engine: str, **more: Any) -> Properties:
        archive = {"S3BucketName": SOURCES, "S3Key": f"{engine}.zip"}
        return {"PackageType": "ZIP-PLUGIN", "EngineVersion": f"OpenSearch_{engine}", "PackageSource": archive, **more}

    play(
        unknowns(), [step(0, "apply", plugin("2.17", PackageName="synonyms")), step(0, "undo, old id", plugin("2.15"))]
    )


def test_a_delivery_that_is_late_deletes_no_package_that_a_later_update_has_spoilt_3000195() -> None:
    # It bears the mark of the late request still, and the service has forgotten its version.
    replacement = Step(0, "apply", FILE, Disturbance({}, 31.0, None, 0.0))
    steps = [step(0, "apply", FILE | {"PackageName": "synonyms"}), replacement, step(0, "apply", BAD_FILE)]
    play(unknowns(description_shows="on-success", failed_update_keeps_version=False), steps)


def test_two_deliveries_of_a_create_that_fails_leave_nothing_whenever_one_of_them_dies_3000188() -> None:
    def create(faults: dict[int, Fault]) -> list[Step]:
        return [Step(0, "apply", BAD_FILE, Disturbance(faults, 5.0, None, 0.0))]

    for index in range(len(play(unknowns(), create({})))):
        play(unknowns(), create({index: Fault("killed", applied=False)}))


def test_a_cancelled_create_makes_no_second_package_when_its_delete_has_been_quick_33000065() -> None:
    # The response of CreatePackage is lost; the Delete has found the package, has deleted it, and is gone.
    lost, later = Fault("500", applied=True), Fault("throttled", applied=False)
    first = len(play(unknowns(), [step(0, "cancel", FILE)]))
    for index in range(first):
        for throttled in range(index + 1, first):
            play(unknowns(), [step(0, "cancel", FILE, {index: lost, throttled: later})])


def test_a_late_delivery_removes_what_it_has_made_though_the_first_one_has_removed_the_copy_of_its_source() -> None:
    late = Disturbance({}, 18.925507746986934, None, 0.0)
    play(unknowns(copying=15.0, function_timeout=20.0), [Step(1, "apply", BAD_STAGED_FILE, late)])
