"""Waiting: closely at first, never for ever."""

from __future__ import annotations

import pytest

from lambda_handler.waiting import OutOfTime, Pending, TooLate, pause_after, repeat
from tests.unit.lambda_handler.harness import FakeClock

A_LOOK_AND_THE_ANSWER = 0.3  # seconds
PENDING = Pending("importing the package", "COPYING")


def never(_: Exception) -> None:
    return None


@pytest.mark.parametrize("settles_after", [1, 3, 10, 30, 100, 600, 2700])
def test_a_settled_package_is_noticed_in_time(settles_after: float) -> None:
    clock = FakeClock()
    begun = clock.now()
    repeat(lambda: clock.now() >= begun + settles_after or PENDING, clock=clock, until=begun + 3600, passing=never)
    late = clock.now() - begun - settles_after
    assert late + A_LOOK_AND_THE_ANSWER <= min(max(1, settles_after / 10), 15)


def test_pauses_only_grow() -> None:
    pauses = [pause_after(seconds) for seconds in range(3600)]
    assert pauses == sorted(pauses)


def test_gives_up_exactly_in_time_and_says_what_it_waited_for() -> None:
    clock = FakeClock()
    begun = clock.now()
    with pytest.raises(
        OutOfTime, match="importing the package took longer than there was time for; last seen: COPYING"
    ):
        repeat(lambda: PENDING, clock=clock, until=begun + 100, passing=never)
    assert clock.now() == begun + 100


def test_looks_once_even_when_there_is_no_time() -> None:
    clock = FakeClock()
    assert repeat(lambda: "there", clock=clock, until=clock.now() - 1, passing=never) == "there"


def test_an_error_that_passes_is_waited_out_and_one_that_does_not_is_raised() -> None:
    clock = FakeClock()
    errors: list[Exception] = [TimeoutError(), TimeoutError()]

    def step() -> str | Pending:
        if errors:
            raise errors.pop()
        return "there"

    def passing(error: Exception) -> str | None:
        return "timed out" if isinstance(error, TimeoutError) else None

    assert repeat(step, clock=clock, until=clock.now() + 60, passing=passing) == "there"
    errors = [ValueError()]
    with pytest.raises(ValueError):  # noqa: PT011 - the very one
        repeat(step, clock=clock, until=clock.now() + 60, passing=passing)


def test_an_error_that_does_not_pass_in_time_is_the_reason() -> None:
    clock = FakeClock()

    def step() -> Pending:
        raise TimeoutError

    with pytest.raises(OutOfTime, match=r"^CreatePackage was denied$"):
        repeat(step, clock=clock, until=clock.now() + 10, passing=lambda _: "CreatePackage was denied")


def test_a_write_for_which_no_time_is_left_does_not_hide_what_came_before() -> None:
    clock = FakeClock()
    until = clock.now() + 10

    def step() -> Pending:
        if clock.now() >= until:
            raise TooLate
        return PENDING

    with pytest.raises(OutOfTime, match="last seen: COPYING"):
        repeat(step, clock=clock, until=until, passing=never)


def test_a_last_look_that_fails_does_not_hide_what_was_waited_for() -> None:
    clock = FakeClock()
    until = clock.now() + 10

    def step() -> Pending:
        if clock.now() >= until:
            raise TimeoutError
        return PENDING

    with pytest.raises(OutOfTime, match=r"importing the package took longer .* COPYING; and then: timed out"):
        repeat(step, clock=clock, until=until, passing=lambda _: "timed out")
