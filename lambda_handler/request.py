"""A request: one CloudFormation event, who it is for and until when it has to be answered."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lambda_handler.ownership import Owner
from lambda_handler.waiting import TooLate

DEFAULT_SERVICE_TIMEOUT = 3600
# A further invocation is worth while when at least this much time is left. One that comes late still answers well.
SHORTEST_HOP = 1.0
# By how much the clocks of CloudFormation and of the service may differ.
CLOCKS_AGREE_WITHIN = 60.0
# How long IAM may take until a new grant works everywhere.
GRANTS_SETTLE_WITHIN = 60.0
# Answers are due this much before ServiceTimeout ends, or a tenth of it if that is less.
LONGEST_MARGIN = 60.0
SHORTEST_MARGIN = 2.0

PACKAGE_ID = re.compile(r"[FG][0-9]+|pkg-[a-f0-9]+")
# Physical ids of a Create: one that is known to have made nothing, and one that does not know. The Delete after the
# latter looks for a package, as after an id that CloudFormation invented.
NOTHING_CREATED = "nothing-was-created-"
NOT_KNOWN = "not-known-"
# What a request carries that was handed on. A newer release has to understand what an older one wrote.
HANDED_ON = "OpenSearchPackagesHandedOn"


class HandOn(Exception):  # noqa: N818 - says what to do
    """This invocation has to end, and a further one can go on."""


class RequestFailed(Exception):  # noqa: N818 - reads as what it says to CloudFormation
    """The request has failed for a reason that the user can do something about. Its text is that reason."""


@dataclass
class Request:
    """One Create, Update or Delete.

    Attributes:
        owner: the resource, its stack, and this request.
        kind: `Create`, `Update` or `Delete`.
        resource_type: what the template calls the resource's type.
        properties: the resource's properties, as CloudFormation sent them.
        old_properties: the properties before an Update, else empty.
        physical_id: the id that the answer carries.
        original_physical_id: the id that the event carried.
        started: when the request was made, in seconds since the epoch.
        answer_by: when to give up for good, in seconds since the epoch.
        expires: when CloudFormation stops listening, in seconds since the epoch.
        work_until: until when this invocation can work, in seconds since the epoch.
        is_dated: whether `started` is when CloudFormation made the request, and not only when a delivery arrived.
        seen: what an earlier invocation saw last, in words.
        hops: how often the request was handed on to a further invocation.
        made: the id of the package that it imports into and that was there already; empty before that. Once it is
            gone, somebody has deleted it, and no further invocation may make another.
    """

    owner: Owner
    kind: str
    resource_type: str
    properties: dict[str, Any]
    old_properties: dict[str, Any]
    physical_id: str
    started: float
    answer_by: float
    expires: float
    work_until: float
    is_dated: bool
    hops: int
    made: str
    seen: str
    original_physical_id: str = field(init=False)

    def __post_init__(self) -> None:
        self.original_physical_id = self.physical_id

    def has_created(self, package_id: str) -> None:
        """There is a package, which the answer to a Create has to name, also when the request fails."""
        self._set_physical_id(package_id)

    def has_created_nothing(self) -> None:
        """It is sure that there is no package of this request."""
        self._set_physical_id(f"{NOTHING_CREATED}{self.owner.request}")

    def may_have_created(self) -> None:
        """A call is on its way whose answer may get lost."""
        self._set_physical_id(f"{NOT_KNOWN}{self.owner.request}")

    def _set_physical_id(self, physical_id: str) -> None:
        if self.kind == "Create":
            self.physical_id = physical_id

    def is_young(self, now: float) -> bool:
        """Whether a refused access may still be a grant that has not reached everywhere."""
        return now - self.started < GRANTS_SETTLE_WITHIN

    def has_time_after(self, now: float) -> bool:
        """Whether a further invocation could go on when this one has to end now."""
        return now + SHORTEST_HOP < self.answer_by

    def came_after(self, moment: datetime | None) -> bool:
        """Whether the request was surely made after that moment."""
        return moment is not None and self.is_dated and self.started - CLOCKS_AGREE_WITHIN > moment.timestamp()

    def check_may_write(self, now: float) -> None:
        """CloudFormation has stopped listening to a late request, and may have sent the next one.

        Raises:
            TooLate: nothing may be begun any more, in this invocation at least.
        """
        if now >= self.work_until:
            raise TooLate


def read(event: dict[str, Any], *, now: float, invocation_ends: float) -> Request:
    """The request in a CloudFormation event.

    Args:
        event: as in https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html
        now: seconds since the epoch.
        invocation_ends: until when this invocation can work, in seconds since the epoch.

    Raises:
        KeyError: the event is none of CloudFormation's.
    """
    owner = Owner(event["StackId"], event["LogicalResourceId"], event["RequestId"])
    properties = _mapping(event.get("ResourceProperties"))
    handed_on = _mapping(event.get(HANDED_ON))
    signed_at = _signed_at(event.get("ResponseURL", ""), now)
    started = signed_at or handed_on.get("Started", now)
    timeout = _service_timeout(properties)
    return Request(
        owner=owner,
        kind=event["RequestType"],
        resource_type=event["ResourceType"],
        properties=properties,
        old_properties=_mapping(event.get("OldResourceProperties")),
        physical_id=event.get("PhysicalResourceId") or handed_on.get("PhysicalResourceId") or not_known(event),
        started=started,
        answer_by=(answer_by := started + timeout - _margin(timeout)),
        expires=started + timeout,
        work_until=min(answer_by, invocation_ends),
        is_dated=signed_at is not None,
        hops=handed_on.get("Hops", 0),
        made=handed_on.get("Made", ""),
        seen=handed_on.get("Seen", ""),
    )


def handed_on(event: dict[str, Any], request: Request) -> dict[str, Any]:
    """The event for a further invocation. Everything else that it needs to go on, it finds at the service."""
    carried = {
        "Started": request.started,
        "Hops": request.hops + 1,
        "PhysicalResourceId": request.physical_id,
        "Made": request.made,
        "Seen": request.seen,
    }
    return {**event, HANDED_ON: carried}


def not_known(event: dict[str, Any]) -> str:
    """The physical id that says that a Create may have made a package."""
    owner = Owner(event.get("StackId", ""), event.get("LogicalResourceId", ""), event.get("RequestId", ""))
    return f"{NOT_KNOWN}{owner.request}"


def request_that_does_not_know(physical_id: str) -> str:
    """Which request it was, in a mark's terms, whose Create does not know; empty for any other id."""
    return physical_id.removeprefix(NOT_KNOWN) if physical_id.startswith(NOT_KNOWN) else ""


