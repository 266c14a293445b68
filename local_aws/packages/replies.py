"""What all operations share: a call with all that it meets, and the forms of results and refusals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from local_aws.packages.behaviour import Behaviour, Fault
from local_aws.packages.records import ServiceError

Result = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One call of an operation: what it says, when it comes, and how the service behaves then."""

    parameters: dict[str, Any]
    moment: float
    behaviour: Behaviour
    fault: Fault | None = None

    def meets(self, kind: str, package_id: str = "") -> bool:
        """Whether a fault of this kind is planned for the call, or for that package of those it names."""
        if self.fault is None or self.fault.kind != kind:
            return False
        return not package_id or not self.fault.package_ids or package_id in self.fault.package_ids

    @property
    def message(self) -> str:
        """What the planned fault says, if it says anything."""
        return self.fault.message if self.fault else ""


def refuse(how: str, message: str) -> None:
    """Refuse a call in the way that a `Behaviour` says, or accept it."""
    if how == "conflict":
        raise ServiceError("ConflictException", message)
    if how == "validation":
        raise ServiceError("ValidationException", message)


def page(name: str, items: list[Result], call: Call) -> Result:
    """The part of a list that a call asks for."""
    token = call.parameters.get("NextToken") or "0"
    if not token.isdigit():
        raise ServiceError("ValidationException", "The NextToken is not valid")
    start = int(token)
    size = call.behaviour.page_size
    end = start + min(call.parameters.get("MaxResults") or size, size)
    result: Result = {name: items[start:end]}
    if end < len(items):
        result["NextToken"] = str(end)
    return result


def timestamp(moment: float) -> datetime:
    """A moment as results carry it."""
    return datetime.fromtimestamp(moment, UTC)


def copied(value: Any) -> Any:
    """Whatever a call or a result carries, copied. `copy.deepcopy` takes ten times as long, and looks are many."""
    if isinstance(value, dict):
        return {name: copied(one) for name, one in value.items()}
    return [copied(one) for one in value] if isinstance(value, list) else value


def without_none(values: Mapping[str, Any]) -> Result:
    """A result without the members that have nothing to say."""
    return {name: value for name, value in values.items() if value is not None}
