"""The CloudFormation side: crhelper, adapted to answer within limits, with real ids, once, and to keep secrets.

crhelper takes requests apart, catches what goes wrong, guards the time and sends responses. What is replaced here
are seams with private names, so its version is pinned and a test fails when one of them is gone.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, Protocol

from botocore.exceptions import ClientError
from crhelper import FAILED, SUCCESS, CfnResource, resource_helper

from lambda_handler import opensearch
from lambda_handler.properties import PropertyError
from lambda_handler.request import HandOn, Request, RequestFailed, handed_on, is_package_id, not_known, read
from lambda_handler.response import Response, ResponseNotDelivered, deliver, put_over_https
from lambda_handler.waiting import Clock, OutOfTime, SystemClock, TooLate

# What an invocation keeps of its own time for the answer: a tenth, but never more than this.
LONGEST_RESERVE = 10.0
SHORTEST_GUARD = 1.0
# How long to try to deliver an answer. After that Lambda repeats the request, which finds all done.
LONGEST_DELIVERY = 60.0
# CloudFormation's hour takes four invocations of a quarter of an hour. Lambda ends a chain of sixteen.
# Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
MOST_HOPS = 12

# What every request has.
NEEDED = ("RequestType", "ResponseURL", "StackId", "RequestId", "ResourceType", "LogicalResourceId")

logger = logging.getLogger(__name__)


class Operations(Protocol):
    """What a resource type can do. Each gives the attributes, and sets the request's physical id."""

    def create(self, request: Request) -> dict[str, str]:
        """Serve a Create."""

    def update(self, request: Request) -> dict[str, str]:
        """Serve an Update."""

    def delete(self, request: Request) -> dict[str, str]:
        """Serve a Delete."""


class LambdaContext(Protocol):
    """What is used of Lambda's context object."""

    log_stream_name: str
    invoked_function_arn: str

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda ends the invocation."""


@contextmanager
def _without_clients() -> Iterator[None]:
    """Keep crhelper from building three AWS clients, for a way of polling that is not used: they delay every start."""
    module = vars(resource_helper)
    boto3 = module["boto3"]
    module["boto3"] = SimpleNamespace(client=lambda *_, **__: None)
    try:
        yield
    finally:
        module["boto3"] = boto3


class _Once:
    """The end of an invocation: whoever comes first enters with True, and nobody else before that is done.

    The guard may race with the work. If the work returned while the guard still answers, Lambda would freeze both.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entered = False

    def __enter__(self) -> bool:
        self._lock.acquire()
        first, self._entered = not self._entered, True
        return first

    def __exit__(self, *error: object) -> None:
        self._lock.release()


def _reason_of(error: Exception) -> str:
    """What to tell of an error, which is logged too."""
    if isinstance(error, RequestFailed | PropertyError | OutOfTime | TooLate):
        logger.error("%s", error)
        return str(error)
    logger.error("unexpected", exc_info=error)
    if isinstance(error, ClientError):
        return opensearch.told_by(error)
    return f"{type(error).__name__}: {error}"


