"""Templates as YAML that a person wrote: short forms of the functions, and a comment where a reader needs one."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

_WIDTH = 120
_LONGEST_LINE_OF_LIST = 3  # a longer list has a line for each of its values, unless they are numbers
_QUOTED = re.compile(r"(!(?:Ref|GetAtt)) '([A-Za-z0-9:.]+)'")


@dataclass(frozen=True)
class _Call:
    """An intrinsic function in its short form."""

    tag: str
    argument: Any


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True  # CloudFormation takes no anchors


def template_text(template: Mapping[str, Any], comments: Mapping[str, str]) -> str:
    """A template as text.

    Args:
        template: its sections.
        comments: what stands above an entry, by its path (`Resources.Role`), or at the very top (an empty path).
    """
    lines = _comment(comments.get("", ""), 0)
    for section, entries in template.items():
        if not isinstance(entries, dict):
            lines += _dump({section: entries}, 0)
            continue
        lines += ["", *_comment(comments.get(section, ""), 0), f"{section}:"]
        for index, (name, value) in enumerate(entries.items()):
            comment = _comment(comments.get(f"{section}.{name}", ""), 2)
            lines += [""] if index and (comment or section == "Resources") else []
            lines += [*comment, *_dump({name: value}, 2)]
    return "\n".join(lines) + "\n"


def _comment(text: str, indent: int) -> list[str]:
    return [
        f"{' ' * indent}# {line}".rstrip()
        for paragraph in text.splitlines()
        for line in textwrap.wrap(paragraph, _WIDTH - indent - 2, break_on_hyphens=False) or [""]
    ]


def _dump(value: Any, indent: int) -> list[str]:
    text = yaml.dump(_short_forms(value), Dumper=_Dumper, sort_keys=False, width=_WIDTH - indent, allow_unicode=True)
    # PyYAML quotes whatever has a tag; a name needs no quotes.
    return [" " * indent + _QUOTED.sub(r"\1 \2", line) for line in text.splitlines()]


def _short_forms(value: Any) -> Any:
    if isinstance(value, list):
        return [_short_forms(one) for one in value]
    if not isinstance(value, dict):
        return value
    match list(value.items()):
        case [("Ref", name)]:
            return _Call("!Ref", name)
        case [("Fn::GetAtt", [*path])]:
            return _Call("!GetAtt", ".".join(path))
        case [(str(name), argument)] if name.startswith("Fn::"):
            shortened = _short_forms(argument)
            # YAML takes no tag right behind a tag.
            is_nested = isinstance(shortened, (_Call, dict))
            return {name: shortened} if is_nested else _Call(f"!{name.removeprefix('Fn::')}", shortened)
    return {key: _short_forms(one) for key, one in value.items()}


def _represent_call(dumper: yaml.SafeDumper, call: _Call) -> yaml.Node:
    if isinstance(call.argument, list):
        return _represent_list(dumper, call.argument, call.tag)
    style = None if call.tag in ("!Ref", "!GetAtt") else '"'
    return dumper.represent_scalar(call.tag, call.argument, style)


def _represent_list(dumper: yaml.SafeDumper, values: list[Any], tag: str = "tag:yaml.org,2002:seq") -> yaml.Node:
    numbers = all(isinstance(value, int) for value in values)
    short = numbers or (len(values) <= _LONGEST_LINE_OF_LIST and all(map(_fits_into_a_line, values)))
    return dumper.represent_sequence(tag, values, flow_style=short)


def _fits_into_a_line(value: Any) -> bool:
    if isinstance(value, _Call):
        value = value.argument
        return all(map(_fits_into_a_line, value)) if isinstance(value, list) else True
    return not isinstance(value, (dict, list))


def _represent_map(dumper: yaml.SafeDumper, value: dict[str, Any]) -> yaml.Node:
    return dumper.represent_mapping("tag:yaml.org,2002:map", value, flow_style=False)


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    # A version such as 2012-10-17 is a date to YAML, and a text to CloudFormation.
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


_Dumper.add_representer(_Call, _represent_call)
_Dumper.add_representer(list, _represent_list)
_Dumper.add_representer(dict, _represent_map)
_Dumper.add_representer(str, _represent_text)
