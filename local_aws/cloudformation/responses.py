"""The URL that a custom resource sends its response to, and the check of that response."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote

from local_aws.cloudformation.playing import Playing

PATH = "/cloudformation-custom-resource-response-"
# "up to 4096 bytes" [D: crpg-ref-responses].
LONGEST_BODY = 4096
# "up to 1 KB in size" [D: the same].
LONGEST_PHYSICAL_ID = 1024
# Commonly seen, not documented.
URL_SECONDS = 7200


@dataclass
class Response:
    """One PUT to a response URL."""

    at: float
    status: int
    """The HTTP status that the URL returned."""
    body: str
    counted: bool = False
    """Whether it is the one that CloudFormation took."""


@dataclass
class Request:
    """A request to a custom resource, and every response to it."""

    event: dict[str, Any]
    at: float
    responses: list[Response] = field(default_factory=list)
    result: dict[str, Any] | None = None
    arrived: threading.Event = field(default_factory=threading.Event)

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "At": self.at,
            "Event": self.event,
            "Responses": [asdict(one) for one in self.responses],
            "Result": self.result,
        }


@dataclass
class ResponseUrls:
    """The URLs that were handed out."""

    endpoint: str
    playing: Playing
    requests: list[Request] = field(default_factory=list)
    _paths: dict[str, tuple[str, Request]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def issue(self, event: dict[str, Any]) -> Request:
        """Add a response URL to an event. It looks like the real one: a presigned S3 URL, a secret."""
        region = event["StackId"].split(":")[3]
        name = quote(f"{event['StackId']}|{event['LogicalResourceId']}|{event['RequestId']}", safe="")
        path = f"{PATH}{region.replace('-', '')}/{name}"
        signature = secrets.token_hex(32)
        moment = time.gmtime()
        query = "&".join(
            (
                "X-Amz-Algorithm=AWS4-HMAC-SHA256",
                f"X-Amz-Date={time.strftime('%Y%m%dT%H%M%SZ', moment)}",
                "X-Amz-SignedHeaders=host",
                f"X-Amz-Expires={URL_SECONDS}",
                f"X-Amz-Credential=AKIALOCAL%2F{time.strftime('%Y%m%d', moment)}%2F{region}%2Fs3%2Faws4_request",
                f"X-Amz-Signature={signature}",
            )
        )
        request = Request({**event, "ResponseURL": f"{self.endpoint}{path}?{query}"}, time.time())
        with self._lock:
            self._paths[path] = (signature, request)
            self.requests.append(request)
        return request

    def receive(self, path: str, query: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        """Take a PUT to a response URL, as S3 would."""
        signature, request = self._paths.get(path, ("", None))
        if request is None or parse_qs(query).get("X-Amz-Signature") != [signature]:
            return 403, _refusal("AccessDenied")
        with self._lock:
            status = self._status(request, headers)
            response = Response(time.time(), status, body.decode("utf-8", "replace"))
            request.responses.append(response)
            if status == 200 and request.result is None:  # noqa: PLR2004 - only the first response counts
                response.counted = True
                request.result = checked(request.event, body)
                request.arrived.set()
        return status, b"" if status == 200 else _refusal("SignatureDoesNotMatch")  # noqa: PLR2004

    def _status(self, request: Request, headers: Mapping[str, str]) -> int:
        if self.playing.refuse_responses > 0:
            self.playing.refuse_responses -= 1
            return 503
        # "The Content-Type header must be an empty string or omitted" [D, of the sister URL of wait
        # conditions].
        if headers.get("content-type"):
            return 403
        if time.time() - request.at > URL_SECONDS:
            return 403
        return 200


def checked(event: Mapping[str, Any], body: bytes) -> dict[str, Any]:
    """A response as CloudFormation takes it: what is wrong with it makes it a failure."""
    if len(body) > LONGEST_BODY:
        return _failure("Response object is too long.")
    try:
        response = json.loads(body)
    except ValueError:
        return _failure("Invalid response object: not JSON.")
    if not isinstance(response, dict) or response.get("Status") not in ("SUCCESS", "FAILED"):
        return _failure("Invalid response object: Value of property Status must be SUCCESS or FAILED.")
    for name in ("StackId", "RequestId", "LogicalResourceId"):
        if response.get(name) != event[name]:
            return _failure(f"Invalid response object: Value of property {name} is not the request's.")
    physical_id = response.get("PhysicalResourceId")
    if not isinstance(physical_id, str) or not physical_id or len(physical_id.encode()) > LONGEST_PHYSICAL_ID:
        return _failure("Invalid PhysicalResourceId")  # [O: empire #918]
    if not isinstance(response.get("Data") or {}, dict):
        return _failure("Invalid response object: Value of property Data must be an object.")
    return response


def _failure(reason: str) -> dict[str, Any]:
    return {"Status": "FAILED", "Reason": reason}


def _refusal(code: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code></Error>'.encode()
