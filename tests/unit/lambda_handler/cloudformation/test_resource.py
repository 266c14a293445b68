"""The CloudFormation side: one response for each request, with a real id, and no secret in the log."""

from __future__ import annotations

import inspect
import logging
import threading
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from crhelper import CfnResource, resource_helper

from lambda_handler.cloudformation.handlers import Outcome
from lambda_handler.cloudformation.request import Request
from lambda_handler.cloudformation.response import ResponseNotDeliveredError
from local_aws.packages.behaviour import Fault
from tests.unit.lambda_handler.harness import Cloud, Context


class Handler:
    """A resource type, all of whose requests are served by one function."""

    def __init__(self, serve: Callable[[Request], Outcome]) -> None:
        self._serve = serve

    def create(self, request: Request) -> Outcome:
        return self._serve(request)

    update = delete = create

    def finish(self, request: Request) -> None:
        """Nothing was staged."""


@pytest.fixture
def watchdogs(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], None]]:
    """What the watchdogs are going to call, in the order in which they were set; none of them ever barks by itself."""
    called: list[Callable[[], None]] = []

    class Watchdog:
        def __init__(self, seconds: float, bark: Callable[[], None]) -> None:
            called.append(bark)

        def start(self) -> None: ...

        def cancel(self) -> None: ...

    monkeypatch.setattr("lambda_handler.cloudformation.invocation.threading.Timer", Watchdog)
    return called


@pytest.mark.parametrize(
    ("seam", "parameters"),
    [
        ("__call__", ["event", "context"]),
        ("_crhelper_init", ["event", "context"]),
        ("_set_timeout", []),
        ("_timeout", []),
        ("_wrap_function", ["func"]),
        ("_get_func", []),
        ("_send", ["status", "reason", "send_response"]),
        ("_cfn_response", ["event"]),
        ("init_failure", ["error"]),
    ],
)
def test_the_seams_of_crhelper_are_still_there(seam: str, parameters: list[str]) -> None:
    assert list(inspect.signature(getattr(CfnResource, seam)).parameters)[1:] == parameters


