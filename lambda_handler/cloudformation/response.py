"""The response: what CloudFormation is told, within its limits, and the delivery of it.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
"""

from __future__ import annotations

import json
import random
import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException, HTTPSConnection
from string import ascii_letters, digits, punctuation
from urllib.parse import quote, urlsplit

from lambda_handler.cloudformation.deadline import Clock

LONGEST_BODY = 4096  # bytes
# A reason may take this much, so that there is always room for ids. CloudFormation shows about as much.
LONGEST_REASON = 1500  # bytes
# CloudFormation's own ids are never longer, in bytes.
LONGEST_PHYSICAL_ID, LONGEST_ID = 1024, 512
ELLIPSIS = "…"

SOCKET_TIMEOUT = 5.0  # seconds for one try
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 8.0
HTTP_OK = range(200, 300)

# CloudFormation shows its events in XML, which has no place for control characters, halves of surrogate pairs and
# two more: one of them, and nobody can read the events of the stack any more. Source: https://www.w3.org/TR/xml/#charsets
UNPRINTABLE = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\ufffe\\uffff]+")


class ResponseNotDeliveredError(Exception):
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
        reason = self._reason(min(LONGEST_REASON, LONGEST_BODY - len(self._encode("", {}))))
        attributes = {name: _printable(value) for name, value in self.attributes.items()}
        whole = self._encode(reason, attributes)
        if len(whole) <= LONGEST_BODY:
            return whole

        def cut_to(longest: int) -> bytes:
            return self._encode(reason, {name: _cut(value, longest) for name, value in attributes.items()})

        # As long as all of them may be.
        return cut_to(bisect_right(range(1, LONGEST_BODY), LONGEST_BODY, key=lambda n: len(cut_to(n))))

    def _reason(self, longest: int) -> str:
        if not self.reason:
            return ""
        end = f" (log stream: {self.log_stream})"
        return _cut(_printable(self.reason), longest - _size(end)) + end

    def _encode(self, reason: str, attributes: dict[str, str]) -> bytes:
        return json.dumps(
            {
                "Status": self.status,
                "Reason": reason,
                "PhysicalResourceId": _cut(self.physical_id, LONGEST_PHYSICAL_ID),
                "StackId": _cut(self.stack_id, LONGEST_ID),
                "RequestId": _cut(self.request_id, LONGEST_ID),
                "LogicalResourceId": _cut(self.logical_id, LONGEST_ID),
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
        ResponseNotDeliveredError: every try failed.
    """
    pause = FIRST_PAUSE
    while True:
        try:
            status = put(url, body)
            if status in HTTP_OK:
                return
            trouble = f"HTTP status {status}"
        except ValueError:
            trouble, until = "the ResponseURL is none", 0.0
        except (OSError, HTTPException) as error:
            trouble = type(error).__name__
        # Full jitter, so that the resources of a large stack do not come back all at once.
        wait = random.uniform(pause / 2, pause)  # noqa: S311 - no secret
        if clock.now() + wait >= until:
            raise ResponseNotDeliveredError(f"CloudFormation did not take the response: {trouble}")
        clock.sleep(wait)
        pause = min(pause * 2, LONGEST_PAUSE)


def put_over_https(url: str, body: bytes) -> int:
    """One PUT without a content type, as the presigned URL demands. Gives the HTTP status.

    Raises:
        ValueError: the URL is none.
        OSError: CloudFormation cannot be reached.
        HTTPException: it speaks no HTTP.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise ValueError("https:// and a host are needed")
    connection = HTTPSConnection(parts.hostname, parts.port, timeout=SOCKET_TIMEOUT)
    target = quote(f"{parts.path}?{parts.query}", safe=ascii_letters + digits + punctuation)
    try:
        connection.request("PUT", target, body=body, headers={"content-type": ""})
        return connection.getresponse().status
    finally:
        connection.close()


def _printable(text: str) -> str:
    """`text` with a blank for whatever CloudFormation could not show."""
    return UNPRINTABLE.sub(" ", text)


def _size(text: str) -> int:
    """What `text` takes in the body: bytes of JSON, where a control character takes six."""
    return len(json.dumps(text, ensure_ascii=False).encode(errors="replace")) - 2


def _cut(text: str, longest: int) -> str:
    """`text`, cut so that it takes at most `longest` bytes of JSON, an ellipsis included."""
    if _size(text) <= longest:
        return text
    room = longest - _size(ELLIPSIS)
    return text[: bisect_right(range(1, len(text)), room, key=lambda kept: _size(text[:kept]))] + ELLIPSIS
