"""The API's own model, as botocore carries it: operations, and the check of an operation's input."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import botocore.session
from botocore.model import OperationModel, ServiceModel, Shape

PREFIX = "/2021-01-01"
# Patterns in the model are Java's; only this differs from Python's.
JAVAS_HEX_DIGIT = (r"\p{XDigit}", "[0-9A-Fa-f]")


@cache
def service() -> ServiceModel:
    """The model of Amazon OpenSearch Service."""
    loader = botocore.session.get_session().get_component("data_loader")
    return ServiceModel(loader.load_service_model("opensearch", "service-2"), "opensearch")


@cache
def operation(name: str) -> OperationModel:
    """The model of one operation."""
    return service().operation_model(name)


def complaint(name: str, parameters: dict[str, Any]) -> str | None:
    """What the service would say of an operation's input, or `None` where it is right.

    AWS's services check the constraints of their own model first and report what is wrong in this form; botocore checks
    types and required members only, so lengths, patterns and enumerations really reach the service.
    """
    shape = operation(name).input_shape
    found = _complaints(shape, parameters, "") if shape else []
    if not found:
        return None
    plural = "error" if len(found) == 1 else "errors"
    return f"{len(found)} validation {plural} detected: {'; '.join(found)}"


def _complaints(shape: Shape, value: Any, path: str) -> list[str]:
    check = {"structure": _structure, "list": _list, "string": _string}.get(shape.type_name)
    if check:
        return check(shape, value, path)
    if shape.type_name == "boolean" and not isinstance(value, bool):
        return [_failure(value, path, "Member must be a boolean")]
    if shape.type_name in ("integer", "long"):
        return _number(shape, value, path)
    return []


def _structure(shape: Any, value: Any, path: str) -> list[str]:
    if not isinstance(value, dict):
        return [_failure(value, path, "Member must be a structure")]
    found = []
    for name, member in shape.members.items():
        given = value.get(name)
        if given is not None:
            found += _complaints(member, given, _inside(path, name))
        elif name in shape.required_members:
            found.append(_failure(None, _inside(path, name), "Member must not be null"))
    return found


def _list(shape: Any, value: Any, path: str) -> list[str]:
    if not isinstance(value, list):
        return [_failure(value, path, "Member must be a list")]
    found = _length(shape, value, path)
    for number, item in enumerate(value, start=1):
        found += _complaints(shape.member, item, f"{path}.{number}.member")
    return found


def _string(shape: Any, value: Any, path: str) -> list[str]:
    if not isinstance(value, str):
        return [_failure(value, path, "Member must be a string")]
    found = _length(shape, value, path)
    pattern = shape.metadata.get("pattern")
    if pattern and not re.fullmatch(pattern.replace(*JAVAS_HEX_DIGIT), value):
        found.append(_failure(value, path, f"Member must satisfy regular expression pattern: {pattern}"))
    if shape.enum and value not in shape.enum:
        found.append(_failure(value, path, f"Member must satisfy enum value set: [{', '.join(shape.enum)}]"))
    return found


def _number(shape: Any, value: Any, path: str) -> list[str]:
    if not isinstance(value, int) or isinstance(value, bool):
        return [_failure(value, path, "Member must be a number")]
    most = shape.metadata.get("max")
    if most is not None and value > most:
        return [_failure(value, path, f"Member must have value less than or equal to {most}")]
    return []


def _length(shape: Shape, value: Any, path: str) -> list[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and len(value) < least:
        return [_failure(value, path, f"Member must have length greater than or equal to {least}")]
    if most is not None and len(value) > most:
        return [_failure(value, path, f"Member must have length less than or equal to {most}")]
    return []


def _failure(value: Any, path: str, constraint: str) -> str:
    said = "null" if value is None else f"'{value}'"
    return f"Value {said} at '{path}' failed to satisfy constraint: {constraint}"


def _inside(path: str, name: str) -> str:
    lower = name[:1].lower() + name[1:]
    return f"{path}.{lower}" if path else lower
