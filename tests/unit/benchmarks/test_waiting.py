"""The benchmark of waiting: its arithmetic, and what it has to show."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks import claims
from benchmarks.crhelper_poller import CrhelperPoller
from benchmarks.our_provider import OurProvider, serve
from benchmarks.schedules import LOOP, PROVIDER_FRAMEWORK, TERRAFORM, Schedule
from benchmarks.timelines import allowed, phases
from benchmarks.waiting import OURS, WAITERS, Row, percentile_95, row


def first_looks(schedule: Schedule, count: int) -> list[float]:
    """Without the time that calls take."""
    looks: Iterator[float] = schedule.looks(0)
    return [next(looks) for _ in range(count)]


def test_the_loop_looks_every_five_seconds() -> None:
    assert first_looks(LOOP, 3) == [5, 10, 15]
    waited = LOOP.wait(11, 0.1)  # after 5.1, 10.2 and 15.3 s, and the import and the response are calls too
    assert waited is not None
    assert waited.delay == pytest.approx(15.4 - 11)
    assert waited.calls == 2 + 3


def test_the_provider_framework_looks_at_once_and_every_five_seconds_for_half_an_hour() -> None:
    assert first_looks(PROVIDER_FRAMEWORK, 3) == [0, 5, 10]
    assert PROVIDER_FRAMEWORK.wait(1799, 0) is not None
    assert PROVIDER_FRAMEWORK.wait(1801, 0) is None


def test_terraform_looks_after_half_a_minute_and_gives_up_after_twenty() -> None:
    assert first_looks(TERRAFORM, 5) == [30, 45, 55, 65, 75]
    assert TERRAFORM.wait(1190, 0) is not None
    assert TERRAFORM.wait(1201, 0) is None


def test_crhelper_looks_every_two_minutes_and_removes_its_rule_before_it_responds() -> None:
    waited = CrhelperPoller().wait(130, 0.1)
    assert waited is not None
    assert waited.delay == pytest.approx(240 - 130, abs=1)
    assert waited.calls == 1 + 3 + 2 + 3 + 1  # CreatePackage, the rule, two looks, the rule, the response


@pytest.mark.parametrize(("stabilizing", "call"), [(1.5, 0.3), (9.9, 0.05), (62, 0.1), (950, 0.1)])
def test_ours_is_what_the_function_does(stabilizing: float, call: float) -> None:
    told, played = OurProvider().wait(stabilizing, call), serve(stabilizing, call).waited
    assert told is not None
    assert told.delay == pytest.approx(played.delay, abs=0.001)
    assert told.calls == played.calls


def test_phases_are_spread_evenly_over_a_quarter_of_the_time() -> None:
    assert phases(100, 5) == pytest.approx([102.5, 107.5, 112.5, 117.5, 122.5])


def test_the_95th_percentile_is_above_95_of_100() -> None:
    assert 95 <= percentile_95(range(1, 101)) <= 96


def test_who_times_out_has_no_mean() -> None:
    assert row(TERRAFORM, 1800, 0.1).fails
    assert not row(TERRAFORM, 60, 0.1).fails


@pytest.mark.parametrize(("seconds", "promised"), [(2, 1), (100, 10), (2700, 15)])
def test_the_promise_is_a_second_or_a_tenth_at_most_fifteen(seconds: float, promised: float) -> None:
    assert allowed(seconds) == promised


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    times = (1, 5, 10, 30, 60, 180, 300, 900, 2700)
    own = [row(OURS, seconds, call) for call in (0.05, 0.1, 0.3) for seconds in times]
    return own + [
        row(waiter, seconds, call) for call in (0.05, 0.1) for seconds in (1, 5, 60, 180, 300) for waiter in WAITERS[1:]
    ]


def test_what_the_page_claims_of_waiting_holds(rows: list[Row]) -> None:
    broken = [claim.text for claim in claims.of_waiting(rows) if not claim.holds]
    assert broken == []


def test_claims_can_fail(rows: list[Row]) -> None:
    slow = [
        Row(one.waiter, one.seconds, one.call, 200, 200, 900, 0, (2, 2)) if one.waiter == OURS.name else one
        for one in rows
    ]
    assert not any(claim.holds for claim in claims.of_waiting(slow) if "0.3 s" not in claim.text)
