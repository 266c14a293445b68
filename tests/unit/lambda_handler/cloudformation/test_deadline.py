"""Until when a request is worked on: before CloudFormation gives up, and before Lambda ends the invocation."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_handler.cloudformation.deadline import Deadline, DeadlineExceeded, SystemClock, service_timeout
from local_aws.packages.behaviour import Fault
from tests.unit.lambda_handler.deliveries import deliver_once
from tests.unit.lambda_handler.harness import Cloud, FakeClock


def deadline(*, age: float = 0, timeout: float = 3600, remaining: float = 900) -> Deadline:
    """The deadline of an invocation, of a request that was made so many seconds ago."""
    clock = FakeClock()
    return Deadline.of(clock, started=clock.now() - age, timeout=timeout, remaining=remaining)


class TestTheResponse:
    @pytest.mark.parametrize(
        ("timeout", "seconds", "responds_after"),
        [
            (3600, 900, 3540),  # 60 s early
            (600, 900, 540),
            (600, 60, 540),  # the same, over ten invocations
            (100, 900, 90),  # its last tenth
            (30, 900, 27),
            (10, 900, 8),  # as late as is safe
        ],
    )
    def test_comes_before_time_is_up(self, cloud: Cloud, timeout: int, seconds: float, responds_after: float) -> None:
        cloud.model.behaviour.faults = [Fault("CreatePackage", "stuck")]
        event = cloud.event("Create", cloud.dictionary(ServiceTimeout=timeout))
        begun = cloud.clock.now()
        response = cloud.deliver(event, seconds)
        assert response.status == "FAILED"
        assert cloud.clock.now() - begun == pytest.approx(responds_after, abs=0.5)

    def test_is_due_a_while_after_cloudformation_signed_the_request(self, cloud: Cloud) -> None:
        cloud.model.behaviour.faults = [Fault("CreatePackage", "stuck")]
        event = cloud.event("Create", cloud.dictionary(ServiceTimeout=600))
        cloud.clock.sleep(500)
        begun = cloud.clock.now()
        assert cloud.deliver(event).status == "FAILED"
        assert cloud.clock.now() - begun == pytest.approx(40, abs=0.5)

    @pytest.mark.parametrize("url", ["https://host/path", "https://host/path?X-Amz-Date=yesterday", "not a url"])
    def test_is_due_a_while_after_the_first_invocation_where_the_url_does_not_tell(
        self, cloud: Cloud, url: str
    ) -> None:
        cloud.model.behaviour.faults = [Fault("CreatePackage", "stuck")]
        event = cloud.event("Create", cloud.dictionary()) | {"ResponseURL": url}
        cloud.clock.sleep(500)
        begun = cloud.clock.now()
        assert cloud.deliver(event).status == "FAILED"
        assert cloud.invocations == 4
        assert cloud.clock.now() - begun == pytest.approx(3540, abs=0.5)


class TestADeliveryThatComesTooLate:
    @pytest.mark.parametrize(("timeout", "late"), [(300, 301), (3600, 100_000)])
    def test_fails_without_asking_the_service(self, cloud: Cloud, timeout: int, late: float) -> None:
        event = cloud.event("Create", cloud.dictionary(ServiceTimeout=timeout))
        cloud.clock.sleep(late)
        assert cloud.deliver(event).status == "FAILED"
        assert cloud.model.calls == []


class TestAnInvocation:
    def test_keeps_ten_seconds_of_its_time_back(self, cloud: Cloud) -> None:
        cloud.model.behaviour.faults = [Fault("CreatePackage", "stuck")]
        begun = cloud.clock.now()
        deliver_once(cloud, cloud.event("Create", cloud.dictionary()))
        assert cloud.clock.now() - begun == pytest.approx(890, abs=0.5)

    @pytest.mark.parametrize(("remaining", "works_for"), [(900, 890), (100, 90), (60, 54), (1, 0.9)])
    def test_keeps_a_tenth_of_a_short_time_back(self, remaining: float, works_for: float) -> None:
        until = deadline(remaining=remaining)
        assert until.work_until - until.clock.now() == pytest.approx(works_for)

    @pytest.mark.parametrize(("age", "works_for"), [(0, 890), (3000, 540), (3539, 1), (3541, -1)])
    def test_works_no_longer_than_the_request_allows(self, age: float, works_for: float) -> None:
        until = deadline(age=age)
        assert until.work_until - until.clock.now() == pytest.approx(works_for)
        assert until.is_over == (works_for <= 0)

    @pytest.mark.parametrize(("age", "another"), [(0, True), (3538.5, True), (3539.5, False), (3600, False)])
    def test_is_followed_by_another_only_where_that_has_a_second(self, age: float, another: bool) -> None:
        assert deadline(age=age).allows_another_invocation == another


class TestADeadline:
    def test_knows_how_old_the_request_is_and_when_cloudformation_stops_waiting(self) -> None:
        until = deadline(age=100, timeout=300)
        assert until.age == 100
        assert not until.has_expired
        until.clock.sleep(199)
        assert not until.has_expired
        until.clock.sleep(1)
        assert until.has_expired

    def test_refuses_to_begin_anything_from_when_it_is_over(self) -> None:
        until = deadline(timeout=300)
        until.clock.sleep(269)
        until.check()
        until.clock.sleep(1)
        assert until.is_over
        with pytest.raises(DeadlineExceeded, match="the request came too late to begin anything; deploy again"):
            until.check()


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ({}, 3600),
        ({"ServiceTimeout": "600"}, 600),
        ({"ServiceTimeout": 600}, 600),
        ({"ServiceTimeout": "1"}, 1),
        ({"ServiceTimeout": "0"}, 3600),
        ({"ServiceTimeout": "9999"}, 3600),
        ({"ServiceTimeout": "9" * 5000}, 3600),
        ({"ServiceTimeout": "0600"}, 600),
        ({"ServiceTimeout": "-5"}, 3600),
        ({"ServiceTimeout": "1.5"}, 3600),
        ({"ServiceTimeout": "٣"}, 3600),
        ({"ServiceTimeout": "soon"}, 3600),
        ({"ServiceTimeout": {"a": ["b"]}}, 3600),
        ({"ServiceTimeout": None}, 3600),
    ],
)
def test_a_service_timeout_that_makes_no_sense_counts_as_the_longest(given: dict[str, Any], seconds: float) -> None:
    assert service_timeout(given) == seconds


def test_the_machines_clock_passes() -> None:
    clock = SystemClock()
    begun = clock.now()
    clock.sleep(0.01)
    assert clock.now() > begun
