"""The fence: what CloudFormation does not wait for any more writes nothing, and an ordinary request is not delayed."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambda_handler.cloudformation.fence import Fence, NotAwaitedError
from lambda_handler.cloudformation.request import CONTINUATION, Request, read
from lambda_handler.cloudformation.stacks import Stacks
from tests.unit.lambda_handler.harness import OTHER_STACK_ID, STACK_ID, Cloud, Context, FakeClock

ARN = Context.invoked_function_arn


class Told:
    """boto3's client, as far as the fence uses it. It says the same each time, or fails."""

    def __init__(self, status: str = "", since: float = 0.0, physical_id: str = "", error: str = "") -> None:
        self.calls = 0
        self._error = error
        self._detail: dict[str, Any] = {
            "ResourceStatus": status,
            "LastUpdatedTimestamp": datetime.fromtimestamp(since, UTC),
        }
        if physical_id:
            self._detail["PhysicalResourceId"] = physical_id

    def describe_stack_resource(self, **parameters: str) -> dict[str, Any]:
        self.calls += 1
        if self._error:
            raise ClientError({"Error": {"Code": self._error, "Message": "no"}}, "DescribeStackResource")
        return {"StackResourceDetail": self._detail}


def request(clock: FakeClock, kind: str, *, dated: bool = True, continued: bool = False, **more: Any) -> Request:
    """A request that is made now."""
    signed = datetime.fromtimestamp(clock.now(), UTC).strftime("%Y%m%dT%H%M%SZ")
    event = {
        "RequestType": kind,
        "ResponseURL": f"https://bucket/?X-Amz-Date={signed}" if dated else "https://bucket/",
        "StackId": STACK_ID,
        "RequestId": "request",
        "ResourceType": "Custom::Any",
        "LogicalResourceId": "Synonyms",
        "PhysicalResourceId": "F1",
        **({CONTINUATION: {"Invocations": 1}} if continued else {}),
        **more,
    }
    return read(event, clock=clock, remaining=900, function_arn=ARN, stacks=Stacks(lambda: None))


def passes(told: Told, late: Request) -> bool:
    try:
        Fence(Stacks(lambda: told)).check(late)
    except NotAwaitedError:
        return False
    return True


@pytest.mark.parametrize(
    ("kind", "status", "since", "physical_id", "waits"),
    [
        ("Create", "CREATE_IN_PROGRESS", 0, "", True),
        ("Create", "CREATE_IN_PROGRESS", 10, "", True),  # noted a little later
        ("Create", "CREATE_IN_PROGRESS", 11, "", False),  # a later Create of the same resource
        ("Create", "CREATE_COMPLETE", 5, "F1", False),  # responded to
        ("Create", "CREATE_FAILED", 5, "", False),  # cancelled, or responded to
        ("Create", "DELETE_IN_PROGRESS", 5, "F1", False),
        ("Create", "DELETE_COMPLETE", 5, "F1", False),
        ("Create", "IMPORT_IN_PROGRESS", 5, "F1", True),  # whatever that may mean: it is no evidence
        ("Create", "DELETE_COMPLETE", -60, "F1", True),  # from before: what is told lags behind
        ("Update", "UPDATE_IN_PROGRESS", 0, "F1", True),
        ("Update", "UPDATE_IN_PROGRESS", 15, "F1", False),  # the rollback of it
        ("Update", "UPDATE_IN_PROGRESS", 0, "F2", True),  # which id it tells in a rollback is not known
        ("Update", "UPDATE_ROLLBACK_IN_PROGRESS", 0, "F1", True),
        ("Update", "DELETE_IN_PROGRESS", 0, "F1", False),
        ("Update", "UPDATE_COMPLETE", 5, "F1", False),
        ("Update", "UPDATE_FAILED", 5, "F1", False),
        ("Update", "CREATE_COMPLETE", -60, "F1", True),  # from before
        ("Delete", "DELETE_IN_PROGRESS", 0, "F1", True),
        ("Delete", "DELETE_COMPLETE", 5, "F1", False),
        ("Delete", "CREATE_IN_PROGRESS", 60, "", False),  # a later Create
        ("Delete", "CREATE_IN_PROGRESS", 5, "", False),
    ],
)
def test_a_late_request_writes_only_where_cloudformation_waits_for_it(
    kind: str, status: str, since: float, physical_id: str, waits: bool
) -> None:
    clock = FakeClock()
    late = request(clock, kind)
    told = Told(status, clock.now() + since, physical_id)
    clock.sleep(100)
    assert passes(told, late) is waits


