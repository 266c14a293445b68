"""Requests to custom resources: delivered asynchronously, responded to by URL, retried by Lambda."""

from __future__ import annotations

import secrets
import string
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from local_aws.cloudformation.describing import ResourceStates, State
from local_aws.cloudformation.playing import Playing
from local_aws.cloudformation.responses import Request, ResponseUrls

LONGEST_TIMEOUT = 3600
Key = tuple[str, str]


class CustomResourceError(Exception):
    """Why a resource failed; the text is the event's reason."""

    def __init__(self, reason: str, physical_id: str = "") -> None:
        super().__init__(reason)
        self.physical_id = physical_id
        """The resource's id from now on, where it is another one than before."""


@dataclass
class Rollback:
    """A replacement that is being rolled back.

    An Update whose response has a third id makes that the resource's; of the other two, only the new one is deleted.
    """

    new_id: str
    """The id in the response to the update."""
    final_id: str | None = None
    """The id in the response to the rollback's Update: the resource's id from now on."""
    failed: bool = False


@dataclass
class CustomResources:
    """Takes the place of ministack's `invoke_custom_resource`."""

    urls: ResponseUrls
    playing: Playing
    states: ResourceStates
    failed_replacements: dict[Key, str] = field(default_factory=dict)
    """New ids of Updates that failed with another id than they were sent with."""
    rollbacks: dict[Key, Rollback] = field(default_factory=dict)
    _refused_tokens: set[Key] = field(default_factory=set)

    def invoke(
        self,
        request_type: str,
        logical_id: str,
        props: dict[str, Any],
        stack_name: str,
        stack_id: str,
        resource_type: str,
        physical_id: str | None = None,
        old_props: dict[str, Any] | None = None,
    ) -> tuple[str, dict[str, Any]]:
        """Send a request and wait for its response: the physical id and the attributes."""
        key = (stack_id, logical_id)
        send = partial(
            self._send, request_type, logical_id, props, stack_name, stack_id, resource_type, physical_id, old_props
        )
        current = self.states.latest(key)
        if request_type == "Delete" and current and current.physical_id != physical_id:
            return self._delete_replaced(key, current, str(physical_id), send)
        verb = request_type.upper()
        self.states.record(key, f"{verb}_IN_PROGRESS", physical_id or "", resource_type)
        try:
            new_id, attributes = send()
        except CustomResourceError as error:
            failed_id = error.physical_id or physical_id or ""
            self.states.record(key, f"{verb}_FAILED", failed_id, resource_type, str(error))
            raise
        if request_type == "Delete" and _is_updating(stack_name) and not self.playing.removed_is_described:
            self.states.remove(key)
        else:
            self.states.record(key, f"{verb}_COMPLETE", new_id, resource_type)
        return new_id, attributes

    def _delete_replaced(
        self, key: Key, current: State, physical_id: str, send: Callable[[], tuple[str, dict[str, Any]]]
    ) -> tuple[str, dict[str, Any]]:
        """Delete what the resource no longer is, or what a rollback has made it be no longer."""
        if self.playing.replaced_shows == "new":
            return send()
        self.states.record(key, "DELETE_IN_PROGRESS", physical_id, current.resource_type)
        try:
            return send()
        finally:
            self.states.record(key, current.status, current.physical_id, current.resource_type)

    def _send(
        self,
        request_type: str,
        logical_id: str,
        props: dict[str, Any],
        stack_name: str,
        stack_id: str,
        resource_type: str,
        physical_id: str | None,
        old_props: dict[str, Any] | None,
    ) -> tuple[str, dict[str, Any]]:
        key = (stack_id, logical_id)
        if request_type == "Update" and self._token_refused(key, props, old_props or {}):
            return str(physical_id), {}
        rollback = self.rollbacks.get(key) if request_type == "Update" else None
        if rollback and self.playing.rollback_sends == "new-id":
            physical_id = rollback.new_id
        event = _event(
            request_type, logical_id, props, stack_id, resource_type, physical_id=physical_id, old_props=old_props
        )
        request = self.urls.issue(event)
        if request_type == "Create" and logical_id in self.playing.cancel_creates:
            self.playing.cancel_creates.remove(logical_id)
            self._deliver(request)
            failed_id = _invented(stack_name, logical_id)
            remember_failed(stack_name, logical_id, resource_type, props, failed_id)
            raise CustomResourceError("Resource creation cancelled", failed_id)
        result = self._result(request, props)
        if result["Status"] == "SUCCESS":
            if rollback:
                rollback.final_id = result["PhysicalResourceId"]
            return result["PhysicalResourceId"], result.get("Data") or {}
        failed_id = ""
        if request_type == "Create":
            failed_id = result.get("PhysicalResourceId") or _invented(stack_name, logical_id)
            remember_failed(stack_name, logical_id, resource_type, props, failed_id)
        if request_type == "Update" and rollback:
            rollback.failed = True
        elif request_type == "Update" and result.get("PhysicalResourceId", physical_id) != physical_id:
            self.failed_replacements[key] = result["PhysicalResourceId"]
        raise CustomResourceError(_reason(request_type, result), failed_id)

    def _token_refused(self, key: Key, props: Mapping[str, Any], old_props: Mapping[str, Any]) -> bool:
        """A changed service token is refused before anything is sent.

        Its rollback then has nothing to undo.
        """
        if props.get("ServiceToken") == old_props.get("ServiceToken"):
            return False
        if key in self._refused_tokens:
            self._refused_tokens.discard(key)
            return True
        self._refused_tokens.add(key)
        raise CustomResourceError("Modifying service token is not allowed.")

    def _result(self, request: Request, props: Mapping[str, Any]) -> dict[str, Any]:
        try:
            seconds = min(int(props.get("ServiceTimeout", LONGEST_TIMEOUT)), LONGEST_TIMEOUT)
        except (TypeError, ValueError):
            seconds = LONGEST_TIMEOUT
        self._deliver(request)
        request.arrived.wait(seconds)
        if request.result is None:
            request.result = {
                "Status": "FAILED",
                "Reason": "CloudFormation did not receive a response from your Custom Resource. "
                f"Please check your logs for requestId [{request.event['RequestId']}].",
            }
        return request.result

    def _deliver(self, request: Request) -> None:
        """Hand an event to the function as Lambda's asynchronous invocation does, retries included."""
        from ministack.services import lambda_svc  # noqa: PLC0415 - reads its environment when imported

        token = request.event["ServiceToken"]
        function, config, _ = lambda_svc._get_func_record_for_ref(token)
        if function is None or config is None:
            raise CustomResourceError(f"Invalid service token: there is no function {token!r}.")
        record = lambda_svc._execution_record_for_config(function, config)
        lambda_svc._LAMBDA_ASYNC_RETRY_BASE_SECONDS = self.playing.retry_delay
        for _ in range(self.playing.deliveries):
            lambda_svc.invoke_async_with_retry(record, request.event)


