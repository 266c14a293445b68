"""The ASGI app in front of ministack's: the control path `/_local/` and the response URLs of custom resources.

Control path, JSON, for callers on this machine only:

    GET    /_local/health           is it up
    PUT    /_local/behaviour        set fields of the packages service's `Behaviour`; DELETE puts the defaults back
    PUT    /_local/cloudformation   set fields of CloudFormation's `Playing`; DELETE puts the defaults back
    GET    /_local/calls            every call of a packages operation; DELETE forgets them
    GET    /_local/requests         every request to a custom resource, with its answers; DELETE forgets them
    GET    /_local/packages         the packages as they really are, of every account and Region
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import Any

from local_aws.cloudformation import Playing, Responses
from local_aws.cloudformation.responses import PATH as RESPONSE_PATH
from local_aws.ministack_adapter import PackagesAdapter
from local_aws.packages import Behaviour

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]
CONTROL = "/_local/"
LOOPBACK = ("127.0.0.1", "::1")


class Gateway:
    """Answers what is ours and hands the rest to ministack."""

    def __init__(self, behind: Asgi, adapter: PackagesAdapter, responses: Responses) -> None:
        self._behind = behind
        self._adapter = adapter
        self._responses = responses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection event (ASGI)."""
        path = scope.get("path", "")
        if scope["type"] == "http" and path.startswith(CONTROL):
            status, body = self._control(scope, await _body(receive))
        elif scope["type"] == "http" and path.startswith(RESPONSE_PATH) and scope["method"] == "PUT":
            status, body = await self._response(scope, await _body(receive))
        else:
            await self._behind(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", _TYPE)]})
        await send({"type": "http.response.body", "body": body})

    async def _response(self, scope: Scope, body: bytes) -> tuple[int, bytes]:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        path = scope["raw_path"].decode("latin-1")
        query = scope["query_string"].decode("latin-1")
        return await asyncio.to_thread(self._responses.receive, path, query, headers, body)

    def _control(self, scope: Scope, body: bytes) -> tuple[int, bytes]:
        if (scope.get("client") or ("",))[0] not in LOOPBACK:
            return 403, b"{}"
        command = self._commands().get((scope["method"], scope["path"].removeprefix(CONTROL)))
        if command is None:
            return 404, b"{}"
        try:
            answer = command(json.loads(body) if body else {})
        except (TypeError, ValueError) as error:
            return 400, json.dumps({"message": str(error)}).encode()
        return 200, json.dumps(answer, default=_plain).encode()

    def _commands(self) -> dict[tuple[str, str], Callable[[dict[str, Any]], Any]]:
        behaviour, playing = self._adapter.behaviour, self._responses.playing
        return {
            ("GET", "health"): lambda _: {"ready": True},
            ("PUT", "behaviour"): behaviour.change,
            ("DELETE", "behaviour"): lambda _: behaviour.change(asdict(Behaviour())),
            ("PUT", "cloudformation"): playing.change,
            ("DELETE", "cloudformation"): lambda _: playing.change(asdict(Playing())),
            ("GET", "calls"): lambda _: list(self._adapter.calls),
            ("DELETE", "calls"): lambda _: self._adapter.calls.clear(),
            ("GET", "requests"): lambda _: [one.plain() for one in self._responses.requests],
            ("DELETE", "requests"): lambda _: self._responses.requests.clear(),
            ("GET", "packages"): lambda _: [
                {
                    "Account": account,
                    "Region": region,
                    **package,
                    "Versions": [
                        {"PackageVersion": version.name, "Sha256": sha256(version.body).hexdigest()}
                        for version in model.versions(package["PackageID"])
                    ],
                }
                for (account, region), model in self._adapter.models.items()
                for package in model.own_packages()
            ],
        }


_TYPE = b"application/json"


async def _body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"cannot serialize {value!r}")
