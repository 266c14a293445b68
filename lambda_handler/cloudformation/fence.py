"""The fence: does CloudFormation still wait for this request?

Lambda delivers a request again when it cannot know that it was served, and a slow request may outlive its end. What
CloudFormation has given up, or has had a response to, must not write any more: a later request of the resource may be
at work. CloudFormation itself is asked, because nothing else knows.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from lambda_handler.cloudformation.stacks import ResourceState, Stacks
from lambda_handler.errors import CALL_ERRORS, RequestFailedError, describe, is_transient

if TYPE_CHECKING:
    from lambda_handler.cloudformation.request import Request

# A request that is this young is not asked about: Lambda does not repeat one so soon, and a Delete that looks for what
# a cancelled Create has made looks for longer than that.
FRESH_FOR = 15.0
# CloudFormation notes that a resource is in progress and signs the request, which tells whole seconds. How much later
# the note may be.
NOTED_WITHIN = 2.0
# How long to ask again and again when CloudFormation throttles, in seconds.
PATIENCE = 30.0
# For how long what CloudFormation says holds, in seconds: for the calls of one step.
HOLDS_FOR = 2.0

logger = logging.getLogger(__name__)


class NotAwaitedError(RequestFailedError):
    """CloudFormation does not wait for this request any more."""


class Fence:
    """Keeps one request from writing when CloudFormation does not wait for it any more."""

    def __init__(self, stacks: Stacks) -> None:
        self._stacks = stacks
        self._passed_at = float("-inf")
        self._throttled_since: float | None = None

    def check(self, request: Request) -> None:
        """Let the request write, or not.

        Raises:
            NotAwaitedError: CloudFormation does not wait for it any more.
            ClientError: CloudFormation throttles; ask again.
        """
        now = request.deadline.clock.now()
        fresh = request.deadline.age < FRESH_FOR and not request.invocations
        if fresh or now - self._passed_at < HOLDS_FOR or request.owner.account != request.account:
            return
        try:
            state = self._stacks.resource(request.owner.stack_id, request.owner.logical_id)
        except CALL_ERRORS as error:
            self._insist(error, now)
            return
        if not _waits(request, state):
            told = f"it is {state.status} since {state.since}" if state else "it has no such resource any more"
            raise NotAwaitedError(
                f"CloudFormation does not wait for this request any more ({told}): nothing is written"
            )
        self._passed_at = now

    def _insist(self, error: Exception, now: float) -> None:
        """Where CloudFormation cannot be asked, the request goes on."""
        if self._throttled_since is None:
            self._throttled_since = now
        if is_transient(error) and now - self._throttled_since < PATIENCE:
            raise error
        logger.warning("CloudFormation cannot be asked whether it still waits: %s", describe(error))


def _waits(request: Request, state: ResourceState | None) -> bool:
    if state is None:
        return False
    started = request.deadline.started
    since = state.since.timestamp() if state.since and request.is_dated else started
    if state.status != f"{request.kind.upper()}_IN_PROGRESS":
        # From before the request was made: what is told lags behind, which is no evidence.
        return since < started - NOTED_WITHIN
    replaced = request.kind == "Update" and state.physical_id not in ("", request.physical_id)
    return since <= started + NOTED_WITHIN and not replaced