class Resource(CfnResource):
    """crhelper's `CfnResource`, with one set of operations for each resource type.

    Args:
        invoke: invokes a function, given its ARN, with an event, and does not wait for it.
        clock: the time.
        put: sends a response to a URL and gives the HTTP status.
    """

    def __init__(
        self,
        invoke: Callable[[str, dict[str, Any]], None],
        *,
        clock: Clock | None = None,
        put: Callable[[str, bytes], int] = put_over_https,
    ) -> None:
        # INFO, because crhelper logs the event, with its secret ResponseURL, at DEBUG. No waiting on Delete, because
        # the log group outlives the function.
        with _without_clients():
            super().__init__(log_level="INFO", boto_level="WARNING", sleep_on_delete=0)
        self._clock = clock or SystemClock()
        self._put = put
        self._invoke = invoke
        self._operations: dict[str, Operations] = {}
        self._request: Request | None = None
        self._invocation_ends = 0.0
        self._ending = _Once()
        self._undelivered: ResponseNotDelivered | None = None

    def serves(self, resource_type: str, operations: Operations) -> None:
        """Have requests for `resource_type` served by `operations`."""
        self._operations[resource_type] = operations

    def __call__(self, event: dict[str, Any], context: LambdaContext) -> None:
        """Serve one request.

        Raises:
            ResponseNotDelivered: CloudFormation could not be told. Lambda then delivers the request once more.
        """
        self._forget_the_last_request(event, context)
        missing = [name for name in NEEDED if not event.get(name)]
        if missing:
            self._send(FAILED, f"this is no request of CloudFormation: {', '.join(missing)} missing")
        else:
            super().__call__(event, context)
        if self._undelivered is not None:
            raise self._undelivered

    def _forget_the_last_request(self, event: dict[str, Any], context: LambdaContext) -> None:
        """Nothing of a request may reach the next one, not even when that is malformed."""
        self._event = event
        self._context = context
        self._response_url = event.get("ResponseURL", "")
        self._request = None
        self._ending = _Once()
        self._undelivered = None
        self.NoEcho = False

    def _set_timeout(self) -> None:
        """Read the request and set the guard, where crhelper sets its own: before it runs anything.

        The guard answers by itself when a single call to AWS hangs: half way between the end of work and the end of
        the invocation, or of CloudFormation's patience.
        """
        now = self._clock.now()
        remaining = self._context.get_remaining_time_in_millis() / 1000
        self._invocation_ends = now + remaining
        self._request = request = read(
            self._event, now=now, invocation_ends=self._invocation_ends - min(LONGEST_RESERVE, remaining / 10)
        )
        patience = min(self._invocation_ends, request.expires)
        self._timer = threading.Timer(max((request.work_until + patience) / 2 - now, SHORTEST_GUARD), self._timeout)
        self._timer.daemon = True
        self._timer.start()

    def _timeout(self) -> None:
        """The guard fires."""
        if self._request is not None and self._request.has_time_after(self._clock.now()):
            self._hand_on()
        else:
            self._send(FAILED, "a call to AWS took so long that no time was left; deploy again")

    def _hand_on(self) -> None:
        """Have a further invocation go on with the request, which then gives the answer."""
        request = self._request
        assert request is not None, "only the work on a request, and its guard, hand it on"  # noqa: S101
        with self._ending as first:
            if not first:
                return
            try:
                if request.hops >= MOST_HOPS:
                    raise RequestFailed(f"the request was handed on {request.hops} times, more than it should need")
                self._invoke(self._context.invoked_function_arn, handed_on(self._event, request))
            except Exception as error:
                self._answer(FAILED, f"the request could not be handed on to a further invocation: {_reason_of(error)}")
            else:
                logger.info("handed on, %d times so far", request.hops + 1)

    def _wrap_function(self, func: Callable[[dict[str, Any], LambdaContext], None]) -> None:
        """Run an operation; whatever it raises becomes a reason that a person can act on."""
        try:
            func(self._event, self._context)
        except HandOn:
            self._hand_on()
        except Exception as error:
            self.Status = FAILED
            self.Reason = _reason_of(error)
        self.PhysicalResourceId = self._physical_id

    def _get_func(self) -> Callable[[dict[str, Any], LambdaContext], None]:
        """The function that serves the request; crhelper asks here."""
        return self._serve

    def _serve(self, event: dict[str, Any], context: LambdaContext) -> None:
        request = self._request
        assert request is not None, "crhelper sets the guard before it runs anything"  # noqa: S101
        operations = self._operations.get(request.resource_type)
        if operations is None:
            if request.kind == "Delete" and not is_package_id(request.physical_id):
                return  # its Create was answered with the error below
            request.has_created_nothing()
            raise RequestFailed(
                f"this provider serves {' and '.join(self._operations)}, received {request.resource_type}: "
                "change the resource's Type"
            )
        if self._clock.now() >= request.expires:
            # Before that a look is worth while: the answer names the package that there is.
            raise RequestFailed(request.seen) if request.seen else TooLate
        logger.info("%s of %s in %s", request.kind, request.owner.logical_id, request.owner.stack_name)
        serve = {"Create": operations.create, "Update": operations.update, "Delete": operations.delete}[request.kind]
        self.Data = serve(request)

    @property
    def _physical_id(self) -> str:
        """Always one: CloudFormation invents an id where there is none, which nobody could recognise."""
        if self._request is not None:
            return self._request.physical_id
        return self._event.get("PhysicalResourceId") or not_known(self._event)

    def _send(self, status: str | None = None, reason: str = "", send_response: object = None) -> None:
        """Answer CloudFormation; crhelper calls this."""
        with self._ending as first:
            if first and self._response_url:
                self._answer(status or self.Status, reason or str(self.Reason))

    def _answer(self, status: str, reason: str) -> None:
        response = Response(
            status=status,
            reason=reason,
            log_stream=self._context.log_stream_name,
            physical_id=self._physical_id,
            stack_id=self._event.get("StackId", ""),
            request_id=self._event.get("RequestId", ""),
            logical_id=self._event.get("LogicalResourceId", ""),
            attributes=self.Data if status == SUCCESS else {},
        )
        until = self._clock.now() + LONGEST_DELIVERY
        if self._request is not None:
            until = min(until, self._invocation_ends, self._request.expires)
        try:
            deliver(response.body(), self._response_url, clock=self._clock, until=until, put=self._put)
        except ResponseNotDelivered as error:
            self._undelivered = error
        else:
            logger.info("answered %s for %s", status, response.physical_id)
