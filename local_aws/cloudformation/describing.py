"""DescribeStackResource and DescribeStacks tell the truth while a request to a custom resource runs.

Ministack records a resource when an operation on it is over. CloudFormation shows `CREATE_IN_PROGRESS` and the like
from the moment when it sends the request, with that moment as `LastUpdatedTimestamp` ("time the status was updated"
[D: StackResourceDetail]). A stack that was deleted is described for 90 days, by its id [D: DescribeStackResource].
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from local_aws.cloudformation.playing import Playing

Key = tuple[str, str]
Reply = tuple[int, dict[str, str], bytes]
Handler = Callable[[Mapping[str, Any]], Reply]
NEVER_UPDATED = "<LastUpdatedTime></LastUpdatedTime>"


@dataclass(frozen=True)
class State:
    """What CloudFormation shows of a resource from some moment on; without a status there is nothing to show."""

    since: float
    status: str = ""
    physical_id: str = ""
    resource_type: str = ""
    reason: str = ""


@dataclass
class ResourceStates:
    """The states of all custom resources, by stack id and logical id, those of deleted stacks included."""

    playing: Playing
    now: Callable[[], float] = time.time
    _states: dict[Key, list[State]] = field(default_factory=dict)

    def record(self, key: Key, status: str, physical_id: str, resource_type: str, reason: str = "") -> None:
        """From now on, a resource has this status."""
        self._states.setdefault(key, []).append(State(self.now(), status, physical_id, resource_type, reason))

    def remove(self, key: Key) -> None:
        """From now on, the stack has no such resource."""
        self._states.setdefault(key, []).append(State(self.now()))

    def latest(self, key: Key) -> State | None:
        """How a resource is."""
        states = self._states.get(key)
        return states[-1] if states and states[-1].status else None

    def shown(self, key: Key) -> State | None:
        """What a reader is shown, who may see an older state [?]."""
        moment = self.now() - self.playing.describe_lag
        held = [state for state in self._states.get(key, []) if state.since <= moment]
        return held[-1] if held and held[-1].status else None

    def knows(self, key: Key) -> bool:
        """Whether a resource is, or was, a custom one."""
        return key in self._states

    # What ministack's handlers are wrapped with.

    def describe_resource(self, original: Handler) -> Handler:
        """Wrap ministack's `_describe_stack_resource`."""

        def describe(params: Mapping[str, Any]) -> Reply:
            from ministack.services.cloudformation import helpers  # noqa: PLC0415

            asked_for, logical_id = helpers._p(params, "StackName"), helpers._p(params, "LogicalResourceId")
            stack_id = self._stack_id(asked_for)
            if stack_id is None:
                return _error(f"Stack '{asked_for}' does not exist")
            if not self.knows((stack_id, logical_id)):
                return original(params)
            state = self.shown((stack_id, logical_id))
            if state is None:
                return _error(f"Resource {logical_id} does not exist for stack {asked_for}")
            return _described(stack_id, logical_id, state)

        return describe

    def describe_stacks(self, original: Handler) -> Handler:
        """Wrap ministack's `_describe_stacks`: `LastUpdatedTime` is there once a stack has been updated [D]."""

        def describe(params: Mapping[str, Any]) -> Reply:
            from ministack.services.cloudformation import _stack_events, _stacks  # noqa: PLC0415

            for name, stack in _stacks.items():
                events = _stack_events.get(stack["StackId"], [])
                updates = ("UPDATE_IN_PROGRESS", "IMPORT_IN_PROGRESS")
                if not any(one["LogicalResourceId"] == name and one["ResourceStatus"] in updates for one in events):
                    stack["LastUpdatedTime"] = ""
            status, headers, body = original(params)
            return status, headers, body.replace(NEVER_UPDATED.encode(), b"")

        return describe

    def stack_arn(self, original: Callable[..., str]) -> Callable[..., str]:
        """Wrap ministack's `extract_resource_arn`: IAM compares a stack's ARN, also where a request names the stack."""

        def extract(*positional: Any, **named: Any) -> str:
            arn = original(*positional, **named)
            match = re.fullmatch(r"arn:aws:cloudformation:[^:]*:\d*:stack/(.+)/\*", arn)
            return (self._stack_id(match[1]) if match else None) or arn

        return extract

    def _stack_id(self, name_or_id: str) -> str | None:
        """The id of a stack that is asked for by its name or its id; a deleted one only by its id [D]."""
        from ministack.services.cloudformation import _stacks  # noqa: PLC0415

        if name_or_id.startswith("arn:"):
            known = any(stack["StackId"] == name_or_id for stack in _stacks.values())
            return name_or_id if known or any(stack_id == name_or_id for stack_id, _ in self._states) else None
        stack = _stacks.get(name_or_id)
        return str(stack["StackId"]) if stack and stack["StackStatus"] != "DELETE_COMPLETE" else None


def _described(stack_id: str, logical_id: str, state: State) -> Reply:
    from ministack.services.cloudformation import helpers  # noqa: PLC0415

    members = {
        "LogicalResourceId": logical_id,
        "PhysicalResourceId": state.physical_id,
        "ResourceType": state.resource_type,
        "ResourceStatus": state.status,
        "ResourceStatusReason": state.reason,
        "LastUpdatedTimestamp": _iso(state.since),
        "StackName": stack_id.split("/")[1],
        "StackId": stack_id,
    }
    detail = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in members.items() if value)
    result = f"<StackResourceDetail>{detail}</StackResourceDetail>"
    reply: Reply = helpers._xml(
        200, "DescribeStackResourceResponse", f"<DescribeStackResourceResult>{result}</DescribeStackResourceResult>"
    )
    return reply


def _error(message: str) -> Reply:
    from ministack.services.cloudformation import helpers  # noqa: PLC0415

    reply: Reply = helpers._error("ValidationError", message)
    return reply


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