def test_a_resource_that_its_stack_does_not_have_any_more_is_waited_for_by_nobody() -> None:
    clock = FakeClock()
    late = request(clock, "Create")
    clock.sleep(100)
    assert not passes(Told(error="ValidationError"), late)


def test_a_request_without_a_date_goes_by_the_status_alone() -> None:
    clock = FakeClock()
    late = request(clock, "Update", dated=False)
    clock.sleep(100)
    assert passes(Told("UPDATE_IN_PROGRESS", clock.now() - 50, "F1"), late)
    assert not passes(Told("UPDATE_COMPLETE", clock.now() - 50, "F1"), late)


@pytest.mark.parametrize(("age", "continued", "asked"), [(14, False, 0), (16, False, 1), (0, True, 1)])
def test_cloudformation_is_asked_about_what_is_not_fresh(age: float, continued: bool, asked: int) -> None:
    clock = FakeClock()
    told = Told("CREATE_IN_PROGRESS", clock.now())
    late = request(clock, "Create", continued=continued)
    clock.sleep(age)
    assert passes(told, late)
    assert told.calls == asked


def test_what_is_made_for_the_second_time_is_asked_about_however_young_the_request_is() -> None:
    clock = FakeClock()
    cancelled, told = request(clock, "Create"), Told("DELETE_IN_PROGRESS", clock.now())
    with pytest.raises(NotAwaitedError):
        Fence(Stacks(lambda: told)).check(cancelled, again=True)


def test_an_answer_holds_for_one_step() -> None:
    clock = FakeClock()
    told = Told("CREATE_IN_PROGRESS", clock.now())
    late, fence = request(clock, "Create"), Fence(Stacks(lambda: told))
    clock.sleep(100)
    for _ in range(3):
        fence.check(late)
    assert told.calls == 1
    clock.sleep(3)
    fence.check(late)
    assert told.calls == 2


@pytest.mark.parametrize("code", ["AccessDenied", "AccessDeniedException", "SomethingNew"])
def test_where_cloudformation_cannot_be_asked_the_request_goes_on_and_the_log_says_so(
    code: str, caplog: pytest.LogCaptureFixture
) -> None:
    clock = FakeClock()
    late = request(clock, "Create")
    clock.sleep(100)
    caplog.set_level(logging.WARNING)
    assert passes(Told(error=code), late)
    assert "cannot be asked whether it still waits: DescribeStackResource failed" in caplog.text


def test_throttling_is_waited_out_but_not_for_ever() -> None:
    clock = FakeClock()
    late, fence = request(clock, "Create"), Fence(Stacks(lambda: Told(error="Throttling")))
    clock.sleep(100)
    begun = clock.now()
    while clock.now() - begun < 30:
        with pytest.raises(ClientError, match="Throttling"):
            fence.check(late)
        clock.sleep(1)
    fence.check(late)


@pytest.mark.parametrize(("here", "elsewhere"), [("000000000000", "999999999999"), ("us-east-1", "eu-west-1")])
def test_a_stack_of_another_account_or_region_cannot_be_asked_about(here: str, elsewhere: str) -> None:
    clock = FakeClock()
    late = request(clock, "Create", StackId=STACK_ID.replace(here, elsewhere))
    told = Told("DELETE_COMPLETE", clock.now())
    clock.sleep(100)
    assert passes(told, late)
    assert told.calls == 0


def test_an_ordinary_create_update_and_delete_ask_nothing(cloud: Cloud) -> None:
    old = cloud.dictionary()
    new = old | {"PackageSource": cloud.store("new.txt", b"new")}
    package_id = cloud.create(old).physical_id
    assert cloud.update(package_id, old, new).status == "SUCCESS"
    assert cloud.delete(package_id, new).status == "SUCCESS"
    assert cloud.stacks.calls == []


