"""Strings from the template to the API's types, checked.

CloudFormation delivers every scalar as a string. Which type a property has, how long it may be and what it may say
is looked up in botocore's model of the service. What the model does not say stands in the resource type's own table.

cfn-lint checks templates by this very code, with a part of the model that is written for it: schemas/cfn-lint/. There
is no botocore.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from lambda_handler.problems import Problem, echo, suggestion


class Shape(Protocol):
    """A type in botocore's model. It has `members` and `required_members` as a structure, `member` as a list."""

    type_name: str
    metadata: Mapping[str, Any]
    members: Mapping[str, Shape]
    required_members: Iterable[str]
    member: Shape


class Model(Protocol):
    """botocore's model of a service, as far as it is needed here."""

    @property
    def shape_names(self) -> Any:
        """The names of its shapes."""

    def shape_for(self, shape_name: str) -> Any:
        """The shape of that name."""


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


def read(table: Table, raw: Mapping[str, Any], model: Model) -> tuple[dict[str, Any], list[Problem]]:
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


def check(path: str, text: str, model: Model, request: str, member: str) -> list[Problem]:
    """What is wrong with a text by the API's rules for that member of a request."""
    problems: list[Problem] = []
    if (shape := _shape(model, request, member)) is not None:
        _check_text(path, text, shape, problems)
    return problems


def boolean(path: str, text: str, problems: list[Problem]) -> bool:
    """What the text says. Where it says neither true nor false, a problem is added."""
    if text not in {"true", "false"}:
        problems.append(Problem.of_value(path, f"{path} must be true or false, received {echo(text)}"))
    return text == "true"


def _unknown(table: Table, raw: Mapping[str, Any]) -> list[Problem]:
    return [
        Problem.of_name(name, f"{name} is no property of this resource: {suggestion(name, table)}")
        for name in sorted(raw.keys() - table.keys())
    ]


def _shape(model: Model, request: str, member: str) -> Shape | None:
    """The shape of an operation's member; None where this boto3 is too old to know it."""
    shape: Shape | None = model.shape_for(request).members.get(member) if request in model.shape_names else None
    return shape


def _unknown_to_boto3(name: str) -> Problem:
    import botocore  # noqa: PLC0415 - where there is no botocore, the model is not too old

    return Problem.of_name(
        name,
        f"{name} is not known to botocore {botocore.__version__}, which comes with this function's Lambda runtime: "
        "choose a newer runtime for the provider",
    )


def _convert(path: str, value: object, shape: Shape, described: Property, problems: list[Problem]) -> Any:
    """A value from the template in the API's type. Where it cannot be read, a problem is added."""
    if shape.type_name == "structure":
        return _convert_structure(path, value, shape, described, problems)
    if shape.type_name == "list":
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
    path: str, value: object, shape: Shape, described: Property, problems: list[Problem]
) -> dict[str, Any]:
    allowed = [*shape.members, *described.ours]
    if not isinstance(value, dict):
        text = f"{path} must be a map with {', '.join(allowed)}, received {_kind_of(value)}"
        problems.append(Problem.of_value(path, text))
        return {}
    for name in sorted(value.keys() - set(allowed)):
        member = f"{path}.{name}"
        problems.append(Problem.of_name(member, f"{member} is unknown: allowed are {', '.join(allowed)}"))
    value = given(value)
    required = {*shape.required_members, *described.required} - {*described.optional}
    for name in sorted(required - value.keys()):
        problems.append(Problem.of_value(f"{path}.{name}", f"{path}.{name} is missing"))
    converted: dict[str, Any] = {}
    for name in (name for name in allowed if name in value):
        member = f"{path}.{name}"
        if name in shape.members:
            inner = Property(is_free=name in described.free)
            converted[name] = _convert(member, value[name], shape.members[name], inner, problems)
        else:
            converted[name] = _scalar(member, value[name], problems)
    return converted


def _convert_list(path: str, value: object, shape: Shape, described: Property, problems: list[Problem]) -> list[Any]:
    if not isinstance(value, list):
        problems.append(Problem.of_value(path, f"{path} must be a list, received {_kind_of(value)}"))
        return []
    return [_convert(f"{path}[{i}]", item, shape.member, described, problems) for i, item in enumerate(value)]


def _scalar(path: str, value: object, problems: list[Problem]) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if not isinstance(value, str):
        problems.append(Problem.of_value(path, f"{path} must be a string, received {_kind_of(value)}"))
        return ""
    if not value:
        problems.append(Problem.of_value(path, f"{path} is empty: give a value or leave it out"))
    try:
        value.encode()
    except UnicodeEncodeError:  # JSON can carry half of a surrogate pair, UTF-8 cannot
        problems.append(Problem.of_value(path, f"{path} is not valid Unicode: save it as UTF-8"))
        return ""
    return value


def _check_text(path: str, text: str, shape: Shape, problems: list[Problem]) -> None:
    """The model's own rules: one of these, this long, of this form."""
    problems += [Problem.of_value(path, f"{path} {wrong}") for wrong in _broken_rules(text, shape.metadata)]


def _broken_rules(text: str, rules: Mapping[str, Any]) -> Iterator[str]:
    if rules.get("enum"):
        if text not in rules["enum"]:
            yield f"must be one of {', '.join(rules['enum'])}, received {echo(text)}"
        return
    shortest, longest = rules.get("min", 0), rules.get("max", len(text))
    if not shortest <= len(text) <= longest:
        yield f"must have {shortest} to {longest} characters, received {len(text)}: {echo(text)}"
    if rules.get("pattern") and not re.fullmatch(rules["pattern"], text):
        yield f"must match {rules['pattern']}, received {echo(text)}"


def _kind_of(value: object) -> str:
    """What was given instead of what was expected. Not the value itself: it may be the text of a package."""
    kinds = {dict: "a map", list: "a list", str: "a string", type(None): "nothing"}
    return kinds.get(type(value), "a number or a boolean")
