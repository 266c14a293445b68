"""`schemas/template.json`: a JSON schema of templates, by which an editor completes what a template says of packages.

Editors have schemas of AWS's own types only; one of CloudFormation's registry can be given to none of them for a type
that begins with `Custom::`. This one tells the names, the texts and the allowed values. It refuses names alone: which
values are right is for cfn-lint, and any of them may be a function.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

_FUNCTION = {
    "type": "object",
    "patternProperties": {"^(Ref|Fn::.+)$": {}},
    "additionalProperties": False,
    "minProperties": 1,
}
# A scalar, or a function in its short form: to an editor, `!Ref` is a text and `!If` a list.
_NO_MAP = {"not": {"type": "object"}}
_SCALAR = {"not": {"type": ["object", "array"]}}


def template_schema(schemas: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The schema of a template that has resources of these types, and any others.

    Args:
        schemas: the schemas of the types, in the form of the registry.
    """
    types = {one["typeName"]: one for one in schemas}
    definitions: dict[str, Any] = {"Resource": _resource(types), "Function": _FUNCTION}
    for name, schema in types.items():
        read_only = {pointer.split("/")[2] for pointer in schema["readOnlyProperties"]}
        definitions[name] = _map(name, schema, without=read_only)
        for nested, said in schema["definitions"].items():
            if nested not in read_only:
                definitions[f"{name}.{nested}"] = _map(name, said)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "description": f"A CloudFormation template with resources of the types {', '.join(types)}, and any others.",
        "type": "object",
        "properties": {"Resources": {"type": "object", "additionalProperties": _reference("Resource")}},
        "definitions": definitions,
    }


def _resource(types: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    known = [{"const": name, "description": schema["description"]} for name, schema in types.items()]
    return {
        "properties": {"Type": {"anyOf": [*known, {"type": "string"}]}},
        "allOf": [
            {
                "if": {"properties": {"Type": {"const": name}}, "required": ["Type"]},
                "then": {"properties": {"Properties": _reference(name)}, "required": ["Properties"]},
            }
            for name in types
        ],
    }


def _map(type_name: str, said: Mapping[str, Any], without: Iterable[str] = ()) -> dict[str, Any]:
    properties = {name: _property(type_name, one) for name, one in said["properties"].items() if name not in without}
    return {
        "type": "object",
        "description": said["description"],
        "properties": properties,
        "required": said.get("required", []),
        "additionalProperties": False,
    }


def _property(type_name: str, said: Mapping[str, Any]) -> dict[str, Any]:
    text = {"description": said["description"]} if "description" in said else {}
    # In the place of a list, `!If` is to an editor a list of a text and two lists, and these pass as items.
    others = _SCALAR if said.get("type") == "array" else _NO_MAP
    return {**text, "anyOf": [*_shown(type_name, said), others, _reference("Function")]}


def _shown(type_name: str, said: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What an editor can show of a property's values."""
    if "$ref" in said:
        return [_reference(f"{type_name}.{said['$ref'].rpartition('/')[2]}")]
    if said["type"] == "array":
        return [{"type": "array", "items": _property(type_name, said["items"])}]
    if "boolean" in said["type"]:
        return [{"enum": [True, False]}]
    return [{"enum": [value for value in said["enum"] if value]}] if "enum" in said else []


def _reference(definition: str) -> dict[str, Any]:
    return {"$ref": f"#/definitions/{definition}"}
