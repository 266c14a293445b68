"""Strings from the template to the API's types, checked.

CloudFormation delivers every scalar as a string. Which type a property has, how long it may be and what it may say
is looked up in botocore's model of the service. What the model does not say stands in the resource type's own table.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import botocore
from botocore.model import ListShape, NoShapeFoundError, Shape, StructureShape

from lambda_handler.cloudformation.deadline import DEFAULT_SERVICE_TIMEOUT, read_service_timeout
from lambda_handler.errors import RequestFailedError

if TYPE_CHECKING:
    from botocore.model import ServiceModel

LONGEST_ECHO = 80


class PropertyError(RequestFailedError):
    """Properties that cannot be accepted. The text names each, the value received and what is allowed."""

    def __init__(self, problems: Iterable[str]) -> None:
        super().__init__("; ".join(dict.fromkeys(problems)))


@dataclass(frozen=True)
class Property:
    """One property of a resource type.

    Attributes:
        shape: the API's request and its member that describe the property; None where it is ours or
            CloudFormation's, and so a string.
        ours: members that the API does not have; each is a string.
        required: members that have to be there, beside those that the API requires.
        optional: members that the API requires, and that may be left out here.
        free: members whose texts may say something else than in the API.
        is_free: whether the texts of the property itself may.

    Of a list, the members are those of its items.
    """

    shape: tuple[str, str] | None = None
    ours: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    free: tuple[str, ...] = ()
    is_free: bool = False


Table = Mapping[str, Property]


def given(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The properties that are given: an empty string counts as left out, and so does a map of nothing else.

    Templates leave an option out by a parameter whose default is "".
    """
    return {name: value for name, value in raw.items() if not _is_left_out(value)}


def _is_left_out(value: object) -> bool:
    return value == "" or (isinstance(value, dict) and bool(value) and all(map(_is_left_out, value.values())))


def read(table: Table, raw: Mapping[str, Any], model: ServiceModel) -> tuple[dict[str, Any], list[str]]:
    """The properties of a resource in the API's types, and what is wrong with them.

    Args:
        table: which properties there are.
        raw: ResourceProperties, as CloudFormation delivers them.
        model: botocore's model of the service.
    """
    problems = _unknown(table, raw)
    raw = given(raw)
    values: dict[str, Any] = {}
    for name, described in table.items():
        if name not in raw:
            continue
        if described.shape is None:
            values[name] = _scalar(name, raw[name], problems)
        elif (shape := _shape(model, *described.shape)) is None:
            problems.append(_unknown_to_boto3(name))
        else:
            values[name] = _convert(name, raw[name], shape, described, problems)
    return values, problems


def echo(value: object) -> str:
    """A received value for a message, never long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST_ECHO else f"{text[:LONGEST_ECHO]}…"


def check(path: str, text: str, model: ServiceModel, request: str, member: str) -> list[str]:
    """What is wrong with a text by the API's rules for that member of a request."""
    problems: list[str] = []
    if (shape := _shape(model, request, member)) is not None:
        _check_text(path, text, shape, problems)
    return problems


def boolean(path: str, text: str, problems: list[str]) -> bool:
    """What the text says. Where it says neither true nor false, a problem is added."""
    if text not in {"true", "false"}:
        problems.append(f"{path} must be true or false, received {echo(text)}")
    return text == "true"


def problems_of_service_timeout(values: Mapping[str, Any]) -> list[str]:
    """What is wrong with ServiceTimeout, which every resource type has."""
    timeout = values.get("ServiceTimeout", "1")
    if read_service_timeout(timeout) is not None:
        return []
    return [f"ServiceTimeout must be whole seconds from 1 to {DEFAULT_SERVICE_TIMEOUT}, received {echo(timeout)}"]


def _unknown(table: Table, raw: Mapping[str, Any]) -> list[str]:
    problems = []
    for name in sorted(raw.keys() - table.keys()):
        close = difflib.get_close_matches(name, table, n=1)
        hint = f"did you mean {close[0]}?" if close else f"allowed are {', '.join(table)}"
        problems.append(f"{name} is no property of this resource: {hint}")
    return problems