def is_package_id(physical_id: str) -> bool:
    """Whether the id is one that the service gave to a package."""
    return PACKAGE_ID.fullmatch(physical_id) is not None


def says_nothing_created(physical_id: str) -> bool:
    """Whether the id is ours, from a Create that left nothing behind."""
    return physical_id.startswith(NOTHING_CREATED)


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _service_timeout(properties: dict[str, Any]) -> float:
    """ServiceTimeout in seconds; one that CloudFormation would not take is the business of `properties.py`."""
    text = str(properties.get("ServiceTimeout", ""))
    seconds = int(text) if text.isascii() and text.isdecimal() else DEFAULT_SERVICE_TIMEOUT
    return float(min(max(seconds, 1), DEFAULT_SERVICE_TIMEOUT))


def _margin(timeout: float) -> float:
    """How long before the end of ServiceTimeout the answer is due."""
    return max(min(LONGEST_MARGIN, timeout / 10), min(SHORTEST_MARGIN, timeout / 2))


def _signed_at(response_url: str, now: float) -> float | None:
    """When CloudFormation signed the ResponseURL: a late delivery is recognised by it. None where it cannot be read."""
    stamps = parse_qs(urlsplit(response_url).query).get("X-Amz-Date", [])
    try:
        signed = datetime.strptime(stamps[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    except (IndexError, ValueError):
        return None
    return min(signed, now)
