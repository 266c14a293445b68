"""Deliveries of a request that do not go as planned: the process dies, or something else happens between two calls."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.processes import Killed
from tests.support.responses import Response
from tests.unit.lambda_handler.harness import Cloud, Context


def deliver_and_die(cloud: Cloud, event: dict[str, Any], operation: str) -> None:
    """A first delivery, whose process dies right after that operation of the packages service has been applied."""
    call = cloud.model.call

    def and_die(name: str, parameters: dict[str, Any]) -> dict[str, Any]:
        response = call(name, parameters)
        if name == operation:
            vars(cloud.model)["call"] = call
            raise Killed
        return response

    vars(cloud.model)["call"] = and_die
    with pytest.raises(Killed):
        deliver_once(cloud, event)
    cloud.cold_start()


def deliver_once(cloud: Cloud, event: dict[str, Any], seconds: float = 900) -> None:
    """One invocation, and none that it continues in."""
    cloud.resource(json.loads(json.dumps(event)), Context(cloud.clock, cloud.clock.now() + seconds))


def begin(cloud: Cloud, event: dict[str, Any], seconds: float = 900) -> dict[str, Any]:
    """The first invocation of a request that has to be continued. Gives the event of the second."""
    cloud.continued = []
    deliver_once(cloud, event, seconds)
    return cloud.continued.pop()


def deliver_aside(cloud: Cloud, event: dict[str, Any]) -> Response:
    """A delivery to another copy of the function, while one is being served."""
    resource, responded = cloud.resource, len(cloud.puts)
    cloud.cold_start()
    response = cloud.deliver(event)
    cloud.resource = resource
    del cloud.puts[responded:]
    return response


def after_each_call(cloud: Cloud, then: Callable[[str, dict[str, Any]], None]) -> None:
    """Have something done after each call of the packages service, which gets the operation and the response."""
    call = cloud.model.call

    def and_then(name: str, parameters: dict[str, Any]) -> dict[str, Any]:
        response = call(name, parameters)
        then(name, response)
        return response

    vars(cloud.model)["call"] = and_then


def leaves_nothing(cloud: Cloud, response: Response, properties: dict[str, Any]) -> bool:
    """Whether CloudFormation's Delete after that response leaves no package, once the service works again."""
    cloud.model.behaviour.faults = []
    assert cloud.delete(response.physical_id, properties).status == "SUCCESS"
    return cloud.package_ids() == []