def test_crhelper_builds_no_clients_and_keeps_boto3_afterwards(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []
    monkeypatch.setattr("boto3.client", lambda name, **_: built.append(name))
    assert cloud.create(cloud.dictionary()).status == "SUCCESS"
    assert built == []
    assert vars(resource_helper)["boto3"].__name__ == "boto3"


def test_nothing_of_a_request_reaches_the_next(cloud: Cloud) -> None:
    first = cloud.create(cloud.dictionary())
    failed = cloud.create({})
    assert first.attributes
    assert (failed.status, failed.attributes) == ("FAILED", {})
    assert failed.physical_id != first.physical_id
    assert cloud.delete(failed.physical_id, {}).status == "SUCCESS"
    assert cloud.package_ids() == [first.physical_id]


@pytest.mark.parametrize("missing", ["StackId", "RequestId", "LogicalResourceId", "RequestType", "ResourceType"])
def test_a_malformed_event_is_told_what_is_missing(cloud: Cloud, missing: str) -> None:
    event = cloud.event("Create", cloud.dictionary())
    del event[missing]
    cloud.resource(event, Context(cloud.clock, cloud.clock.now() + 900))
    assert len(cloud.puts) == 1
    assert b'"FAILED"' in cloud.puts[0][1]
    assert f"this is no request of CloudFormation: {missing} missing".encode() in cloud.puts[0][1]
    assert b'"PhysicalResourceId":"not-known-' in cloud.puts[0][1]
    assert cloud.model.calls == []


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_another_resource_type_is_told_which_there_are(cloud: Cloud, kind: str) -> None:
    event = {"PhysicalResourceId": "F1"} if kind == "Update" else {}
    response = cloud.send(kind, cloud.dictionary(), ResourceType="Custom::Dictionary", **event)
    assert response.status == "FAILED"
    assert "this provider serves Custom::OpenSearchPackage, received Custom::Dictionary" in response.reason


def test_the_delete_after_such_a_create_succeeds(cloud: Cloud) -> None:
    failed = cloud.send("Create", {}, ResourceType="Custom::Dictionary")
    assert cloud.delete(failed.physical_id, {}, ResourceType="Custom::Dictionary").status == "SUCCESS"


def test_a_failed_start_is_told_with_the_id_that_the_event_has(cloud: Cloud) -> None:
    cloud.resource.init_failure(RuntimeError("no region"))
    response = cloud.update("F1", {}, {})
    assert (response.status, response.physical_id) == ("FAILED", "F1")
    assert response.reason.startswith("no region")


def test_an_error_of_our_own_is_told_and_logged(cloud: Cloud, caplog: pytest.LogCaptureFixture) -> None:
    def serve(request: Request) -> Outcome:
        raise KeyError("oops")

    cloud.resource.register("Custom::Broken", Handler(serve))
    response = cloud.send("Create", {}, ResourceType="Custom::Broken")
    assert response.reason.startswith("KeyError: 'oops'")
    assert "Traceback" in caplog.text


def test_a_response_that_cannot_be_delivered_makes_lambda_repeat_the_request(cloud: Cloud) -> None:
    cloud.put_statuses = [500] * 10_000
    event = cloud.event("Create", cloud.dictionary(ServiceTimeout=120))
    begun = cloud.clock.now()
    with pytest.raises(ResponseNotDeliveredError):
        cloud.resource(event, Context(cloud.clock, begun + 900))
    assert cloud.clock.now() - begun < 90, "an expired URL is not tried for a quarter of an hour"
    cloud.put_statuses = []
    response = cloud.deliver(cloud.event("Delete", {}, PhysicalResourceId=cloud.package_ids()[0]))
    assert response.status == "SUCCESS"


def test_the_watchdog_responds_when_a_call_hangs_and_nothing_responds_twice(
    cloud: Cloud, watchdogs: list[Callable[[], None]]
) -> None:
    def hang(request: Request) -> Outcome:
        request.claim("F1")
        cloud.clock.sleep(3590)
        watchdogs[-1]()
        return Outcome("F1")

    cloud.resource.register("Custom::Hanging", Handler(hang))
    response = cloud.send("Create", {}, ResourceType="Custom::Hanging")
    assert (response.status, response.physical_id) == ("FAILED", "F1")
    assert "a call to AWS took so long" in response.reason


def test_the_watchdog_of_one_request_cannot_end_the_next(cloud: Cloud, watchdogs: list[Callable[[], None]]) -> None:
    """Its thread may be frozen together with the container, and go on with it."""

    def serve(request: Request) -> Outcome:
        watchdogs[0]()
        return Outcome("F2", {"x": "y"})

    cloud.create(cloud.dictionary())
    cloud.resource.register("Custom::Next", Handler(serve))
    response = cloud.send("Create", {}, ResourceType="Custom::Next")
    assert (response.status, response.physical_id, response.attributes) == ("SUCCESS", "F2", {"x": "y"})


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
def test_the_response_comes_before_time_is_up(
    cloud: Cloud, timeout: int, seconds: float, responds_after: float
) -> None:
    cloud.model.behaviour.faults = [Fault("CreatePackage", "stuck")]
    event = cloud.event("Create", cloud.dictionary(ServiceTimeout=timeout))
    begun = cloud.clock.now()
    response = cloud.deliver(event, seconds)
    assert response.status == "FAILED"
    assert cloud.clock.now() - begun == pytest.approx(responds_after, abs=0.5)


def test_time_counts_from_when_cloudformation_signed_the_request(cloud: Cloud) -> None:
    cloud.model.behaviour.faults = [Fault("CreatePackage", "stuck")]
    event = cloud.event("Create", cloud.dictionary(ServiceTimeout=600))
    cloud.clock.sleep(500)
    begun = cloud.clock.now()
    cloud.deliver(event)
    assert cloud.clock.now() - begun == pytest.approx(40, abs=0.5)


@pytest.mark.parametrize("url", ["https://host/path", "https://host/path?X-Amz-Date=yesterday", "not a url"])
def test_a_url_that_does_not_tell_when_it_was_signed_counts_from_now(cloud: Cloud, url: str) -> None:
    event = cloud.event("Create", cloud.dictionary()) | {"ResponseURL": url}
    assert cloud.deliver(event).status == "SUCCESS"


def test_the_response_url_is_in_no_log(cloud: Cloud, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    cloud.cold_start()  # sets the levels that the function logs at
    cloud.put_statuses = [500]
    cloud.create(cloud.dictionary(PackageContent="secret recipe"))
    cloud.create({"Junk": "x"})
    assert caplog.text
    assert "secret-signature" not in caplog.text
    assert "secret recipe" not in caplog.text


def test_a_request_that_outlasts_an_invocation_is_continued_until_it_is_done(cloud: Cloud) -> None:
    cloud.model.behaviour.copying = 2700
    source = cloud.store("kms.txt", ServerSideEncryption="aws:kms")
    response = cloud.create(cloud.dictionary(PackageSource=source))
    assert response.status == "SUCCESS"
    assert cloud.invocations == 4
    assert cloud.writes() == ["CreatePackage"]
    assert cloud.staged() == []


def test_the_staged_copy_stays_until_the_import_is_done(cloud: Cloud) -> None:
    cloud.model.behaviour.copying = 1000
    source = cloud.store("kms.txt", ServerSideEncryption="aws:kms")
    event = cloud.event("Create", cloud.dictionary(PackageSource=source))
    cloud.resource(event, Context(cloud.clock, cloud.clock.now() + 900))
    assert (len(cloud.continued), cloud.puts) == (1, [])
    assert len(cloud.staged()) == 1


@pytest.mark.parametrize("url", ["https://host/path", None])
def test_time_counts_from_the_first_invocation_where_the_url_does_not_tell(cloud: Cloud, url: str | None) -> None:
    cloud.model.behaviour.faults = [Fault("CreatePackage", "stuck")]
    event = cloud.event("Create", cloud.dictionary())
    begun = cloud.clock.now()
    response = cloud.deliver(event | ({"ResponseURL": url} if url else {}))
    assert response.status == "FAILED"
    assert cloud.clock.now() - begun == pytest.approx(3540, abs=0.5)


def test_a_chain_ends_far_below_lambdas_recursion_guard(cloud: Cloud) -> None:
    cloud.model.behaviour.faults = [Fault("CreatePackage", "stuck")]
    response = cloud.deliver(cloud.event("Create", cloud.dictionary()), seconds=30)
    assert cloud.invocations == 13
    assert (response.status, response.physical_id) == ("FAILED", cloud.package_ids()[0])
    assert "it took 12 invocations" in response.reason


def test_an_invocation_keeps_little_of_its_time_back(cloud: Cloud) -> None:
    cloud.model.behaviour.faults = [Fault("CreatePackage", "stuck")]
    begun = cloud.clock.now()
    event = cloud.event("Create", cloud.dictionary())
    cloud.resource(event, Context(cloud.clock, begun + 900))
    assert cloud.clock.now() - begun == pytest.approx(890, abs=0.5)


def test_a_request_that_cannot_be_continued_says_so_and_keeps_the_id(cloud: Cloud) -> None:
    def refuse(function_arn: str, event: dict[str, Any]) -> None:
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "Invoke")

    cloud.resource.invoke = refuse
    cloud.model.behaviour.copying = 1000
    response = cloud.create(cloud.dictionary())
    assert (response.status, response.physical_id) == ("FAILED", cloud.package_ids()[0])
    assert "could not be continued in a further invocation: Invoke failed: AccessDeniedException: no" in response.reason


def test_a_removal_that_outlasts_an_invocation_is_continued_too(cloud: Cloud) -> None:
    properties = cloud.dictionary()
    package_id = cloud.create(properties).physical_id
    cloud.model.behaviour.deleting = 2000
    assert cloud.delete(package_id, properties).status == "SUCCESS"
    assert cloud.invocations == 3
    assert cloud.package_ids() == []


def test_cleaning_up_after_a_failed_create_that_takes_long_is_left_to_the_delete(cloud: Cloud) -> None:
    cloud.model.behaviour.faults = [Fault("CreatePackage", "invalid", message="bad words")]
    cloud.model.behaviour.deleting = 1000
    properties = cloud.dictionary()
    response = cloud.create(properties)
    assert "bad words" in response.reason
    assert cloud.writes() == ["CreatePackage", "DeletePackage"]
    assert cloud.delete(response.physical_id, properties).status == "SUCCESS"
    assert cloud.package_ids() == []


def test_the_watchdog_ends_an_invocation_whose_call_hangs_before_lambda_does(cloud: Cloud) -> None:
    released = threading.Event()

    def hang(request: Request) -> Outcome:
        released.wait(10)
        return Outcome("F1")

    def invoke(function_arn: str, event: dict[str, Any]) -> None:
        cloud.continued.append(event)
        released.set()

    cloud.resource.invoke = invoke
    cloud.resource.register("Custom::Hanging", Handler(hang))
    event = cloud.event("Create", {}, ResourceType="Custom::Hanging")
    cloud.resource(event, Context(cloud.clock, cloud.clock.now() + 0.5))
    assert len(cloud.continued) == 1
    assert cloud.puts == [], "the work came second, so it responds to nothing"


def test_a_late_delivery_is_late_however_late_it_is(cloud: Cloud) -> None:
    event = cloud.event("Create", cloud.dictionary())
    cloud.clock.sleep(100_000)
    assert cloud.deliver(event).status == "FAILED"
    assert cloud.writes() == []
