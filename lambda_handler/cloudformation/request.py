"""A request: one CloudFormation event, who it is for and until when it has to be responded to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lambda_handler.cloudformation import physical_ids
from lambda_handler.cloudformation.deadline import Clock, Deadline, service_timeout
from lambda_handler.cloudformation.fence import Fence
from lambda_handler.cloudformation.stacks import Stacks
from lambda_handler.errors import readable
from lambda_handler.ownership import ACCOUNT, REGION, Owner, arn_part

# By how much the clocks of CloudFormation and of other services may differ.
CLOCKS_AGREE_WITHIN = 60.0
KINDS = ("Create", "Update", "Delete")
# What every request has.
REQUIRED = ("RequestType", "ResponseURL", "StackId", "RequestId", "ResourceType", "LogicalResourceId")
# What the event of a further invocation has in addition. A newer release has to understand what an older one wrote.
CONTINUATION = "Continuation"


@dataclass
class Request:
    """One Create, Update or Delete.

    Attributes:
        owner: the resource, its stack, and this request.
        kind: `Create`, `Update` or `Delete`.
        resource_type: what the template calls the resource's type.
        properties: the resource's properties, as CloudFormation sent them.
        old_properties: the properties before an Update, else empty.
        physical_id: the id that the event carried; empty for a Create.
        account: the account of the function that serves it.
        region: the Region of the function.
        deadline: until when it has to be responded to.
        fence: whether CloudFormation still waits for it.
        signed_at: when CloudFormation signed it, in seconds since the epoch by CloudFormation's clock; None where that
            cannot be read, so that it is only known when a delivery arrived.
        invocations: how many invocations worked on it before this one.
        waited_for: what an earlier invocation waited for last, in words.
        claimed: the physical id of a response that says that a Create failed.
        continuation: what the resource type needs in order to continue in a further invocation. Whatever is assigned
            here is carried along, unread.
    """

    owner: Owner
    kind: str
    resource_type: str
    properties: dict[str, Any]
    old_properties: dict[str, Any]
    physical_id: str
    account: str
    region: str
    deadline: Deadline
    fence: Fence
    signed_at: float | None = None
    invocations: int = 0
    waited_for: str = ""
    claimed: str = ""
    continuation: dict[str, Any] = field(default_factory=dict)

    def claim(self, physical_id: str) -> None:
        """Say what the response has to name if the Create fails: CloudFormation deletes that."""
        self.claimed = physical_id

    def claim_nothing(self) -> None:
        """Say that this Create has surely left nothing: the Delete that follows on its failure does nothing."""
        self.claim(physical_ids.nothing_created(self.owner))

    def claim_unknown(self) -> None:
        """Say that this Create may have left something: the Delete that follows on its failure has to look."""
        self.claim(physical_ids.not_known(self.owner))

    @property
    def names(self) -> dict[str, str]:
        """Which request of which resource it is, by the names that CloudFormation's event has for that."""
        names = {
            "StackName": self.owner.stack_name,
            "LogicalResourceId": self.owner.logical_id,
            "ResourceType": self.resource_type,
            "RequestType": self.kind,
            "RequestId": self.owner.request_id,
        }
        return {name: readable(value) for name, value in names.items()}

    @property
    def is_of_this_account_and_region(self) -> bool:
        """Whether the stack is where the function is."""
        return (self.owner.region, self.owner.account) == (self.region, self.account)

    @property
    def has_no_real_id(self) -> bool:
        """Whether the id names nothing: CloudFormation has invented it, or a Create that failed has."""
        ours = physical_ids.says_nothing_created(self.physical_id) or physical_ids.request_of_unknown(self.physical_id)
        return bool(ours) or physical_ids.is_invented(self.physical_id, self.owner)

    @property
    def physical_id_of_a_failure(self) -> str:
        """What a response that says FAILED carries: an Update and a Delete keep the id that they came with."""
        return self.claimed if self.kind == "Create" else self.physical_id or physical_ids.not_known(self.owner)

    def check_may_write(self, *, again: bool = False, names_it: bool = False, in_vain: str = "") -> None:
        """Refuse to begin a write that comes too late. A step calls this right before it writes.

        Args:
            again: whether this very request has made before what it is about to make, and that is gone.
            names_it: whether this is a Delete, of the very id that it writes to. Hardly anybody else can mean that.
            in_vain: the physical id of what this very request has made in vain, and now deletes; empty for any other
                write.

        Raises:
            DeadlineExceeded: there is no time left for it.
            NotAwaitedError: CloudFormation does not wait for the request any more.
            ClientError: CloudFormation throttles; try again.
        """
        self.deadline.check()
        self.fence.check(self, again=again, names_it=names_it, in_vain=in_vain)

    @property
    def is_dated(self) -> bool:
        """Whether it is known when CloudFormation made the request."""
        return self.signed_at is not None

    def came_after(self, moment: datetime | None) -> bool:
        """Whether the request was surely made after that moment."""
        started = self.deadline.started
        return moment is not None and self.is_dated and started - CLOCKS_AGREE_WITHIN > moment.timestamp()


