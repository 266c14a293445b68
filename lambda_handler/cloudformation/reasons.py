"""What to tell of an error."""

from __future__ import annotations

import logging
import traceback

from lambda_handler.cloudformation.deadline import DeadlineExceeded
from lambda_handler.errors import RequestFailedError, describe, readable

logger = logging.getLogger(__name__)


def reason_of(error: Exception) -> str:
    """What to tell of an error, which is logged too."""
    if isinstance(error, RequestFailedError | DeadlineExceeded):
        logger.error("%s", readable(str(error)))
        return str(error)
    told = describe(error)
    # The traceback alone: the last line of one would be the error's own words once more, as AWS has written them.
    logger.error("unexpected: %s\n%s", told, "".join(traceback.format_tb(error.__traceback__)))
    return told if hasattr(error, "response") else f"{type(error).__name__}: {told}"
