"""`Fn::Join` in conditions: how a template asks whether a list of its parameters is empty. Ministack passes over it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Evaluate = Callable[[dict[str, Any], dict[str, Any]], dict[str, bool]]


def with_joins(original: Evaluate) -> Evaluate:
    """Wrap ministack's `_evaluate_conditions`."""

    def evaluate(template: dict[str, Any], params: dict[str, Any]) -> dict[str, bool]:
        conditions = _joined(template.get("Conditions", {}), params)
        return original({**template, "Conditions": conditions}, params)

    return evaluate


def _joined(value: Any, params: Mapping[str, Any]) -> Any:
    match value:
        case {"Fn::Join": [separator, {"Ref": name}]} if name in params:
            # A list of a parameter is one text here.
            return separator.join(one.strip() for one in str(params[name]["Value"]).split(","))
        case dict():
            return {key: _joined(one, params) for key, one in value.items()}
        case list():
            return [_joined(one, params) for one in value]
    return value
