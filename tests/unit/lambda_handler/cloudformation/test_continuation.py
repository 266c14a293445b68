"""A request that outlasts an invocation: the function invokes itself, and carries along what it needs to go on."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambda_handler.cloudformation.handlers import Outcome
from lambda_handler.cloudformation.request import CONTINUATION, Request
from local_aws.packages.behaviour import Fault
from tests.unit.lambda_handler.deliveries import deliver_once
from tests.unit.lambda_handler.harness import Cloud
from tests.unit.lambda_handler.resource_types import ServedBy


def test_goes_on_until_the_work_is_done(cloud: Cloud) -> None:
    cloud.model.behaviour.copying = 2700
    source = cloud.store("kms.txt", ServerSideEncryption="aws:kms")
    response = cloud.create(cloud.dictionary(PackageSource=source))
    assert response.status == "SUCCESS"
    assert cloud.invocations == 4
    assert cloud.writes() == ["CreatePackage"]
    assert cloud.staged() == []


def test_goes_on_with_a_removal_too(cloud: Cloud) -> None:
    properties = cloud.dictionary()
    package_id = cloud.create(properties).physical_id
    cloud.model.behaviour.deleting = 2000
    assert cloud.delete(package_id, properties).status == "SUCCESS"
    assert cloud.invocations == 3
    assert cloud.package_ids() == []
    assert cloud.writes() == ["CreatePackage", "DeletePackage"]


def test_carries_what_the_resource_type_needs_and_reads_none_of_it(cloud: Cloud) -> None:
    seen: list[dict[str, Any]] = []

    def serve(request: Request) -> Outcome:
        seen.append(request.continuation)
        request.continuation = {"anything": [1, {"deep": None}]}
        cloud.clock.sleep(900)
        request.deadline.check()
        raise AssertionError

    cloud.resource.register("Custom::Slow", ServedBy(serve))
    cloud.send("Create", {}, ResourceType="Custom::Slow")
    assert seen[0] == {}
    assert len(seen) > 1
    assert all(carried == {"anything": [1, {"deep": None}]} for carried in seen[1:])


def test_one_that_arrives_too_late_names_the_package_and_what_was_waited_for(cloud: Cloud) -> None:
    cloud.model.behaviour.faults = [Fault("CreatePackage", "stuck")]
    deliver_once(cloud, cloud.event("Create", cloud.dictionary()))
    cloud.clock.sleep(3000)
    response = cloud.deliver(cloud.continued.pop())
    assert response.status == "FAILED"
    assert [response.physical_id] == cloud.package_ids()
    assert "last seen: COPYING" in response.reason


def test_none_is_begun_for_the_last_second(cloud: Cloud) -> None:
    cloud.model.behaviour.faults = [Fault("CreatePackage", "stuck")]
    response = cloud.create(cloud.dictionary(ServiceTimeout=951))
    assert (response.status, cloud.invocations) == ("FAILED", 1)


def test_the_chain_ends_below_the_sixteen_invocations_at_which_lambda_ends_it(cloud: Cloud) -> None:
    cloud.model.behaviour.faults = [Fault("CreatePackage", "stuck")]
    response = cloud.deliver(cloud.event("Create", cloud.dictionary()), seconds=30)
    assert cloud.invocations == 13
    assert response.status == "FAILED"
    assert [response.physical_id] == cloud.package_ids()
    assert "it took 12 invocations" in response.reason


def test_one_that_is_refused_is_the_reason_and_keeps_the_id(cloud: Cloud) -> None:
    def refuse(function_arn: str, event: dict[str, Any]) -> None:
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "Invoke")

    cloud.resource.invoke = refuse
    cloud.model.behaviour.copying = 1000
    response = cloud.create(cloud.dictionary())
    assert response.status == "FAILED"
    assert [response.physical_id] == cloud.package_ids()
    assert "could not be continued in a further invocation: Invoke failed: AccessDeniedException: no" in response.reason
    assert "last seen: COPYING" in response.reason


@pytest.mark.parametrize("carried", ["text", [1], {}, {"State": "text", "Invocations": "3", "Started": "soon"}])
def test_a_value_that_makes_no_sense_is_as_good_as_none(cloud: Cloud, carried: object) -> None:
    event = cloud.event("Create", cloud.dictionary())
    response = cloud.deliver(event | {CONTINUATION: carried})
    assert response.status == "SUCCESS"
    assert cloud.package_ids() == [response.physical_id]
    assert cloud.writes() == ["CreatePackage"]