@pytest.mark.parametrize(
    ("status", "physical_id", "since", "passes"),
    [
        ("DELETE_COMPLETE", "F1", 5, False),  # it has been responded to
        ("DELETE_COMPLETE", "F1", -5, True),  # an earlier resource of that id has been deleted
        ("DELETE_COMPLETE", "F2", 5, True),  # a clean-up, before the resource was deleted, too
        ("UPDATE_COMPLETE", "F2", 5, True),  # a clean-up: the resource has another id
        ("UPDATE_COMPLETE", "F1", 60, False),  # the resource has gone back to that id since
        ("UPDATE_COMPLETE", "F1", -60, True),  # not since
        ("CREATE_IN_PROGRESS", "", 60, False),  # a later Create, which may bring the same id about
        ("UPDATE_IN_PROGRESS", "F2", 60, False),  # a later Update, which may go back to it
        ("UPDATE_IN_PROGRESS", "F2", 5, True),  # not surely a later one
        ("DELETE_IN_PROGRESS", "F1", 60, True),
    ],
)
def test_the_delete_of_an_id_passes_unless_the_resource_goes_back_to_it(
    status: str, physical_id: str, since: float, passes: bool
) -> None:
    clock = FakeClock()
    late = request(clock, "Delete")
    told = Told(status, clock.now() + since, physical_id)
    clock.sleep(100)
    fence = Fence(Stacks(lambda: told))
    if passes:
        fence.check(late, names_it=True)
    else:
        with pytest.raises(NotAwaitedError):
            fence.check(late, names_it=True)


@pytest.mark.parametrize(
    ("status", "physical_id", "since", "passes"),
    [
        ("CREATE_IN_PROGRESS", "", 0, True),
        ("CREATE_FAILED", "shop-Synonyms-1A2B3C4D5E6F", 60, True),  # cancelled
        ("DELETE_COMPLETE", "F1", 60, True),
        ("CREATE_COMPLETE", "F2", 5, False),  # another delivery of it has had more success
        ("CREATE_IN_PROGRESS", "", 60, False),  # a later Create may take it up
        ("UPDATE_IN_PROGRESS", "F1", 60, False),
        ("UPDATE_COMPLETE", "F1", 60, True),
    ],
)
def test_what_was_made_in_vain_goes_unless_the_resource_is_that_or_may_become_it(
    status: str, physical_id: str, since: float, passes: bool
) -> None:
    clock = FakeClock()
    late = request(clock, "Create")
    told = Told(status, clock.now() + since, physical_id)
    clock.sleep(100)
    fence = Fence(Stacks(lambda: told))
    if passes:
        fence.check(late, in_vain="F2")
    else:
        with pytest.raises(NotAwaitedError):
            fence.check(late, in_vain="F2")


def test_a_clock_that_is_behind_cloudformations_refuses_nothing() -> None:
    clock = FakeClock()
    signed = clock.now() + 30
    late = request(clock, "Create", ResponseURL=f"https://bucket/?X-Amz-Date={_stamp(signed)}")
    clock.sleep(20)
    assert passes(Told("CREATE_IN_PROGRESS", signed), late)


def _stamp(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y%m%dT%H%M%SZ")


def test_throttling_that_has_passed_is_waited_out_the_next_time_too() -> None:
    clock = FakeClock()
    late = request(clock, "Create")
    told = Told("CREATE_IN_PROGRESS", clock.now())
    fence = Fence(Stacks(lambda: told))
    clock.sleep(100)
    for _ in range(2):
        vars(told)["_error"] = "Throttling"
        with pytest.raises(ClientError, match="Throttling"):
            fence.check(late)
        vars(told)["_error"] = ""
        clock.sleep(40)
        fence.check(late)
        clock.sleep(40)


def test_the_delete_of_a_known_id_needs_no_leave(cloud: Cloud) -> None:
    """Nobody else can mean that package: the id says it all, however late it is."""
    properties = cloud.dictionary()
    package_id = cloud.create(properties).physical_id
    event = cloud.event("Delete", properties, PhysicalResourceId=package_id)
    cloud.clock.sleep(100)
    cloud.stacks.give_up(event)
    assert cloud.deliver(event).status == "SUCCESS"
    assert cloud.package_ids() == []


def test_another_stacks_resource_of_the_same_name_is_not_asked_about(cloud: Cloud) -> None:
    event = cloud.event("Create", cloud.dictionary())
    cloud.clock.sleep(100)
    cloud.stack_id = OTHER_STACK_ID
    cloud.delete("nothing-was-created-x", {})
    assert cloud.deliver(event).status == "SUCCESS"
