"""Invoking the function again, for a further invocation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lambda_handler.cloudformation.deadline import Clock
from lambda_handler.errors import CALL_ERRORS, is_transient, may_have_been_applied

TRIES, PAUSE = 4, 0.5  # seconds


def invoke_again(
    invoke: Callable[[str, dict[str, Any]], None], function_arn: str, event: dict[str, Any], clock: Clock
) -> None:
    """Invoke the function, with some patience for throttling.

    It is not tried again after an error that may hide an invocation that is under way.

    Raises:
        ClientError: Lambda refuses, or throttles for too long.
        BotoCoreError: there was no response.
    """
    for tries_left in reversed(range(TRIES)):
        try:
            invoke(function_arn, event)
        except CALL_ERRORS as error:
            if not tries_left or may_have_been_applied(error) or not is_transient(error):
                raise
            clock.sleep(PAUSE)
        else:
            return
