"""Deliveries of one request that overlap: Lambda repeats what it takes for lost, while the first is still at work."""

from __future__ import annotations

from typing import Any

import pytest

from local_aws.packages.behaviour import Fault
from tests.support.responses import Response
from tests.unit.lambda_handler.deliveries import after_each_call, deliver_and_die, deliver_aside
from tests.unit.lambda_handler.harness import Cloud


def deliver_twice(cloud: Cloud, event: dict[str, Any], when: str) -> list[Response]:
    """Deliver a request, and deliver it once more as soon as it has seen a package in that status."""
    begun: list[str] = []
    other: list[Response] = []

    def deliver_the_other(_: str, response: dict[str, Any]) -> None:
        shown = [details["PackageStatus"] for details in response.get("PackageDetailsList", [])]
        if when in shown and not begun:
            begun.append(when)
            other.append(deliver_aside(cloud, event))

    after_each_call(cloud, deliver_the_other)
    return [cloud.deliver(event), *other]


@pytest.mark.parametrize("when", ["COPYING", "VALIDATION_FAILED"])
def test_end_alike_when_the_import_fails(cloud: Cloud, when: str) -> None:
    cloud.model.behaviour.faults = [Fault("CreatePackage", "invalid", message="bad")]
    event = cloud.event("Create", cloud.dictionary())
    deliver_and_die(cloud, event, "CreatePackage")
    first, second = deliver_twice(cloud, event, when)
    assert (first.status, second.status) == ("FAILED", "FAILED")
    assert first.physical_id == second.physical_id
    assert cloud.package_ids() == []
    assert cloud.writes().count("CreatePackage") == 1


@pytest.mark.parametrize("when", ["COPYING", "VALIDATING", "AVAILABLE"])
def test_end_alike_when_the_import_succeeds(cloud: Cloud, when: str) -> None:
    event = cloud.event("Create", cloud.dictionary())
    first, second = deliver_twice(cloud, event, when)
    assert (first.status, second.status) == ("SUCCESS", "SUCCESS")
    assert first.physical_id == second.physical_id
    assert first.attributes == second.attributes
    assert cloud.package_ids() == [first.physical_id]
    assert cloud.writes() == ["CreatePackage"]
