"""What is wrong with the properties of a resource, and how it is told: the value received, and what is allowed."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lambda_handler.cloudformation.deadline import DEFAULT_SERVICE_TIMEOUT, read_service_timeout

LONGEST_ECHO = 80


@dataclass(frozen=True)
class Problem:
    """What is wrong with the properties of a resource.

    Attributes:
        path: the property, such as `PackageSource.S3Key`.
        text: what is wrong with it, the value received and what is allowed.
        rests_on: the properties whose values make it wrong. Whoever does not know one of them cannot say it.
    """

    path: str
    text: str
    rests_on: tuple[str, ...]

    @classmethod
    def of_name(cls, path: str, text: str) -> Problem:
        """A problem whatever the value is."""
        return cls(path, text, ())

    @classmethod
    def of_value(cls, path: str, text: str, *others: str) -> Problem:
        """A problem with the value of a property, or with what it says together with `others`."""
        return cls(path, text, (path, *others))


def echo(value: object) -> str:
    """A received value for a message, never long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST_ECHO else f"{text[:LONGEST_ECHO]}…"


def suggestion(name: str, allowed: Iterable[str]) -> str:
    """What to write instead of a name that there is not."""
    allowed = [*allowed]
    close = difflib.get_close_matches(name, allowed, n=1)
    return f"did you mean {close[0]}?" if close else f"allowed are {', '.join(allowed)}"


def problems_of_service_timeout(values: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with ServiceTimeout, which every resource type has."""
    timeout = values.get("ServiceTimeout", "1")
    if read_service_timeout(timeout) is None:
        text = f"ServiceTimeout must be whole seconds from 1 to {DEFAULT_SERVICE_TIMEOUT}, received {echo(timeout)}"
        yield Problem.of_value("ServiceTimeout", text)
