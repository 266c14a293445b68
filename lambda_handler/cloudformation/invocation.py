"""One call of the function: crhelper, adapted to respond within limits, with real ids, once, and to keep secrets.

crhelper takes requests apart, catches what goes wrong and sends responses. What is replaced here are seams with
private names, so its version is pinned and a test fails when one of them is gone.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from lambda_handler.cloudformation.crhelper_alone import FAILED, SUCCESS, CfnResource
from lambda_handler.cloudformation.deadline import DeadlineExceeded
from lambda_handler.cloudformation.function import Function, LambdaContext
from lambda_handler.cloudformation.handlers import Outcome
from lambda_handler.cloudformation.invoking import invoke_again
from lambda_handler.cloudformation.logs import log_response, with_members
from lambda_handler.cloudformation.once import Once, briefly
from lambda_handler.cloudformation.physical_ids import not_known
from lambda_handler.cloudformation.reasons import reason_of
from lambda_handler.cloudformation.request import Request, continued, problem_of, read
from lambda_handler.cloudformation.response import Response, ResponseNotDeliveredError, deliver
from lambda_handler.errors import RequestFailedError, describe, may_have_been_applied
from lambda_handler.ownership import Owner

SHORTEST_WATCH = 1.0
# How long to try to deliver a response. After that Lambda repeats the request, which finds all done.
LONGEST_DELIVERY = 60.0
# How long the invocation may wait for the resource type to clean up, in seconds.
LONGEST_CLEANUP = 3.0
# By then Lambda has repeated an invocation that ended with an error, in seconds.
LAMBDA_REPEATS_WITHIN = 90.0
# CloudFormation's hour takes four invocations of a quarter of an hour. Lambda ends a chain of sixteen.
# Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
MOST_INVOCATIONS = 12

logger = logging.getLogger(__name__)


class Invocation(CfnResource):
    """One call of the function. Nothing of it reaches the next one."""

    def __init__(self, function: Function, event: dict[str, Any], context: LambdaContext) -> None:
        # INFO, because crhelper logs the event, with its secret ResponseURL, at DEBUG. No waiting on Delete, because
        # the log group outlives the function.
        super().__init__(log_level="INFO", boto_level="WARNING", sleep_on_delete=0)
        self._function = function
        self._clock = function.clock
        self._event = event if isinstance(event, dict) else {}
        self._context = context
        self._problem = problem_of(event)
        self._remaining = context.get_remaining_time_in_millis() / 1000
        self._request: Request | None = None
        self._outcome: Outcome | None = None
        self._ending = Once()
        self._undelivered: ResponseNotDeliveredError | None = None
        if function.start_failure is not None:
            self.init_failure(function.start_failure)

    def run(self) -> None:
        """Serve the request.

        Raises:
            ResponseNotDeliveredError: CloudFormation could not be told.
        """
        if self._problem:
            self._send(FAILED, f"this is no request of CloudFormation: {self._problem}")
        else:
            self._request = read(
                self._event,
                clock=self._clock,
                remaining=self._remaining,
                function_arn=self._context.invoked_function_arn,
                stacks=self._function.stacks,
            )
            with with_members(self._request.names):
                super().__call__(self._event, self._context)
                if self._undelivered is not None:  # Lambda logs it as well, but not whose request it is
                    logger.error("%s", self._undelivered)
        if self._undelivered is not None:
            raise self._undelivered

    # The seams of crhelper.

    def _set_timeout(self) -> None:
        """Set the watchdog, where crhelper sets its own: before it runs anything.

        The watchdog responds by itself when a single call to AWS hangs: half way between the end of work and the end
        of the invocation, or of CloudFormation's patience.
        """
        deadline = self._served.deadline
        patience = min(deadline.invocation_ends, deadline.expires)
        seconds = (deadline.work_until + patience) / 2 - self._clock.now()
        self._timer = threading.Timer(max(seconds, SHORTEST_WATCH), self._timeout)
        self._timer.daemon = True
        self._timer.start()

    def _timeout(self) -> None:
        """The watchdog fires."""
        if self._outcome is not None:
            self._send(SUCCESS)
        elif self._served.deadline.allows_another_invocation:
            self._continue()
        else:
            self._send(FAILED, "a call to AWS took so long that no time was left; deploy again")

    def _get_func(self) -> Callable[[dict[str, Any], LambdaContext], None]:
        """The function that serves the request; crhelper asks here."""
        return self._serve

    def _wrap_function(self, func: Callable[[dict[str, Any], LambdaContext], None]) -> None:
        """Serve the request; whatever is raised becomes a reason that a person can act on."""
        try:
            func(self._event, self._context)
        except DeadlineExceeded as exceeded:
            self._served.waited_for = str(exceeded)
            if self._served.deadline.allows_another_invocation:
                self._continue()
            else:
                self._fail(exceeded)
        except Exception as error:
            self._fail(error)
        self.PhysicalResourceId = self._physical_id(self.Status)

    def _send(self, status: str | None = None, reason: str = "", send_response: object = None) -> None:
        """Respond to CloudFormation, and clean up after that; crhelper calls this.

        Once the watchdog has ended the invocation, a further one may need what a clean-up would remove.
        """
        with self._ending as first:
            if first:
                self._respond(status or self.Status, reason or str(self.Reason))
                self._finish()

    # What is ours.

    @property
    def _served(self) -> Request:
        assert self._request is not None, "only an event without problems is served"  # noqa: S101
        return self._request

    def _serve(self, event: dict[str, Any], context: LambdaContext) -> None:
        request, handler = self._served, self._function.handler_of(self._served.resource_type)
        if request.deadline.has_expired:
            # Before that a look is worth while: the response names what there is.
            raise DeadlineExceeded(request.waited_for or "the request came too late to begin anything; deploy again")
        logger.info("%s of %s in %s", request.kind, request.owner.logical_id, request.owner.stack_name)
        serve = {"Create": handler.create, "Update": handler.update, "Delete": handler.delete}[request.kind]
        self._outcome = serve(request)

    def _continue(self) -> None:
        """Have a further invocation continue with the request, which then responds."""
        request = self._served
        with self._ending as first:
            if not first:
                return
            try:
                if request.invocations >= MOST_INVOCATIONS:
                    raise RequestFailedError(f"it took {request.invocations} invocations, more than it should need")
                invoke_again(
                    self._function.invoke,
                    self._context.invoked_function_arn,
                    continued(self._event, request),
                    self._clock,
                )
            except Exception as error:
                self._not_continued(error)
            else:
                logger.info("continued in a further invocation, the %d. so far", request.invocations + 2)

    def _not_continued(self, error: Exception) -> None:
        request = self._served
        if may_have_been_applied(error) and request.deadline.age + LAMBDA_REPEATS_WITHIN < request.deadline.timeout:
            # A further invocation may be at work. Lambda repeats this one, which finds out.
            self._undelivered = ResponseNotDeliveredError(f"nobody knows whether it continues: {describe(error)}")
            return
        reason = f"the request could not be continued in a further invocation: {reason_of(error)}"
        self._respond(FAILED, "; ".join(filter(None, [reason, request.waited_for])))
        self._finish()

    def _fail(self, error: Exception) -> None:
        self.Status, self.Reason = FAILED, reason_of(error)

    def _finish(self) -> None:
        """Let the resource type clean up. The response does not wait for it, and the invocation not for long."""
        if self._request is not None:
            briefly(self._clean_up, LONGEST_CLEANUP)

    def _clean_up(self) -> None:
        try:
            self._function.handler_of(self._served.resource_type).finish(self._served)
        except Exception as error:
            logger.warning("could not clean up: %s", error)

    def _respond(self, status: str, reason: str) -> None:
        event = self._event
        response = Response(
            status=status,
            reason=reason if status != SUCCESS else "",
            log_stream=self._context.log_stream_name,
            physical_id=self._physical_id(status),
            stack_id=str(event.get("StackId", "")),
            request_id=str(event.get("RequestId", "")),
            logical_id=str(event.get("LogicalResourceId", "")),
            attributes=self._outcome.attributes if self._outcome and status == SUCCESS else {},
        )
        url = event.get("ResponseURL")
        until = self._clock.now() + LONGEST_DELIVERY
        if self._request is not None:
            until = min(until, self._request.deadline.invocation_ends, self._request.deadline.expires)
        try:
            if not isinstance(url, str) or not url:
                raise ResponseNotDeliveredError(f"the event has no ResponseURL: {reason}")
            deliver(response.body(), url, clock=self._clock, until=until, put=self._function.put)
        except ResponseNotDeliveredError as error:
            self._undelivered = error
        else:
            log_response(response, self._request)

    def _physical_id(self, status: str) -> str:
        """Always one: CloudFormation invents an id where there is none, which nobody could recognise."""
        if self._outcome is not None and self._outcome.physical_id and status == SUCCESS:
            return self._outcome.physical_id
        if self._request is not None:
            return self._request.physical_id_of_a_failure
        names = [str(self._event.get(name, "")) for name in ("StackId", "LogicalResourceId", "RequestId")]
        return str(self._event.get("PhysicalResourceId") or not_known(Owner(*names)))