def _shape(model: ServiceModel, request: str, member: str) -> Shape | None:
    """The shape of an operation's member; None where this boto3 is too old to know it."""
    try:
        shape = model.shape_for(request)
    except NoShapeFoundError:
        return None
    return shape.members.get(member) if isinstance(shape, StructureShape) else None


def _unknown_to_boto3(name: str) -> str:
    return (
        f"{name} is not known to botocore {botocore.__version__}, which comes with this function's Lambda runtime: "
        "choose a newer runtime for the provider"
    )


def _convert(path: str, value: object, shape: Shape, described: Property, problems: list[str]) -> Any:
    """A value from the template in the API's type. Where it cannot be read, a problem is added."""
    if isinstance(shape, StructureShape):
        return _convert_structure(path, value, shape, described, problems)
    if isinstance(shape, ListShape):
        return _convert_list(path, value, shape, described, problems)
    text = _scalar(path, value, problems)
    if not text:
        return text
    if shape.type_name == "boolean":
        return boolean(path, text, problems)
    if not described.is_free:
        _check_text(path, text, shape, problems)
    return text


def _convert_structure(
    path: str, value: object, shape: StructureShape, described: Property, problems: list[str]
) -> dict[str, Any]:
    allowed = [*shape.members, *described.ours]
    if not isinstance(value, dict):
        problems.append(f"{path} must be a map with {', '.join(allowed)}, received {_kind_of(value)}")
        return {}
    unknown = sorted(value.keys() - set(allowed))
    problems += [f"{path}.{name} is unknown: allowed are {', '.join(allowed)}" for name in unknown]
    value = given(value)
    required = {*shape.required_members, *described.required} - {*described.optional}
    missing = sorted(required - value.keys())
    problems += [f"{path}.{name} is missing" for name in missing]
    converted: dict[str, Any] = {}
    for name in (name for name in allowed if name in value):
        member = f"{path}.{name}"
        if name in shape.members:
            inner = Property(is_free=name in described.free)
            converted[name] = _convert(member, value[name], shape.members[name], inner, problems)
        else:
            converted[name] = _scalar(member, value[name], problems)
    return converted


def _convert_list(path: str, value: object, shape: ListShape, described: Property, problems: list[str]) -> list[Any]:
    if not isinstance(value, list):
        problems.append(f"{path} must be a list, received {_kind_of(value)}")
        return []
    return [_convert(f"{path}[{i}]", item, shape.member, described, problems) for i, item in enumerate(value)]


def _scalar(path: str, value: object, problems: list[str]) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if not isinstance(value, str):
        problems.append(f"{path} must be a string, received {_kind_of(value)}")
        return ""
    if not value:
        problems.append(f"{path} is empty: give a value or leave it out")
    try:
        value.encode()
    except UnicodeEncodeError:  # JSON can carry half of a surrogate pair, UTF-8 cannot
        problems.append(f"{path} is not valid Unicode: save it as UTF-8")
        return ""
    return value


def _check_text(path: str, text: str, shape: Shape, problems: list[str]) -> None:
    """The model's own rules: one of these, this long, of this form."""
    rules = shape.metadata
    if rules.get("enum"):
        if text not in rules["enum"]:
            problems.append(f"{path} must be one of {', '.join(rules['enum'])}, received {echo(text)}")
        return
    shortest, longest = rules.get("min", 0), rules.get("max", len(text))
    if not shortest <= len(text) <= longest:
        problems.append(f"{path} must have {shortest} to {longest} characters, received {len(text)}: {echo(text)}")
    if rules.get("pattern") and not re.fullmatch(rules["pattern"], text):
        problems.append(f"{path} must match {rules['pattern']}, received {echo(text)}")


def _kind_of(value: object) -> str:
    """What was given instead of what was expected. Not the value itself: it may be the text of a package."""
    kinds = {dict: "a map", list: "a list", str: "a string", type(None): "nothing"}
    return kinds.get(type(value), "a number or a boolean")
