"""A resource type's schema: the handler's own table, with the types and limits of botocore's model.

The form is that of CloudFormation's registry: nested properties are definitions, attributes are read-only properties.
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

from __future__ import annotations

import re
from typing import Any

from botocore.model import ListShape, ServiceModel, Shape, StructureShape

from lambda_handler.schema import Property
from release.schema.model import member_of
from release.schema.resource_type import REFUSED, REPLACEMENT, ResourceType

_EMPTY_OR = "^$|"
_TAGS = re.compile(r"<[^>]+>")


def registry_schema(resource_type: ResourceType, model: ServiceModel) -> dict[str, Any]:
    """The schema of a resource type."""
    return _Writer(resource_type, model).schema()


class _Writer:
    def __init__(self, resource_type: ResourceType, model: ServiceModel) -> None:
        self._type = resource_type
        self._model = model
        self._definitions: dict[str, Any] = {}

    def schema(self) -> dict[str, Any]:
        properties = {name: self._property(name, described) for name, described in self._type.table.items()}
        told = dict.fromkeys([self._type.identifier, *self._type.attributes])
        read_only = [name for name in told if name not in properties]
        create_only = [name for name in properties if self._type.change_of(name) in (REPLACEMENT, REFUSED)]
        return {
            "typeName": self._type.name,
            "description": self._type.description,
            "properties": {**properties, **self._attributes(read_only)},
            "definitions": self._definitions,
            "required": [*self._type.required],
            **self._rules(""),
            "createOnlyProperties": [f"/properties/{name}" for name in create_only],
            "readOnlyProperties": [f"/properties/{name.replace('.', '/')}" for name in read_only],
            "primaryIdentifier": [f"/properties/{self._type.identifier}"],
            "additionalProperties": False,
        }

    def _property(self, name: str, described: Property) -> dict[str, Any]:
        required = name in self._type.required
        if described.shape is None:
            return self._finished(name, {"type": "string"}, required=required)
        shape = member_of(self._model, *described.shape)
        return self._described(name, shape, described, required=required)

    def _described(self, path: str, shape: Shape, described: Property, *, required: bool) -> dict[str, Any]:
        if isinstance(shape, StructureShape):
            return self._structure(path, shape, described)
        if isinstance(shape, ListShape):
            items = self._described(f"{path}[]", shape.member, described, required=True)
            return self._finished(path, {"type": "array", "items": items}, required=required, shape=shape)
        if shape.type_name == "boolean":
            return self._finished(path, _boolean(required=required), required=required, shape=shape)
        rules = {} if described.is_free else _rules_of(shape)
        return self._finished(path, {"type": "string", **rules}, required=required, shape=shape)

    def _structure(self, path: str, shape: StructureShape, described: Property) -> dict[str, Any]:
        """A definition, which has the name of the API's type."""
        needed = dict.fromkeys([*shape.required_members, *described.required])
        required = [name for name in needed if name not in described.optional]
        members = {}
        for name, member in shape.members.items():
            inner = Property(is_free=name in described.free)
            members[name] = self._described(f"{path}.{name}", member, inner, required=name in required)
        for name in described.ours:
            members[name] = self._finished(f"{path}.{name}", {"type": "string"}, required=name in required)
        self._definitions[shape.name] = {
            "type": "object",
            "description": self._text(path, shape),
            "properties": members,
            **({"required": required} if required else {}),
            **self._rules(path),
            "additionalProperties": False,
        }
        return {"$ref": f"#/definitions/{shape.name}"}

    def _rules(self, path: str) -> dict[str, Any]:
        """What has to hold between the members of a structure, or between the properties (an empty path)."""
        rules = [{"description": rule.text, **rule.schema} for rule in self._type.rules if rule.path == path]
        return {"allOf": rules} if rules else {}

    def _finished(
        self, path: str, rules: dict[str, Any], *, required: bool, shape: Shape | None = None
    ) -> dict[str, Any]:
        rules = {**rules, **self._alike(path), **self._type.limits.get(path, {})}
        if required and rules["type"] == "string" and "enum" not in rules:
            rules.setdefault("minLength", 1)
        return {**(rules if required else _or_empty(rules)), "description": self._text(path, shape)}

    def _alike(self, path: str) -> dict[str, Any]:
        """What the members of the API may say that this one is like."""
        alike = [_rules_of(member_of(self._model, *one)) for one in self._type.like.get(path, ())]
        return alike[0] if len(alike) == 1 else {"anyOf": alike} if alike else {}

    def _attributes(self, names: list[str]) -> dict[str, Any]:
        """Read-only properties; `A.B` is the member B of a definition A."""
        properties: dict[str, Any] = {}
        for path in names:
            said = {"type": "string", "description": self._text(path, None)}
            name, _, member = path.partition(".")
            if not member:
                properties[name] = said
                continue
            properties[name] = {"$ref": f"#/definitions/{name}"}
            definition = {"type": "object", "properties": {}, "additionalProperties": False}
            self._definitions.setdefault(name, definition)["properties"][member] = said
        return properties

    def _text(self, path: str, shape: Shape | None) -> str:
        text = self._type.texts.get(path) or " ".join(_TAGS.sub("", shape.documentation if shape else "").split())
        if not text:
            raise KeyError(f"{path} needs a text: neither the resource type nor the API's model has one")
        return text


def _boolean(*, required: bool) -> dict[str, Any]:
    if required:
        return {"type": "boolean"}
    return {"type": ["boolean", "string"], "enum": [True, False, "true", "false"]}


def _rules_of(shape: Shape) -> dict[str, Any]:
    """What the model says of a text: one of these, this long, of this form."""
    rules = shape.metadata
    if rules.get("enum"):
        return {"enum": [*rules["enum"]]}
    found: dict[str, Any] = {}
    if rules.get("min"):
        found["minLength"] = rules["min"]
    if rules.get("max"):
        found["maxLength"] = rules["max"]
    if rules.get("pattern", ".*") != ".*":
        found["pattern"] = _anchored(rules["pattern"])
    return found


def _anchored(pattern: str) -> str:
    """The model means the whole text; JSON schema looks for a part of it."""
    return pattern if pattern.startswith("^") and pattern.endswith("$") else f"^{pattern}$"


def _or_empty(rules: dict[str, Any]) -> dict[str, Any]:
    """An option that is an empty string counts as left out, whatever its other rules."""
    rules = dict(rules)
    if "enum" in rules:
        rules["enum"] = [*rules["enum"], ""]
    shortest = rules.pop("minLength", 0)
    if "pattern" in rules:
        # A pattern is all that can say "empty, or at least this long".
        least = f"(?=.{{{shortest},}})" if shortest > 1 else ""
        rules["pattern"] = f"{_EMPTY_OR}^{least}{rules['pattern'].removeprefix('^')}"
    elif shortest > 1:
        rules["pattern"] = f"{_EMPTY_OR}^.{{{shortest},}}"
    return rules


def shown_pattern(rules: dict[str, Any]) -> tuple[str, int]:
    """The pattern of a property as a person reads it, and the least length that it asks for."""
    pattern = rules.get("pattern", "").removeprefix(_EMPTY_OR)
    least = re.search(r"^\^(?:\(\?=)?\.\{(\d+),\}\)?", pattern)
    if not least:
        return pattern, rules.get("minLength", 0)
    rest = pattern[least.end() :]
    return f"^{rest}" if rest else "", int(least[1])
