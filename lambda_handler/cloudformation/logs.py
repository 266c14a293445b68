"""What every line of the log says besides its text, so that logs can be searched by it.

In Lambda's JSON format a line has the attributes of its record as members.
Source: https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambda_handler.cloudformation.request import Request
    from lambda_handler.cloudformation.response import Response


logger = logging.getLogger(__name__)


def log_response(response: Response, request: Request | None) -> None:
    """One line for each response, with all that one counts and searches by; `Seconds` is the age of the request."""
    members: dict[str, Any] = {"Status": response.status, "PhysicalResourceId": response.physical_id}
    if request is not None:
        members |= {"Seconds": round(request.deadline.age, 1), "Invocations": request.invocations + 1}
    logger.info("responded %s for %s", response.status, response.physical_id, extra=members)


@contextmanager
def with_members(members: Mapping[str, str]) -> Iterator[None]:
    """Have every line that is logged meanwhile, by whatever module or thread, carry these members."""

    def carry(record: logging.LogRecord) -> bool:
        vars(record).update(members)
        return True

    handlers = list(logging.root.handlers)
    for handler in handlers:
        handler.addFilter(carry)
    try:
        yield
    finally:
        for handler in handlers:
            handler.removeFilter(carry)
