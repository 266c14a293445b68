"""What to tell of an error."""

from __future__ import annotations

import logging

from lambda_handler.cloudformation.deadline import DeadlineExceeded
from lambda_handler.cloudformation.request import readable
from lambda_handler.errors import RequestFailedError, describe

logger = logging.getLogger(__name__)


def reason_of(error: Exception) -> str:
    """What to tell of an error, which is logged too."""
    if isinstance(error, RequestFailedError | DeadlineExceeded):
        logger.error("%s", readable(str(error)))
        return str(error)
    logger.error("unexpected", exc_info=error)
    told = describe(error)
    return told if hasattr(error, "response") else f"{type(error).__name__}: {told}"
