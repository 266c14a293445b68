"""What CloudFormation tells of stacks and their resources, in memory, as boto3's client shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from botocore.exceptions import ClientError

from tests.support.responses import Response

Key = tuple[str, str]


class Clock(Protocol):
    """The time."""

    def now(self) -> float:
        """Seconds since the epoch."""


@dataclass(frozen=True)
class State:
    """A resource's state from a moment on.

    Attributes:
        since: the moment, in seconds since the epoch.
        status: ResourceStatus.
        physical_id: PhysicalResourceId.
        request_id: the request that brought it about.
    """

    since: float
    status: str
    physical_id: str
    request_id: str


@dataclass
class StackBook:
    """What happened to the resources of stacks, and the answers that CloudFormation gives about it.

    Attributes:
        clock: the time.
        lag: how old the state is that it tells, in seconds.
        forgets_deleted: whether a resource that is deleted is not described any more.
        error: what every call fails with; empty where none does.
        calls: the operations that it was asked for.
        statuses: the StackStatus of stacks where it is not DELETE_IN_PROGRESS; it matters to Deletes only.
        roots: the outermost stack of a nested one.
    """

    clock: Clock
    lag: float = 0.0
    forgets_deleted: bool = False
    error: str = ""
    calls: list[str] = field(default_factory=list)
    statuses: dict[str, str] = field(default_factory=dict)
    roots: dict[str, str] = field(default_factory=dict)
    _states: dict[Key, list[State]] = field(default_factory=dict)
    _created: dict[str, float] = field(default_factory=dict)
    _updated: dict[str, float] = field(default_factory=dict)

    # What CloudFormation does.

    def begin_creation(self, stack_id: str) -> None:
        """The creation of the stack begins; where nobody says so, with its first request."""
        self._created[stack_id] = self.clock.now()

    def begin_update(self, stack_id: str) -> None:
        """An update of the stack begins; its rollback is part of it."""
        self._updated[stack_id] = self.clock.now()

    def began_at(self, stack_id: str) -> float:
        """When the latest operation of the stack began, in seconds since the epoch."""
        return self._updated.get(stack_id) or self._created[stack_id]

    def send(self, event: dict[str, Any]) -> None:
        """A request is sent."""
        self._created.setdefault(event["StackId"], self.clock.now())
        known = self._current(_key(event))
        physical_id = event.get("PhysicalResourceId", "")
        replaced = event["RequestType"] == "Delete" and known is not None and known.physical_id != physical_id
        if replaced and known is not None and known.status.endswith("_COMPLETE"):
            return  # the resource has another id by now, and that is what its state is about
        self._note(event, f"{event['RequestType'].upper()}_IN_PROGRESS", physical_id)

    def receive(self, event: dict[str, Any], response: Response) -> None:
        """A response comes. CloudFormation takes the first, of a request that it waits for."""
        known = self._current(_key(event))
        if known is None or known.request_id != event["RequestId"] or not known.status.endswith("_IN_PROGRESS"):
            return
        ended = "COMPLETE" if response.status == "SUCCESS" else "FAILED"
        self._note(event, f"{event['RequestType'].upper()}_{ended}", response.physical_id)

    def give_up(self, event: dict[str, Any]) -> None:
        """CloudFormation cancels a request, or has waited for long enough."""
        known = self._current(_key(event))
        if known is not None and known.request_id == event["RequestId"]:
            self._note(event, f"{event['RequestType'].upper()}_FAILED", known.physical_id)

    # What it tells.

    def describe_stack_resource(self, *, StackName: str, LogicalResourceId: str) -> dict[str, Any]:  # noqa: N803
        """DescribeStackResource."""
        self._called("DescribeStackResource")
        states = self._states.get((StackName, LogicalResourceId), [])
        shown = [state for state in states if state.since <= self.clock.now() - self.lag] or states[:1]
        if not shown or (self.forgets_deleted and shown[-1].status == "DELETE_COMPLETE"):
            raise _error("ValidationError", "DescribeStackResource", 400)
        state = shown[-1]
        detail: dict[str, Any] = {
            "ResourceStatus": state.status,
            "LastUpdatedTimestamp": datetime.fromtimestamp(state.since, UTC),
        }
        return {
            "StackResourceDetail": detail | ({"PhysicalResourceId": state.physical_id} if state.physical_id else {})
        }

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803
        """DescribeStacks."""
        self._called("DescribeStacks")
        updated = self._updated.get(StackName)
        created = datetime.fromtimestamp(self._created.get(StackName, self.clock.now()), UTC)
        status = self.statuses.get(StackName, "DELETE_IN_PROGRESS")
        told: dict[str, Any] = {"StackStatus": status, "CreationTime": created}
        if StackName in self.roots:
            told["RootId"] = self.roots[StackName]
        return {"Stacks": [told | ({"LastUpdatedTime": datetime.fromtimestamp(updated, UTC)} if updated else {})]}

    def _called(self, operation: str) -> None:
        self.calls.append(operation)
        if self.error:
            raise _error(self.error, operation, 400)

    def _current(self, key: Key) -> State | None:
        states = self._states.get(key)
        return states[-1] if states else None

    def _note(self, event: dict[str, Any], status: str, physical_id: str) -> None:
        state = State(self.clock.now(), status, physical_id, event["RequestId"])
        self._states.setdefault(_key(event), []).append(state)


def _key(event: dict[str, Any]) -> Key:
    return event["StackId"], event["LogicalResourceId"]


def _error(code: str, operation: str, status: int) -> ClientError:
    return ClientError(
        {"Error": {"Code": code, "Message": "of the stack book"}, "ResponseMetadata": {"HTTPStatusCode": status}},  # type: ignore[typeddict-item]
        operation,
    )