def _event(
    request_type: str,
    logical_id: str,
    props: dict[str, Any],
    stack_id: str,
    resource_type: str,
    *,
    physical_id: str | None,
    old_props: dict[str, Any] | None,
) -> dict[str, Any]:
    """A request's event [D: crpg-ref-requests, services-cloudformation], still without its response URL."""
    event = {
        "RequestType": request_type,
        "ServiceToken": props.get("ServiceToken", ""),
        "StackId": stack_id,
        "RequestId": str(uuid.uuid4()),
        "LogicalResourceId": logical_id,
        "ResourceType": resource_type,
        "ResourceProperties": _as_strings(props),
    }
    if physical_id is not None:
        event["PhysicalResourceId"] = physical_id
    if old_props is not None:
        event["OldResourceProperties"] = _as_strings(old_props)
    return event


def remember_failed(
    stack_name: str, logical_id: str, resource_type: str, props: dict[str, Any], physical_id: str
) -> None:
    """Record a resource whose Create failed: the rollback, or the stack's deletion, sends Delete for it."""
    from ministack.services.cloudformation import _stacks  # noqa: PLC0415

    stack = _stacks.get(stack_name)
    if stack is None:
        return
    stack["_resources"][logical_id] = {
        "PhysicalResourceId": physical_id,
        "ResourceType": resource_type,
        "ResourceStatus": "CREATE_FAILED",
        "LogicalResourceId": logical_id,
        "Properties": props,
        "Attributes": {},
        "Timestamp": "",
    }


def _is_updating(stack_name: str) -> bool:
    """Whether a resource that is deleted leaves a stack that goes on living."""
    from ministack.services.cloudformation import _stacks  # noqa: PLC0415

    return str((_stacks.get(stack_name) or {}).get("StackStatus", "")).startswith("UPDATE_")


def _reason(request_type: str, result: Mapping[str, Any]) -> str:
    verb = {"Create": "create", "Update": "update", "Delete": "delete"}[request_type]
    return result.get("Reason") or f"Failed to {verb} resource."


def _invented(stack_name: str, logical_id: str) -> str:
    """A physical id of CloudFormation's own making, for a resource that never said one."""
    letters = string.ascii_uppercase + string.digits
    return f"{stack_name}-{logical_id}-{''.join(secrets.choice(letters) for _ in range(12))}"


def _as_strings(value: Any) -> Any:
    """Scalars arrive as strings [O.

    Cloudformation-coverage-roadmap #1037]; lists and maps keep their shape.
    """
    if isinstance(value, dict):
        return {name: _as_strings(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_as_strings(item) for item in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)
