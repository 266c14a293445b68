"""What a request remembers from one invocation to the next, written into a continuation and read back from it.

What is missing, or makes no sense there, counts as not remembered.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any, TypeVar

from lambda_handler.reconcile import Grace

T = TypeVar("T")


def saved(progress: object) -> dict[str, Any]:
    """A dataclass as JSON can carry it. `dataclasses.asdict` would copy every text and number, twice in each step."""
    return {name: _plain(value) for name, value in vars(progress).items()}


def restored(kind: type[T], carried: object) -> T:
    """A dataclass whose fields all have defaults, from what `saved` made of one."""
    progress = kind()
    if isinstance(carried, dict):
        for described in fields(progress):  # type: ignore[arg-type]
            default = getattr(progress, described.name)
            setattr(progress, described.name, _value(carried.get(described.name), default))
    return progress


def moment(carried: object) -> float:
    """A moment in seconds since the epoch; zero where there is none."""
    return float(carried) if isinstance(carried, int | float) and not isinstance(carried, bool) else 0.0


def _plain(value: Any) -> Any:
    if isinstance(value, Grace):
        return dict(vars(value))
    return value.copy() if isinstance(value, dict | list) else value


def _value(carried: object, default: Any) -> Any:
    if isinstance(default, Grace):
        met = carried if isinstance(carried, dict) else {}
        return Grace(default.seconds, moment(met.get("since")), moment(met.get("last")))
    if isinstance(default, float):
        return moment(carried)
    if isinstance(default, dict) and isinstance(carried, dict):
        return {name: text for name, text in carried.items() if isinstance(text, str)}
    if isinstance(default, list) and isinstance(carried, list):
        return [text for text in carried if isinstance(text, str)]
    return carried if isinstance(carried, type(default)) else default
