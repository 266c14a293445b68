"""The behaviour that somebody has seen on a real account, from the report of `make verify-aws`."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
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
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"{path} is not a report of `make verify-aws`: {error!r}") from error
    Behaviour().change(found)
    return found


def as_seen() -> Behaviour:
    """The defaults, changed to what was seen where a report is named."""
    behaviour = Behaviour()
    named = os.environ.get(VARIABLE)
    if named:
        behaviour.change(read_fields(Path(named)))
    return behaviour