def problem_of(event: object) -> str:
    """Why an event is no request of CloudFormation; empty where it is one."""
    if not isinstance(event, dict):
        return "it is no map"
    missing = [name for name in REQUIRED if not _text(event.get(name))]
    if missing:
        return f"{', '.join(missing)} missing"
    if event["RequestType"] not in KINDS:
        return f"RequestType must be one of {', '.join(KINDS)}"
    return ""


def read(event: dict[str, Any], *, clock: Clock, remaining: float, function_arn: str, stacks: Stacks) -> Request:
    """The request in a CloudFormation event that has no problem.

    Args:
        event: as in https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html
        clock: the time.
        remaining: seconds until Lambda ends the invocation.
        function_arn: the ARN of the function, which tells its account.
        stacks: what CloudFormation tells of stacks.
    """
    carried = _mapping(event.get(CONTINUATION))
    properties = _mapping(event.get("ResourceProperties"))
    now = clock.now()
    signed_at = _signed_at(event["ResponseURL"])
    # This function's clock may be behind CloudFormation's.
    started = _moment(carried.get("Started"), now) if signed_at is None else min(signed_at, now)
    owner = Owner(*(readable(event[name]) for name in ("StackId", "LogicalResourceId", "RequestId")))
    return Request(
        owner=owner,
        kind=event["RequestType"],
        resource_type=readable(event["ResourceType"]),
        properties=properties,
        old_properties=_mapping(event.get("OldResourceProperties")),
        physical_id="" if event["RequestType"] == "Create" else _text(event.get("PhysicalResourceId")),
        account=arn_part(function_arn, ACCOUNT),
        region=arn_part(function_arn, REGION),
        deadline=Deadline.of(clock, started=started, timeout=service_timeout(properties), remaining=remaining),
        fence=Fence(stacks),
        signed_at=signed_at,
        invocations=_count(carried.get("Invocations")),
        waited_for=_text(carried.get("WaitedFor")),
        claimed=_text(carried.get("Claimed")) or physical_ids.not_known(owner),
        continuation=_mapping(carried.get("State")),
    )


def continued(event: dict[str, Any], request: Request) -> dict[str, Any]:
    """The event for a further invocation."""
    carried = {
        "Started": request.deadline.started,
        "Invocations": request.invocations + 1,
        "WaitedFor": request.waited_for,
        "Claimed": request.claimed,
        "State": request.continuation,
    }
    return {**event, CONTINUATION: carried}


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return readable(value) if isinstance(value, str) else ""


def _count(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0


def _moment(value: object, now: float) -> float:
    """A moment that a continuation carries; now where it makes no sense."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return now
    return float(value) if 0 < value <= now else now


def _signed_at(response_url: str) -> float | None:
    """When CloudFormation signed the ResponseURL: a late delivery is recognised by it. None where it cannot be read."""
    try:
        stamps = parse_qs(urlsplit(response_url).query).get("X-Amz-Date", [])
        return datetime.strptime(stamps[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    except (IndexError, ValueError):
        return None
