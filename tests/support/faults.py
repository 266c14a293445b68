"""Faults of the packages service that do not end by themselves."""

from __future__ import annotations

from typing import Any

from local_aws.packages.behaviour import Fault

FOR_EVER = 100_000


def always(*operations: str, kind: Any = "throttle", skip: int = 0) -> list[Fault]:
    """Faults of those operations, after the first `skip` calls of each."""
    return [Fault(operation, kind, times=FOR_EVER, skip=skip) for operation in operations]
