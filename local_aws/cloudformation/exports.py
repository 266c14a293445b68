"""Exports that are in use cannot be changed or removed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Outputs = tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]


def with_exports_kept(original: Callable[..., Outputs]) -> Callable[..., Outputs]:
    """Wrap ministack's `_resolve_stack_outputs`."""

    def resolve(*positional: Any, **named: Any) -> Outputs:
        from ministack.services.cloudformation import _exports  # noqa: PLC0415

        outputs, exports = original(*positional, **named)
        stack_name, stack_id = positional[-2:]
        for name, export in list(_exports.items()):
            if export["StackId"] != stack_id:
                continue
            value = exports.get(name, {}).get("Value")
            if value == export["Value"]:
                continue
            importer = _importer(name, stack_name)
            if importer:
                verb = "deleted" if value is None else "updated"
                raise ValueError(f"Export {name} cannot be {verb} as it is in use by {importer}")
            if value is None:
                _exports.pop(name)
        return outputs, exports

    return resolve


def _importer(export_name: str, exporter: str) -> str | None:
    from ministack.services.cloudformation import _stacks, handlers  # noqa: PLC0415

    for name, stack in _stacks.items():
        living = "DELETE_COMPLETE" not in stack.get("StackStatus", "")
        if name != exporter and living and export_name in handlers._imported_export_names(stack, name):
            return str(name)
    return None
