"""Waiting: closely at first, never for ever."""

from __future__ import annotations

import pytest

from lambda_handler.waiting import OutOfTime, Pending, pause_after, repeat
from tests.unit.lambda_handler.harness import FakeClock

PENDING = Pending("the package", "COPYING")


def never(_: Exception) -> bool:
    return False


@pytest.mark.parametrize("settles_after", [1, 3, 10, 30, 100, 600, 2700])
def test_a_settled_package_is_noticed_in_time(settles_after: float) -> None:
    clock = FakeClock()
    begun = clock.now()
    repeat(lambda: clock.now() >= begun + settles_after or PENDING, clock=clock, until=begun + 3600, passes=never)
    late = clock.now() - begun - settles_after
    assert late <= min(max(1, settles_after / 10), 15)


def test_pauses_only_grow() -> None:
    pauses = [pause_after(seconds) for seconds in range(3600)]
    assert pauses == sorted(pauses)


def test_gives_up_exactly_in_time_and_says_what_it_waited_for() -> None:
    clock = FakeClock()
    begun = clock.now()
    with pytest.raises(OutOfTime, match="after 100 s still waiting for the package; last seen: COPYING"):
        repeat(lambda: PENDING, clock=clock, until=begun + 100, passes=never)
    assert clock.now() == begun + 100


def test_looks_once_even_when_there_is_no_time() -> None:
    clock = FakeClock()
    assert repeat(lambda: "there", clock=clock, until=clock.now() - 1, passes=never) == "there"


def test_an_error_that_passes_is_waited_out_and_one_that_does_not_is_raised() -> None:
    clock = FakeClock()
    errors: list[Exception] = [TimeoutError(), TimeoutError()]

    def step() -> str | Pending:
        if errors:
            raise errors.pop()
        return "there"

    def passes(error: Exception) -> bool:
        return isinstance(error, TimeoutError)

    assert repeat(step, clock=clock, until=clock.now() + 60, passes=passes) == "there"
    errors = [ValueError()]
    with pytest.raises(ValueError):  # noqa: PT011 - the very one
        repeat(step, clock=clock, until=clock.now() + 60, passes=passes)
