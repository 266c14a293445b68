"""What CloudFormation tells of custom resources while their requests run.

ministack describes a resource only when it is there. AWS describes it from the moment at which its first request
begins, with the time since when it has its status [S: API_StackResourceDetail].
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from local_aws.cloudformation.playing import Playing

Key = tuple[str, str]
Response = tuple[int, dict[str, str], bytes]


@dataclass(frozen=True)
class State:
    """A resource's state from a moment on.

    Attributes:
        since: the moment, in seconds since the epoch.
        status: ResourceStatus.
        physical_id: PhysicalResourceId; empty where it has none yet.
        resource_type: ResourceType.
    """

    since: float
    status: str
    physical_id: str
    resource_type: str


@dataclass
class ResourceStates:
    """The states of all custom resources, those of deleted stacks too."""

    playing: Playing
    _states: dict[Key, list[State]] = field(default_factory=dict)

    def begin(self, event: dict[str, Any]) -> None:
        """A request is about to be sent."""
        self._note(event, f"{event['RequestType'].upper()}_IN_PROGRESS", event.get("PhysicalResourceId", ""))

    def end(self, event: dict[str, Any], result: dict[str, Any]) -> None:
        """A request has ended: by its response, by a time-out, or because CloudFormation cancelled it."""
        ended = "COMPLETE" if result["Status"] == "SUCCESS" else "FAILED"
        physical_id = result.get("PhysicalResourceId") or event.get("PhysicalResourceId", "")
        self._note(event, f"{event['RequestType'].upper()}_{ended}", physical_id)

    def of(self, stack_id: str, logical_id: str) -> State | None:
        """What is told of a resource, which may lag behind; None where it is none of ours."""
        states = self._states.get((stack_id, logical_id), [])
        shown = [state for state in states if state.since <= time.time() - self.playing.describe_lag]
        known = shown or states[:1]
        return known[-1] if known else None

    def _note(self, event: dict[str, Any], status: str, physical_id: str) -> None:
        key = event["StackId"], event["LogicalResourceId"]
        states = self._states.setdefault(key, [])
        replaced = event["RequestType"] == "Delete" and states and states[-1].physical_id != physical_id
        if replaced and states[-1].status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            return  # the clean-up after a replacement: the resource itself has another id by now
        states.append(State(time.time(), status, physical_id, event["ResourceType"]))


def with_custom_resources(
    original: Callable[[dict[str, Any]], Response], states: ResourceStates
) -> Callable[[dict[str, Any]], Response]:
    """Wrap ministack's `_describe_stack_resource`."""

    def describe(params: dict[str, Any]) -> Response:
        from ministack.services.cloudformation import handlers  # noqa: PLC0415

        stack_name, logical_id = (handlers._p(params, name) for name in ("StackName", "LogicalResourceId"))
        stack = handlers._resolve_stack(stack_name)
        stack_id = stack["StackId"] if stack else stack_name
        state = states.of(stack_id, logical_id)
        if state is None:
            return original(params)
        since = datetime.fromtimestamp(state.since, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        told = {
            "LogicalResourceId": logical_id,
            "PhysicalResourceId": state.physical_id,
            "ResourceType": state.resource_type,
            "ResourceStatus": state.status,
            "LastUpdatedTimestamp": since,
            "StackId": stack_id,
        }
        detail = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in told.items() if value)
        result = f"<StackResourceDetail>{detail}</StackResourceDetail>"
        body = f"<DescribeStackResourceResult>{result}</DescribeStackResourceResult>"
        response: Response = handlers._xml(200, "DescribeStackResourceResponse", body)
        return response

    return describe
