"""Lists of the service, page by page: botocore has no paginators for those of packages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from botocore.exceptions import ClientError

from lambda_handler.errors import is_not_found

PAGE = 100  # the most that the service gives at once

Reading = Callable[[Callable[..., Any], dict[str, Any]], Iterator[dict[str, Any]]]


def every_page(operation: Callable[..., Any], parameters: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All pages of a list."""
    token: dict[str, str] = {}
    while True:
        page = operation(**parameters, MaxResults=PAGE, **token)
        yield page
        if not page.get("NextToken"):
            return
        token = {"NextToken": page["NextToken"]}


def pages(operation: Callable[..., Any], parameters: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All pages of a list; none where the service says that there is no such package, or domain."""
    try:
        yield from every_page(operation, parameters)
    except ClientError as error:
        if not is_not_found(error):
            raise
