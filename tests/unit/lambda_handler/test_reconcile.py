"""Reconciling: how closely, until when, and what is said when the time is over."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from lambda_handler.cloudformation.deadline import Deadline, DeadlineExceeded
from lambda_handler.errors import RequestFailedError
from lambda_handler.reconcile import Grace, Pending, pause_after, pause_of_many, reconcile
from tests.unit.lambda_handler.harness import FakeClock

PENDING = Pending("the import of the package", "COPYING")


def deadline(seconds: float, age: float = 0) -> Deadline:
    """The deadline of a request that was made so long ago, and that may be worked on for so many seconds."""
    clock = FakeClock()
    end = clock.now() + seconds
    return Deadline(clock, clock.now() - age, end, end, end, end)


def error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "DescribePackages")


@pytest.mark.parametrize("call", [0.05, 0.1, 0.3])
@pytest.mark.parametrize("stable_after", [1, 3, 10, 30, 100, 600, 2700])
def test_a_stable_package_is_told_of_in_time(stable_after: float, call: float) -> None:
    until = deadline(3600)
    begun = until.clock.now()

    def look() -> str | Pending:
        until.clock.sleep(call / 2)
        stable = until.clock.now() >= begun + stable_after
        until.clock.sleep(call / 2)
        return "there" if stable else PENDING

    reconcile(look, until)
    late = until.clock.now() + call / 2 - begun - stable_after
    assert late <= min(max(1, stable_after / 10), 15)


def test_pauses_only_grow() -> None:
    pauses = [pause_after(seconds, 0.1) for seconds in range(3600)]
    assert pauses == sorted(pauses)


def test_looks_that_take_long_are_not_made_without_a_pause() -> None:
    assert pause_after(0, 20) > 0


def test_throttled_requests_do_not_stay_in_step() -> None:
    pauses = [pause_of_many(2, 1, waits=False) for _ in range(100)]
    assert min(pauses) < 1.5
    assert max(pauses) > 2.5
    assert all(1 <= one <= 3 for one in pauses)


def test_a_request_that_waits_leaves_throttled_calls_to_those_that_write() -> None:
    waiting = [pause_of_many(0.8, 8, waits=True) for _ in range(100)]
    writing = [pause_of_many(0.8, 8, waits=False) for _ in range(100)]
    assert max(writing) < 2.5 <= min(waiting)
    assert max(waiting) <= 7.5


def test_gives_up_exactly_in_time_and_says_what_it_waited_for() -> None:
    until = deadline(100)
    begun = until.clock.now()
    with pytest.raises(DeadlineExceeded, match="timed out waiting for the import of the package; last seen: COPYING"):
        reconcile(lambda: PENDING, until)
    assert until.clock.now() == begun + 100


def test_looks_once_even_when_there_is_no_time() -> None:
    assert reconcile(lambda: "there", deadline(-1)) == "there"


@pytest.mark.parametrize("transient", ["ThrottlingException", "InternalException", "AccessDenied"])
def test_an_error_that_is_transient_is_waited_out(transient: str) -> None:
    errors: list[Exception] = [error(transient), error(transient)]

    def step() -> str | Pending:
        if errors:
            raise errors.pop()
        return "there"

    assert reconcile(step, deadline(60)) == "there"


@pytest.mark.parametrize(
    "final",
    [ValueError(), error("ValidationException"), error("AccessDenied"), RequestFailedError("no", access_denied=True)],
    ids=repr,
)
def test_an_error_that_is_not_transient_is_raised_at_once(final: Exception) -> None:
    """A grant has reached everywhere after a minute: then a refused access is final."""

    def step() -> Pending:
        raise final

    until = deadline(60, age=60)
    begun = until.clock.now()
    with pytest.raises(type(final)) as raised:
        reconcile(step, until)
    assert raised.value is final
    assert until.clock.now() == begun


def test_a_refusal_of_our_own_words_is_waited_out_while_a_grant_may_be_spreading() -> None:
    until = deadline(300)
    begun = until.clock.now()

    def step() -> Pending:
        raise RequestFailedError("s3:GetObject was denied", access_denied=True)

    with pytest.raises(RequestFailedError, match="s3:GetObject was denied"):
        reconcile(step, until)
    assert 60 <= until.clock.now() - begun < 70


def test_an_error_that_stays_transient_is_the_reason() -> None:
    def step() -> Pending:
        raise error("ThrottlingException")

    with pytest.raises(DeadlineExceeded, match=r"^DescribePackages failed: ThrottlingException: no$"):
        reconcile(step, deadline(10))


def test_a_write_for_which_no_time_is_left_does_not_hide_what_came_before() -> None:
    until = deadline(10)

    def step() -> Pending:
        until.check()
        return PENDING

    with pytest.raises(DeadlineExceeded, match="last seen: COPYING"):
        reconcile(step, until)


def test_a_last_look_that_fails_does_not_hide_what_was_waited_for() -> None:
    until = deadline(10)

    def step() -> Pending:
        if until.is_over:
            raise error("ThrottlingException")
        return PENDING

    told = r"timed out waiting for the import .* COPYING; and then: DescribePackages failed: ThrottlingException: no"
    with pytest.raises(DeadlineExceeded, match=told):
        reconcile(step, until)


def test_a_grace_counts_from_when_it_is_first_met_to_when_it_is_met_last() -> None:
    grace = Grace(60)
    assert not grace.is_met
    grace.meet(1000)
    assert grace.is_met
    grace.meet(1060)
    assert not grace.is_over
    grace.meet(1061)
    assert grace.is_over
