"""The response: what CloudFormation is told, within its limits, and the delivery of it.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
"""

from __future__ import annotations

import json
import random
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from lambda_handler.waiting import Clock

LONGEST_BODY = 4096  # bytes
# A reason may take this much, so that there is always room for ids. CloudFormation shows about as much.
LONGEST_REASON = 1500  # bytes
# Attributes that lose their meaning when they are cut.
WHOLE = ("PackageID", "PackageVersion", "AvailablePackageVersion")
ELLIPSIS = "…"

SOCKET_TIMEOUT = 5.0  # seconds for one try
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 8.0
HTTP_OK = range(200, 300)


class ResponseNotDelivered(Exception):  # noqa: N818 - states a fact
    """CloudFormation could not be told. Its text never contains the URL, which is a secret."""


@dataclass(frozen=True)
class Response:
    """What CloudFormation is told.

    Attributes:
        status: `SUCCESS` or `FAILED`.
        reason: why it failed; empty after a success.
        log_stream: where the function logged; every reason ends with it.
        physical_id: PhysicalResourceId.
        stack_id: StackId of the request.
        request_id: RequestId of the request.
        logical_id: LogicalResourceId of the request.
        attributes: what `Fn::GetAtt` gives.
    """

    status: str
    reason: str
    log_stream: str
    physical_id: str
    stack_id: str
    request_id: str
    logical_id: str
    attributes: dict[str, str]

    def body(self) -> bytes:
        """The response as JSON, with the longest attributes cut to make it fit into what CloudFormation accepts."""
        attributes = dict(self.attributes)
        reason = self._reason(LONGEST_REASON)
        while len(encoded := self._encode(reason, attributes)) > LONGEST_BODY:
            name = max((n for n in attributes if n not in WHOLE), key=lambda n: _size(attributes[n]), default=None)
            excess = len(encoded) - LONGEST_BODY
            if name is None or _size(attributes[name]) <= _size(ELLIPSIS):
                break  # nothing is left to cut: the ids alone are too long, which CloudFormation's never are
            # The longest gives way to the second longest before that is cut too.
            others = [_size(attributes[n]) for n in attributes if n not in WHOLE and n != name]
            floor = min(max(others, default=0), _size(attributes[name]) - 1)
            attributes[name] = _cut(attributes[name], max(floor, _size(attributes[name]) - excess))
        return encoded

    def _reason(self, longest: int) -> str:
        if not self.reason:
            return ""
        end = f" (log stream: {self.log_stream})"
        return _cut(self.reason, longest - _size(end)) + end

    def _encode(self, reason: str, attributes: dict[str, str]) -> bytes:
        return json.dumps(
            {
                "Status": self.status,
                "Reason": reason,
                "PhysicalResourceId": self.physical_id,
                "StackId": self.stack_id,
                "RequestId": self.request_id,
                "LogicalResourceId": self.logical_id,
                "Data": attributes,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        ).encode(errors="replace")


def deliver(body: bytes, url: str, *, clock: Clock, until: float, put: Callable[[str, bytes], int]) -> None:
    """PUT the response, again and again until CloudFormation has it.

    Args:
        body: the response.
        url: the presigned URL of the request.
        clock: the time.
        until: when to stop trying, in seconds since the epoch; one try is made in any case.
        put: sends the body and gives the HTTP status.

    Raises:
        ResponseNotDelivered: every try failed.
    """
    pause = FIRST_PAUSE
    while True:
        try:
            status = put(url, body)
            if status in HTTP_OK:
                return
            trouble = f"HTTP status {status}"
        except (OSError, HTTPException) as error:
            trouble = type(error).__name__
        # Full jitter, so that the resources of a large stack do not come back all at once.
        wait = random.uniform(pause / 2, pause)  # noqa: S311 - no secret
        if clock.now() + wait >= until:
            raise ResponseNotDelivered(f"CloudFormation did not take the response: {trouble}")
        clock.sleep(wait)
        pause = min(pause * 2, LONGEST_PAUSE)


def put_over_https(url: str, body: bytes) -> int:
    """One PUT without a content type, as the presigned URL demands. Gives the HTTP status."""
    parts = urlsplit(url)
    connection = HTTPSConnection(parts.netloc, timeout=SOCKET_TIMEOUT)
    try:
        connection.request("PUT", f"{parts.path}?{parts.query}", body=body, headers={"content-type": ""})
        return connection.getresponse().status
    finally:
        connection.close()


def _size(text: str) -> int:
    """What `text` takes in the body: bytes of JSON, where a control character takes six."""
    return len(json.dumps(text, ensure_ascii=False).encode(errors="replace")) - 2


def _cut(text: str, longest: int) -> str:
    """`text`, cut so that it takes at most `longest` bytes of JSON, an ellipsis included."""
    if _size(text) <= longest:
        return text
    room = longest - _size(ELLIPSIS)
    return text[: bisect_right(range(1, len(text)), room, key=lambda kept: _size(text[:kept]))] + ELLIPSIS
