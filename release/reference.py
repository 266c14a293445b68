"""`docs/reference/`: a page for each resource type, rendered from its schema, in the form of AWS's own pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from release.schema.json_schema import shown_pattern
from release.schema.resource_type import ResourceType

_TYPES = {"string": "String", "integer": "Integer", "boolean": "Boolean", "array": "List"}


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
        kinds = {name: self._kind(one) for name, one in self._inputs.items()}
        yield "### JSON"
        lines = [f'    "{name}": {kind}' for name, kind in kinds.items()]
        properties = ",\n".join(lines)
        yield f'```\n{{\n  "Type": "{self._type.name}",\n  "Properties": {{\n{properties}\n  }}\n}}\n```'
        yield "### YAML"
        lines = [f"  {name}: {kind}" for name, kind in kinds.items()]
        yield "```\n" + "\n".join([f"Type: {self._type.name}", "Properties:", *lines]) + "\n```"

    def _properties(self) -> Iterator[str]:
        yield "## Properties"
        yield "\n".join(
            f"- {rule['description'][0].upper()}{rule['description'][1:]}." for rule in self._schema["allOf"]
        )
        for name, said in self._inputs.items():
            required = "Conditional" if name in self._type.conditional else _yes(name in self._schema["required"])
            yield self._property(name, said, required=required, change=self._type.change_of(name))

    def _nested_types(self) -> Iterator[str]:
        for name, said in self._inputs.items():
            definition = self._definition(said)
            if definition is None:
                continue
            yield f"## {name}"
            for member, rules in definition["properties"].items():
                required = _yes(member in definition.get("required", ()))
                yield self._property(member, rules, required=required, change=self._type.change_of(name))

    def _property(self, name: str, said: Mapping[str, Any], *, required: str, change: str) -> str:
        definition = self._definition(said)
        lines = [f"`{name}`", ""]
        lines += [f"> {(definition or said)['description']}", ">", f"> *Required*: {required}", ">"]
        kind = f"[{name}](#{name.lower()})" if definition else self._kind(said)
        lines += [f"> *Type*: {kind}"]
        for title, value in self._rules(said):
            lines += [">", f"> *{title}*: {value}"]
        return "\n".join([*lines, ">", f"> *Update requires*: {change}"])

    def _rules(self, said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        if "enum" in said and said["type"] == "string":
            yield "Allowed values", " | ".join(f"`{value}`" for value in said["enum"] if value)
            return
        pattern, shortest = shown_pattern(dict(said))
        if least := said.get("minimum", shortest):
            yield "Minimum", f"`{least}`"
        if most := said.get("maximum", said.get("maxLength")):
            yield "Maximum", f"`{most}`"
        if pattern:
            yield "Pattern", f"`{pattern}`"

    def _return_values(self) -> Iterator[str]:
        yield "## Return values"
        yield f"### Ref\n\n`Ref` returns the `{self._type.identifier}`."
        yield "### Fn::GetAtt"
        yield "All are always there, after Create and after Update. What the service leaves out is an empty string."
        rows = [f"| `{name}` | {self._attribute(name)} |" for name in self._type.attributes]
        yield "\n".join(["| attribute | |", "|---|---|", *rows])

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

    def _definition(self, said: Mapping[str, Any]) -> Mapping[str, Any] | None:
        reference = said.get("$ref", "")
        found: Mapping[str, Any] | None = self._schema["definitions"].get(reference.removeprefix("#/definitions/"))
        return found

    def _kind(self, said: Mapping[str, Any]) -> str:
        if "$ref" in said:
            return str(said["$ref"]).rpartition("/")[2]
        kind = said["type"] if isinstance(said["type"], str) else said["type"][0]
        return _TYPES[kind]


def _yes(required: bool) -> str:
    return "Yes" if required else "No"
