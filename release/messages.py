"""`docs/reference/synthesis.md`: every error and warning of the construct library, read from its sources."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

LIBRARY = Path(__file__).resolve().parent.parent / "constructs" / "cdk_opensearch_packages"
_ERRORS = {"TypeError", "ValueError", "RuntimeError", "_ArchiveError"}
_WARNING = "add_warning_v2"
_UNKNOWN = "…"
# Of these two, the library shows another message, which has theirs in it.
_INNER = ("it has a \\u without four hexadecimal digits", "… is Python's, not JSON's")
# What to do about messages that do not say it themselves.
REMEDIES = {
    "'…' takes …": "give a value of that type; mypy finds these before synthesis",
    "'…' must have at most": "shorten it",
    "'package_id' must be": "correct the id",
    "'adopt' must be 'F' and digits": "correct the id",
    "'adopt_from' must be": "copy it from the mark",
    "'timeout' must be from": "choose a time between the two",
    "'timeout' must be whole": "round it",
    "'key' must have 1 to": "correct the key",
    "'key' must be the key alone": "take the key out of the URL or ARN",
    "'path' must be a file with content": "write something into the file, or take the package out",
    "'path' must be a file that exists": "correct the path: it is relative to the working folder",
    "'path' must be a file that can be read": "correct the permissions of the file",
    "'path' must be a path without NUL": "correct the path",
    "'value' must be the name of a type": "use a constant of PackageType",
    "'service_token' must be": "take the ARN from the provider's output, `ServiceToken`",
    "'package_name' must have": "correct the name",
    "'packages' must have 1 to": "take some out; leave the association out where there is none",
    "'source' must be a plugin with 'plugin-descriptor.properties'": "zip what is in its folder, not the folder",
    "'encryption_key' is documented": "acknowledge it where the service takes it",
    "'packages' has": "give `source_hash`, `object_version` or the `Package` itself, or associate it where it is made",
    "'package_name' has": "take a shorter name, or acknowledge the warning",
    "'reserved_concurrent_executions'": "give at least 1, or leave it out",
    "'provider' is in the account": "grant it there, and acknowledge the warning",
    "'actions' must be": "name at least one action",
    "the function needs crhelper": "run that command: the code of crhelper becomes a part of the function",
    "nothing was granted": "as told; the warning shows the statement",
}


@dataclass(frozen=True)
class Message:
    """What the library says, with … for what differs."""

    kind: str
    text: str
    remedy: str
    acknowledge: str = ""


def page() -> str:
    """The page."""
    found = messages()
    errors = "\n".join(f"| `{one.text}` | {one.remedy} |" for one in found if one.kind == "error")
    warnings = "\n".join(f"| `{one.text}` | {one.remedy} | `{one.acknowledge}` |" for one in found if one.acknowledge)
    return f"""\
<!-- Made by `make templates` from the sources of the library: change them there. -->

# Errors and warnings at synthesis

What the construct library says before anything is deployed. Each message names the option, what it has to be and what
was given; `{_UNKNOWN}` stands for what differs. What fails in a deployment is in [Errors](../errors.md).

## Errors

They are `ValueError`s; where an option is of another type, a `TypeError`.

| message | what to do |
|---|---|
{errors}

## Warnings

`cdk synth --strict` makes them errors. `Annotations.of(construct).acknowledge_warning(id)` says that one is meant.

| message | what to do | id |
|---|---|---|
{warnings}
"""


def messages() -> list[Message]:
    """All of them, by their texts."""
    found = {one.text: one for path in sorted(LIBRARY.glob("*.py")) for one in _messages_of(path)}
    return sorted(found.values(), key=lambda one: one.text)


def _messages_of(path: Path) -> Iterator[Message]:
    module = import_module(f"cdk_opensearch_packages.{path.stem}")
    for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(function, ast.FunctionDef):
            reader = _Reader(module, function)
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and (message := reader.message(call)):
                    yield message


class _Reader:
    """Reads messages out of a function, as far as they are known without running it."""

    def __init__(self, module: ModuleType, function: ast.FunctionDef) -> None:
        self._module = module
        assignments = [one for one in ast.walk(function) if isinstance(one, ast.Assign)]
        self._local = {
            target.id: one.value for one in assignments for target in one.targets if isinstance(target, ast.Name)
        }

    def message(self, call: ast.Call) -> Message | None:
        """What a call says, if it makes an error or a warning."""
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in _ERRORS and self._text(call.args[0]) not in _INNER:
            return Message("error", *_split(self._text(call.args[0])))
        if name == _WARNING:
            return Message("warning", *_split(self._text(call.args[1])), acknowledge=self._text(call.args[0]))
        return None

    def _text(self, node: ast.expr) -> str:
        if isinstance(node, ast.Constant):
            return str(node.value)
        if isinstance(node, ast.JoinedStr):
            return "".join(map(self._text, node.values))
        if isinstance(node, ast.FormattedValue):
            form = self._text(node.format_spec) if node.format_spec else ""
            return self._known(node.value, form)
        return self._known(node, "")

    def _known(self, node: ast.expr, form: str) -> str:
        """A constant of the module, or a text that the function has only one value for."""
        if isinstance(node, ast.Name):
            value = getattr(self._module, node.id, None)
            if isinstance(value, str | int):
                return format(value, form)
            if isinstance(self._local.get(node.id), ast.JoinedStr | ast.Constant):
                return self._text(self._local[node.id])
        return _UNKNOWN


def _split(text: str) -> tuple[str, str]:
    """A message without what it says to do, and that."""
    told, _, remedy = text.rpartition("; ")
    if told and _UNKNOWN not in remedy[:1] and not any(text.startswith(begins) for begins in REMEDIES):
        return told, remedy
    (remedy,) = {remedy for begins, remedy in REMEDIES.items() if text.startswith(begins)} or {""}
    if not remedy:
        raise ValueError(f"nothing says what to do about {text!r}: end it with '; ' and that, or add it to REMEDIES")
    return text, remedy
