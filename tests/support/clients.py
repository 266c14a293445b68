"""A boto3 client with something in the way."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

FOR_EVER = 100_000


def failed(operation: str, code: str, message: str, status: int = 400) -> ClientError:
    """AWS refuses a call."""
    return ClientError(
        {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}},  # type: ignore[typeddict-item]
        operation,
    )


def slow_down(operation: str) -> ClientError:
    """S3 throttles."""
    return ClientError(
        {"Error": {"Code": "SlowDown", "Message": "x"}, "ResponseMetadata": {"HTTPStatusCode": 503}},  # type: ignore[typeddict-item]
        operation,
    )


def forbidden(operation: str) -> ClientError:
    """S3 denies a HEAD, whose response has no body and so no words."""
    return ClientError({"Error": {"Code": "403", "Message": "Forbidden"}}, operation)


class Failing:
    """A client one of whose methods fails a number of times, and then works."""

    def __init__(self, client: Any, method: str, error: Exception, times: int = FOR_EVER) -> None:
        self._client, self._method, self._error, self.failures_left = client, method, error, times

    def __getattr__(self, name: str) -> Any:
        return self._fail if name == self._method and self.failures_left else getattr(self._client, name)

    def _fail(self, *_: Any, **__: Any) -> None:
        self.failures_left -= 1
        raise self._error


class Counting:
    """A client that counts how often one of its methods is called."""

    def __init__(self, client: Any, method: str) -> None:
        self._client, self._method, self.count = client, method, 0

    def __getattr__(self, name: str) -> Any:
        self.count += name == self._method
        return getattr(self._client, name)


class With:
    """A client some of whose methods are others."""

    def __init__(self, client: Any, **others: Any) -> None:
        self._client, self._others = client, others

    def __getattr__(self, name: str) -> Any:
        return self._others.get(name) or getattr(self._client, name)
