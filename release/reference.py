"""`docs/reference/`: a page for each resource type, rendered from its schema, in the form of AWS's own pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from release.schema.json_schema import shown_pattern
from release.schema.resource_type import ResourceType

_TYPES = {"string": "String", "integer": "Integer", "boolean": "Boolean"}


def page(resource_type: ResourceType, schema: Mapping[str, Any]) -> str:
    """The page of a resource type.

    Args:
        resource_type: what it tells beside its schema.
        schema: its schema.
    """
    return _Page(resource_type, schema).text()


class _Page:
    def __init__(self, resource_type: ResourceType, schema: Mapping[str, Any]) -> None:
        self._type = resource_type
        self._schema = schema
        self._inputs = {name: schema["properties"][name] for name in resource_type.table}

    def text(self) -> str:
        name = self._type.name
        parts = [
            "<!-- Made by `make templates` from the tables of the handler: change it there. -->",
            f"# {name}\n\n{self._schema['description']}",
            "The types, lengths and patterns are those of the\n[schema]"
            f"(../../schemas/{self._type.slug}.json). An option that is an empty string counts as left out.",
            *self._syntax(),
            *self._properties(),
            *self._nested_types(),
            *self._return_values(),
            *self._examples(),
        ]
        return "\n\n".join(parts) + "\n"

    def _syntax(self) -> Iterator[str]:
        yield "## Syntax"
        yield "### JSON"
        lines = [f'    "{name}": {_json(one)}' for name, one in self._inputs.items()]
        properties = ",\n".join(lines)
        yield f'```\n{{\n  "Type": "{self._type.name}",\n  "Properties": {{\n{properties}\n  }}\n}}\n```'
        yield "### YAML"
        lines = [f"  {name}:{_yaml(one)}" for name, one in self._inputs.items()]
        yield "```\n" + "\n".join([f"Type: {self._type.name}", "Properties:", *lines]) + "\n```"

    def _properties(self) -> Iterator[str]:
        yield "## Properties"
        yield from _rules_between(self._schema)
        for name, said in self._inputs.items():
            required = self._required(name, is_required=name in self._schema["required"])
            yield self._property(name, said, required=required, change=self._type.change_of(name))

    def _nested_types(self) -> Iterator[str]:
        for name, said in self._inputs.items():
            yield from self._nested_type(name, said, self._type.change_of(name))

    def _nested_type(self, path: str, said: Mapping[str, Any], change: str) -> Iterator[str]:
        """The type of a property, and those that are nested in it."""
        name = _definition_name(_item(said))
        if name is None:
            return
        path = f"{path}[]" if _is_list(said) else path
        definition = self._schema["definitions"][name]
        yield f"## {name}"
        yield from _rules_between(definition)
        for member, rules in definition["properties"].items():
            required = self._required(f"{path}.{member}", is_required=member in definition.get("required", ()))
            yield self._property(member, rules, required=required, change=change)
        for member, rules in definition["properties"].items():
            yield from self._nested_type(f"{path}.{member}", rules, change)

    def _required(self, path: str, *, is_required: bool) -> str:
        if path in self._type.conditional:
            return "Conditional"
        return "Yes" if is_required else "No"

    def _property(self, name: str, said: Mapping[str, Any], *, required: str, change: str) -> str:
        nested = _definition_name(said)
        described = self._schema["definitions"][nested] if nested else said
        lines = [f"`{name}`", ""]
        lines += [f"> {described['description']}", ">", f"> *Required*: {required}", ">"]
        kind = _kind(_item(said))
        kind = f"[{kind}](#{kind.lower()})" if _definition_name(_item(said)) else kind
        lines += [f"> *Type*: {'List of ' if _is_list(said) else ''}{kind}"]
        for title, value in _limits(said):
            lines += [">", f"> *{title}*: {value}"]
        return "\n".join([*lines, ">", f"> *Update requires*: {change}"])

    def _return_values(self) -> Iterator[str]:
        yield "## Return values"
        identifier = self._type.identifier
        is_attribute = identifier in self._type.attributes
        told = f"`Ref` returns the `{identifier}`." if is_attribute else self._attribute(identifier)
        yield f"### Ref\n\n{told}"
        yield "### Fn::GetAtt"
        yield "All are always there, after Create and after Update. What the service leaves out is an empty string."
        rows = [f"| `{name}` | {self._attribute(name)} |" for name in self._type.attributes]
        yield "\n".join(["| attribute | |", "|---|---|", *rows])
        if listed := self._type.attributes_of_each:
            first, *_ = self._type.attributes
            yield (
                f"These are of the first of `{listed}`. With `.0`, `.1`, … behind their names they are of each, in the "
                f"order of the template: `{first}.1` is of the second."
            )

    def _attribute(self, path: str) -> str:
        name, _, member = path.partition(".")
        said = self._schema["properties"][name]
        if member:
            said = self._schema["definitions"][name]["properties"][member]
        elif name in self._inputs:
            return f"What the package has as its [property](#properties) `{name}`."
        return str(said["description"])

    def _examples(self) -> Iterator[str]:
        yield "## Examples"
        for title, template in self._type.examples.items():
            yield f"### {title}\n\n```yaml\n{template}```"


def _rules_between(said: Mapping[str, Any]) -> Iterator[str]:
    """What has to hold between several of them."""
    rules = [one["description"] for one in said.get("allOf", ())]
    if rules:
        yield "\n".join(f"- {rule[0].upper()}{rule[1:]}." for rule in rules)


def _limits(said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "enum" in said and said["type"] == "string":
        yield "Allowed values", " | ".join(f"`{value}`" for value in said["enum"] if value)
        return
    pattern, shortest = shown_pattern(dict(said))
    if least := said.get("minItems", said.get("minimum", shortest)):
        yield "Minimum", f"`{least}`"
    if most := said.get("maxItems", said.get("maximum", said.get("maxLength"))):
        yield "Maximum", f"`{most}`"
    if pattern:
        yield "Pattern", f"`{pattern}`"


def _is_list(said: Mapping[str, Any]) -> bool:
    return said.get("type") == "array"


def _item(said: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the items of a list are; of anything else, it itself."""
    item: Mapping[str, Any] = said["items"] if _is_list(said) else said
    return item


def _definition_name(said: Mapping[str, Any]) -> str | None:
    return said["$ref"].rpartition("/")[2] if "$ref" in said else None


def _kind(said: Mapping[str, Any]) -> str:
    if name := _definition_name(said):
        return name
    return _TYPES[said["type"] if isinstance(said["type"], str) else said["type"][0]]


def _json(said: Mapping[str, Any]) -> str:
    return f"[ {_kind(_item(said))}, ... ]" if _is_list(said) else _kind(said)


def _yaml(said: Mapping[str, Any]) -> str:
    return f"\n    - {_kind(_item(said))}" if _is_list(said) else f" {_kind(said)}"
