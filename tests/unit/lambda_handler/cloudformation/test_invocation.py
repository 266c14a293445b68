"""One call of the function: one response, with a real id, and no secret in the log."""

from __future__ import annotations

import inspect
import logging
import sys
import threading
from typing import Any

import boto3
import pytest
from crhelper import CfnResource

from lambda_handler.cloudformation.handlers import Outcome
from lambda_handler.cloudformation.request import Request
from lambda_handler.cloudformation.response import ResponseNotDeliveredError
from tests.support.watchdogs import Watchdog
from tests.unit.lambda_handler.deliveries import deliver_once
from tests.unit.lambda_handler.harness import Cloud
from tests.unit.lambda_handler.resource_types import ServedBy


class TestCrhelper:
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
    def test_still_has_the_seams_that_are_overridden(self, seam: str, parameters: list[str]) -> None:
        assert list(inspect.signature(getattr(CfnResource, seam)).parameters)[1:] == parameters

    def test_builds_no_clients_and_keeps_boto3_afterwards(self, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
        built: list[str] = []
        monkeypatch.setattr("boto3.client", lambda name, **_: built.append(name))
        assert cloud.create(cloud.dictionary()).status == "SUCCESS"
        assert built == []
        assert sys.modules["boto3"] is boto3
        assert boto3.__file__


def test_nothing_of_a_request_reaches_the_next(cloud: Cloud) -> None:
    first = cloud.create(cloud.dictionary())
    failed = cloud.create({})
    assert first.attributes
    assert (failed.status, failed.attributes) == ("FAILED", {})
    assert failed.physical_id != first.physical_id
    assert cloud.delete(failed.physical_id, {}).status == "SUCCESS"
    assert cloud.package_ids() == [first.physical_id]


class TestAFailure:
    def test_to_start_is_told_with_the_id_that_the_event_has(self, cloud: Cloud) -> None:
        cloud.resource.init_failure(RuntimeError("no region"))
        response = cloud.update("F1", {}, {})
        assert (response.status, response.physical_id) == ("FAILED", "F1")
        assert response.reason.startswith("no region")

    def test_to_start_is_told_to_a_create_with_an_id_whose_delete_looks(self, cloud: Cloud) -> None:
        cloud.resource.init_failure(RuntimeError("no region"))
        response = cloud.create({})
        assert response.status == "FAILED"
        assert response.physical_id.startswith("not-known-")

    def test_that_nobody_expects_is_told_and_logged(self, cloud: Cloud, caplog: pytest.LogCaptureFixture) -> None:
        def serve(request: Request) -> Outcome:
            raise KeyError("oops")

        cloud.resource.register("Custom::Broken", ServedBy(serve))
        response = cloud.send("Create", {}, ResourceType="Custom::Broken")
        assert response.status == "FAILED"
        assert response.reason.startswith("KeyError: 'oops'")
        assert "unexpected: 'oops'" in caplog.text
        assert 'raise KeyError("oops")' in caplog.text, "where it happened"

    def test_to_clean_up_is_logged_and_changes_nothing_in_the_response(
        self, cloud: Cloud, caplog: pytest.LogCaptureFixture
    ) -> None:
        class Messy(ServedBy):
            def finish(self, request: Request) -> None:
                raise KeyError("oops")

        cloud.resource.register("Custom::Messy", Messy(lambda _: Outcome("F1")))
        response = cloud.send("Create", {}, ResourceType="Custom::Messy")
        assert (response.status, response.physical_id) == ("SUCCESS", "F1")
        assert "could not clean up: 'oops'" in caplog.text


def test_a_response_that_cannot_be_delivered_makes_lambda_repeat_the_request(cloud: Cloud) -> None:
    cloud.put_statuses = [500] * 10_000
    event = cloud.event("Create", cloud.dictionary(ServiceTimeout=120))
    begun = cloud.clock.now()
    with pytest.raises(ResponseNotDeliveredError):
        deliver_once(cloud, event)
    assert cloud.clock.now() - begun < 90, "an expired URL is not tried for a quarter of an hour"
    cloud.put_statuses = []
    response = cloud.deliver(event)
    assert response.status == "SUCCESS"
    assert cloud.package_ids() == [response.physical_id]


class TestSecrets:
    def test_are_in_no_log(self, cloud: Cloud, caplog: pytest.LogCaptureFixture) -> None:
        """The ResponseURL and the text of a package, whatever level the log has."""
        caplog.set_level(logging.DEBUG)
        cloud.cold_start()  # sets the levels that the function logs at
        cloud.put_statuses = [500]
        cloud.create(cloud.dictionary(PackageContent="secret recipe"))
        cloud.create({"Junk": "x"})
        assert caplog.text
        assert "secret-signature" not in caplog.text
        assert "secret recipe" not in caplog.text


class TestTheWatchdog:
    def test_responds_when_a_call_hangs_and_nothing_responds_twice(
        self, cloud: Cloud, watchdogs: list[Watchdog]
    ) -> None:
        def hang(request: Request) -> Outcome:
            request.claim("F1")
            cloud.clock.sleep(3590)
            watchdogs[-1].fire()
            return Outcome("F1")

        cloud.resource.register("Custom::Hanging", ServedBy(hang))
        response = cloud.send("Create", {}, ResourceType="Custom::Hanging")
        assert (response.status, response.physical_id) == ("FAILED", "F1")
        assert "a call to AWS took so long" in response.reason
        assert len(cloud.puts) == 1

    def test_of_one_request_cannot_end_the_next(self, cloud: Cloud, watchdogs: list[Watchdog]) -> None:
        """Its thread may be frozen together with the container, and run on with it."""

        def serve(request: Request) -> Outcome:
            watchdogs[0].fire()
            return Outcome("F2", {"x": "y"})

        cloud.create(cloud.dictionary())
        cloud.resource.register("Custom::Next", ServedBy(serve))
        response = cloud.send("Create", {}, ResourceType="Custom::Next")
        assert (response.status, response.physical_id, response.attributes) == ("SUCCESS", "F2", {"x": "y"})

    def test_ends_an_invocation_whose_call_hangs_before_lambda_does(
        self, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("lambda_handler.cloudformation.invocation.SHORTEST_WATCH", 0.01)
        released = threading.Event()

        def hang(request: Request) -> Outcome:
            assert released.wait(10)
            return Outcome("F1")

        def invoke(function_arn: str, event: dict[str, Any]) -> None:
            cloud.continued.append(event)
            released.set()

        cloud.resource.invoke = invoke
        cloud.resource.register("Custom::Hanging", ServedBy(hang))
        deliver_once(cloud, cloud.event("Create", {}, ResourceType="Custom::Hanging"), seconds=0.5)
        assert len(cloud.continued) == 1
        assert cloud.puts == [], "the work came second, so it responds to nothing"
