"""The ASGI app in front of ministack's: the control path `/_local/` and the response URLs of custom resources.

Control path, JSON, for callers on this machine that know the key (see `access`):

    GET    /_local/health           is it up
    PUT    /_local/behaviour        set fields of the packages service's `Behaviour`; DELETE puts the defaults back
    PUT    /_local/cloudformation   set fields of CloudFormation's `Playing`; DELETE puts the defaults back
    GET    /_local/calls            every call of a packages operation; DELETE forgets them
    GET    /_local/requests         every request to a custom resource, with its responses; DELETE forgets them
    GET    /_local/packages         the packages as they really are, of every account and Region
    PUT    /_local/domains/upgrade  let somebody upgrade a domain
    PUT    /_local/domains/modify   let somebody change a domain, which is busy meanwhile; DELETE ends it
    PUT    /_local/domains/use      let an index of a domain use a package; DELETE lets it use it no more

The commands about domains take the account, the Region, and what the method of `PackagesModel` takes.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs

from local_aws import access, buckets
from local_aws.cloudformation import Playing, ResponseUrls
from local_aws.cloudformation.responses import PATH as RESPONSE_PATH
from local_aws.ministack_adapter import PackagesAdapter
from local_aws.packages import PackagesModel, ServiceError
from local_aws.packages.seen import as_seen

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]
Command = Callable[[dict[str, Any]], Any]
CONTROL = "/_local/"
# Ministack's own paths begin so, and check no key. No bucket's name does.
PRIVATE = "/_"
LOOPBACK = ("127.0.0.1", "::1")


class Gateway:
    """Serves what is ours, and passes the requests of callers who are known to ministack."""

    def __init__(self, behind: Asgi, adapter: PackagesAdapter, urls: ResponseUrls, key: access.Key) -> None:
        self._behind = behind
        self._adapter = adapter
        self._urls = urls
        self._key = key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection event (ASGI)."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        elif scope["type"] != "http":
            await self._behind(scope, receive, send)
        else:
            await self._http(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if path.startswith(CONTROL):
            status, body = self._control(scope, await _body(receive))
        elif path.startswith(RESPONSE_PATH) and scope["method"] == "PUT":
            status, body = await self._response(scope, await _body(receive))
        elif path.startswith(PRIVATE) or not self._is_known(scope):
            status, body = 403, _refusal(_headers(scope))
        elif refusal := _refused_version(scope):
            status, body = refusal
        else:
            await self._behind(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", _TYPE)]})
        await send({"type": "http.response.body", "body": body})

    def _is_known(self, scope: Scope) -> bool:
        query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        return access.is_known(self._key, _headers(scope), query)

    async def _response(self, scope: Scope, body: bytes) -> tuple[int, bytes]:
        headers = _headers(scope)
        path = scope["raw_path"].decode("latin-1")
        query = scope["query_string"].decode("latin-1")
        return await asyncio.to_thread(self._urls.receive, path, query, headers, body)

    def _control(self, scope: Scope, body: bytes) -> tuple[int, bytes]:
        if (scope.get("client") or ("",))[0] not in LOOPBACK or not self._key.authorizes(_headers(scope)):
            return 403, b"{}"
        command = self._commands().get((scope["method"], scope["path"].removeprefix(CONTROL)))
        if command is None:
            return 404, b"{}"
        try:
            said = command(json.loads(body) if body else {})
        except (KeyError, TypeError, ValueError, ServiceError) as error:
            return 400, json.dumps({"message": str(error)}).encode()
        return 200, json.dumps(said, default=_plain).encode()

    def _on_model(self, play: Callable[..., None]) -> Command:
        """A command that plays something on the model of an account and Region."""

        def command(values: dict[str, Any]) -> None:
            account, region = values.pop("account"), values.pop("region")
            play(self._adapter.model(account, region), **values)

        return command

    def _commands(self) -> dict[tuple[str, str], Command]:
        behaviour, playing = self._adapter.behaviour, self._urls.playing
        return {
            ("GET", "health"): lambda _: {"ready": True},
            ("PUT", "behaviour"): behaviour.change,
            ("DELETE", "behaviour"): lambda _: behaviour.change(asdict(as_seen())),
            ("PUT", "cloudformation"): playing.change,
            ("DELETE", "cloudformation"): lambda _: playing.change(asdict(Playing())),
            ("GET", "calls"): lambda _: list(self._adapter.calls),
            ("DELETE", "calls"): lambda _: self._adapter.calls.clear(),
            ("GET", "requests"): lambda _: [one.plain() for one in self._urls.requests],
            ("DELETE", "requests"): lambda _: self._urls.requests.clear(),
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
            ("PUT", "domains/upgrade"): self._on_model(PackagesModel.upgrade_domain),
            ("PUT", "domains/modify"): self._on_model(PackagesModel.modify_domain),
            ("DELETE", "domains/modify"): self._on_model(PackagesModel.end_modification),
            ("PUT", "domains/use"): self._on_model(PackagesModel.use_in_index),
            ("DELETE", "domains/use"): self._on_model(PackagesModel.release_from_index),
        }


_TYPE = b"application/json"
POLICY_VIOLATION = 1008


# The services of a deployment whose protocol is XML.
XML_SERVICES = ("cloudformation", "iam", "s3", "sts")


def _refusal(headers: Mapping[str, str]) -> bytes:
    """What AWS says of an unknown key, in the protocol of the service that the request is signed for."""
    code, message = "InvalidClientTokenId", "The security token included in the request is invalid."
    if any(f"/{service}/aws4_request" in headers.get("authorization", "") for service in XML_SERVICES):
        error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
        return f"<ErrorResponse>{error}</ErrorResponse>".encode()
    return json.dumps({"__type": code, "message": message}).encode()


def _refused_version(scope: Scope) -> tuple[int, bytes] | None:
    query = {name: values[0] for name, values in parse_qs(scope["query_string"].decode("latin-1")).items()}
    return buckets.refusal_of_version(scope["method"], query, _headers(scope).get("x-amz-copy-source", ""))


def _headers(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


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
