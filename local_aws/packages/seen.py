"""The behaviour that somebody has seen on a real account, from the report of `make verify-aws`."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from local_aws.packages.behaviour import Behaviour

# Names the report that every model in this process, and in those that it starts, behaves like.
VARIABLE = "LOCAL_AWS_LIKE"


def fields_of(report: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of `Behaviour` that a report settles, with what was seen."""
    answers = report["answers"].values()
    return {one["settles"]: one["seen"] for one in answers if one["verdict"] != "open"}


def read_fields(path: Path) -> dict[str, Any]:
    """The same, from a file. Raises `ValueError` where it is no report, or one of another release's questions."""
    try:
        found = fields_of(json.loads(path.read_text(encoding="utf-8")))
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise ValueError(f"{path} is not a report of `make verify-aws`: {error!r}") from error
    assumed = Behaviour()
    for name, seen in found.items():
        if not _may_be(seen, getattr(assumed, name, None)):
            raise ValueError(f"{path} has seen {seen!r} for {name!r}, which it cannot be.")
    assumed.change(found)
    return found


def _may_be(seen: Any, assumed: Any) -> bool:
    """Whether a value is of a kind that the field takes. Where nothing may be assumed, anything plain may be seen."""
    if seen is None or assumed is None:
        return not isinstance(seen, list | dict)
    if isinstance(assumed, bool) or isinstance(seen, bool):
        return isinstance(assumed, bool) and isinstance(seen, bool)
    if isinstance(assumed, int | float):
        return isinstance(seen, int | float) and 0 <= seen < float("inf")
    return isinstance(assumed, str) and isinstance(seen, str)


def as_seen(**fields: Any) -> Behaviour:
    """The defaults, changed to what was seen where a report is named, and then as a caller says."""
    behaviour = Behaviour()
    named = os.environ.get(VARIABLE)
    if named:
        behaviour.change(read_fields(Path(named)))
    return replace(behaviour, **fields)
