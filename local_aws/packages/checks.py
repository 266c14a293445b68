"""Checks of what calls say that the service's own model does not tell, and whose results are unknown."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from local_aws.packages.behaviour import Behaviour
from local_aws.packages.records import Record, ServiceError

LONGEST_DESCRIPTION = 1024  # [M]


def check_lengths(parameters: Mapping[str, Any], behaviour: Behaviour) -> None:
    """Refuse a name or a description that is too long; the texts are made up [?]."""
    if len(parameters.get("PackageName", "")) > behaviour.longest_name:
        raise ServiceError("ValidationException", f"A name has at most {behaviour.longest_name} characters.")
    description = parameters.get("PackageDescription") or ""
    counted = {
        "characters": len(description),
        "utf-16": len(description.encode("utf-16-le")) // 2,
        "bytes": len(description.encode()),
    }[behaviour.description_counted_in]
    if counted > LONGEST_DESCRIPTION:
        raise ServiceError("ValidationException", f"A description has at most {LONGEST_DESCRIPTION} characters.")


def passes(record: Record, one: Mapping[str, Any], behaviour: Behaviour) -> bool:
    """Whether a package passes a filter of DescribePackages."""
    name, values = one.get("Name", ""), one.get("Value") or []
    found = record.status if name == "PackageStatus" else record.details.get(name)
    if behaviour.filter_wildcards and isinstance(found, str):
        return any(fnmatchcase(found, value) for value in values)
    return found in values
