"""The model's operations as HTTP requests and responses, by botocore's model of the API (rest-json)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import unquote

from local_aws import api_model
from local_aws.packages import ServiceError

OPERATIONS = (
    "CreatePackage",
    "UpdatePackage",
    "DeletePackage",
    "DescribePackages",
    "GetPackageVersionHistory",
    "DescribeDomain",
    "DescribeDomainChangeProgress",
    "ListDomainsForPackage",
    "ListPackagesForDomain",
    "AssociatePackage",
    "AssociatePackages",
    "DissociatePackage",
    "DissociatePackages",
)
Response = tuple[int, dict[str, str], bytes]


@dataclass(frozen=True)
class Route:
    """Where an operation is found."""

    operation: str
    method: str
    pattern: re.Pattern[str]


@cache
def routes() -> tuple[Route, ...]:
    """The routes of all operations that the model knows."""
    found = []
    for name in OPERATIONS:
        http = api_model.operation(name).http
        path = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", http["requestUri"])
        found.append(Route(name, http["method"], re.compile(f"{path}/?")))
    return tuple(found)


def parse(method: str, path: str, query: Mapping[str, str], body: bytes) -> tuple[str, dict[str, Any]] | None:
    """An HTTP request as an operation and its parameters, or `None` where it is none of ours."""
    for route in routes():
        match = route.pattern.fullmatch(path)
        if match and method == route.method:
            named = {name: unquote(value) for name, value in match.groupdict().items()}
            return route.operation, {**_body(body), **_query(route.operation, query), **named}
    return None


def respond(
    call: Callable[[str, dict[str, Any]], dict[str, Any]], operation: str, parameters: dict[str, Any]
) -> Response:
    """Play an operation and write its result, or its error, as HTTP."""
    headers = {"Content-Type": "application/json"}
    try:
        result = call(operation, parameters)
    except ServiceError as error:
        headers["x-amzn-errortype"] = error.code
        return error.http_status, headers, json.dumps({"message": error.message}).encode()
    return 200, headers, json.dumps(result, default=_plain).encode()


def _body(body: bytes) -> dict[str, Any]:
    parsed = json.loads(body) if body.strip() else {}
    return parsed if isinstance(parsed, dict) else {}


def _query(operation: str, query: Mapping[str, str]) -> dict[str, Any]:
    shape: Any = api_model.operation(operation).input_shape
    found: dict[str, Any] = {}
    for name, member in shape.members.items():
        if member.serialization.get("location") == "querystring":
            value = query.get(member.serialization["name"])
            if value is not None:
                found[name] = int(value) if member.type_name == "integer" else value
    return found


def _plain(value: Any) -> Any:
    """Timestamps are seconds since the epoch in this protocol."""
    if isinstance(value, datetime):
        return value.timestamp()
    raise TypeError(f"cannot serialize {value!r}")
