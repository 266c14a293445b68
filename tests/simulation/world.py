"""The simulated world: Lambda with its retries, the services, S3, and what everybody did."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from botocore.exceptions import ClientError

from lambda_handler.association.handler import AssociationHandler
from lambda_handler.cloudformation.resource import CustomResource
from lambda_handler.cloudformation.response import ResponseNotDeliveredError
from lambda_handler.cloudformation.stacks import ROLLING_BACK, Stacks
from lambda_handler.domains import Domains
from lambda_handler.opensearch import OpenSearch
from lambda_handler.package.handler import PackageHandler
from lambda_handler.package.sources import Sources
from local_aws import api_model
from local_aws.packages import Behaviour, PackagesModel
from local_aws.packages.seen import as_seen
from tests.simulation.association.facts import WRITES as OF_ASSOCIATIONS
from tests.simulation.association.facts import AssociationFacts
from tests.simulation.boundaries import CONTINUE, RESPONSE, Boundaries, HttpStatus
from tests.simulation.clockwork import Clockwork
from tests.simulation.names import ASSOCIATION, LOGICAL_ID, PACKAGE, SECRETS, SHOP, SIGNATURE, STAGING
from tests.simulation.package.facts import WRITES as OF_PACKAGES
from tests.simulation.package.facts import PackageFacts
from tests.simulation.services import CloudFormationClient, OpenSearchClient, S3Client, Store
from tests.support.processes import Killed
from tests.support.responses import Response
from tests.support.stacks import StackBook

# How long a call takes where nothing else is said, half of it on the way there.
LATENCY = 0.1
# What Lambda does with an asynchronous invocation that dies.
RETRIED_AFTER = (60.0, 120.0)
OLDEST_EVENT = 3600.0
# What an invocation needs at least to look and to respond. One that comes later may come too late.
TIME_TO_RESPOND = 5.0


@dataclass(frozen=True)
class Received:
    """What CloudFormation received, and how the world was then.

    Attributes:
        response: the response.
        invocation: whose it was.
        moment: when it came, in seconds since the epoch.
        then: what there was of the resource then, as its type sees it.
    """

    response: Response
    invocation: int
    moment: float
    then: Any

    @property
    def status(self) -> str:
        """`SUCCESS` or `FAILED`."""
        return self.response.status

    @property
    def reason(self) -> str:
        """Why it failed."""
        return self.response.reason

    @property
    def physical_id(self) -> str:
        """PhysicalResourceId."""
        return self.response.physical_id

    @property
    def attributes(self) -> dict[str, str]:
        """What `Fn::GetAtt` gives."""
        return self.response.attributes


@dataclass
class Write:
    """A call of the function that changes something."""

    request: str
    invocation: int
    operation: str
    package_ids: list[str]
    domain: str
    moment: float
    applied: bool = False

    @property
    def package_id(self) -> str:
        """The package, where there is but one; empty where there is none yet."""
        return self.package_ids[0] if self.package_ids else ""

    def __str__(self) -> str:
        return f"{self.operation} {' '.join([*self.package_ids, self.domain])}".rstrip()


@dataclass
class Sent:
    """A request that CloudFormation has sent."""

    event: dict[str, Any]
    signed: float
    expires: float
    responses: list[Received] = field(default_factory=list)
    rolls_back: bool = False  # what its stack has done
    overlapped: bool = False  # with another delivery of itself
    over: float = math.inf  # since when CloudFormation does not wait for it any more
    cancelled: bool = False  # CloudFormation does not listen to it any more, and deletes what it makes
    disturbed: bool = False  # by somebody outside, while it ran
    removed_by_hand: int = 0  # packages, meanwhile
    died: bool = False  # one of its invocations did
    lost: bool = False  # its last invocation died when there was no time left for another one

    @property
    def type(self) -> str:
        """The type of the resource."""
        return str(self.event["ResourceType"])

    @property
    def key(self) -> tuple[str, str]:
        """The resource."""
        return self.event["StackId"], self.event["LogicalResourceId"]

    @property
    def response(self) -> Received | None:
        """The one that counts: CloudFormation takes the first."""
        return self.responses[0] if self.responses and self.responses[0].moment <= self.expires else None

    def __str__(self) -> str:
        return f"{self.event['RequestType']} {self.event['RequestId']} of {self.key[1]}"


class Invocation:
    """One run of the function, and Lambda's context object."""

    log_stream_name = "2027/01/01/[$LATEST]0123456789abcdef"
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:provider"

    def __init__(self, number: int, request: str, ends: float, clockwork: Clockwork) -> None:
        self.number = number
        self.request = request
        self.ends = ends
        self._clockwork = clockwork

    def get_remaining_time_in_millis(self) -> int:
        return int((self.ends - self._clockwork.now()) * 1000)


class Container:
    """A process of the function, which serves one invocation after the other; also its clock."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.invocation: Invocation | None = None
        client = cast("Any", OpenSearchClient(world.model, self.line))
        stacks = Stacks(lambda: CloudFormationClient(world.stacks, self.line))
        sources = Sources(cast("Any", S3Client(world.store, self.line)), STAGING)
        self.resource = CustomResource(self._invoke, stacks, clock=self, put=self._put)
        service, model = OpenSearch(client), api_model.service()
        self.resource.register(PACKAGE, PackageHandler(service, sources, model, stacks))
        self.resource.register(ASSOCIATION, AssociationHandler(service, Domains(client), model, stacks))

    def now(self) -> float:
        return self._world.clockwork.now()

    def sleep(self, seconds: float) -> None:
        """Let time pass. Lambda kills whoever sleeps too long."""
        assert self.invocation is not None
        left = self.invocation.ends - self.now()
        self._world.clockwork.sleep(min(seconds, max(left, 0)))
        if seconds >= left:
            raise Killed("by Lambda: its time is up")

    def line(self, operation: str, apply: Callable[[], Any], parameters: dict[str, Any]) -> Any:
        """The way out for every call."""
        assert self.invocation is not None
        invocation = self.invocation
        self.sleep(self._world.latency / 2)
        response = self._world.boundaries.cross(
            operation, lambda: self._world.noted(invocation, operation, apply, parameters)
        )
        self.sleep(self._world.latency / 2)
        return response

    def _put(self, url: str, body: bytes) -> int:
        assert SIGNATURE in url, "the URL arrives whole"
        invocation = self.invocation
        assert invocation is not None
        try:
            self.line(RESPONSE, lambda: self._world.receive(invocation, body), {})
        except HttpStatus as responded:
            return responded.status
        return 200

    def _invoke(self, function_arn: str, event: dict[str, Any]) -> None:
        assert function_arn == Invocation.invoked_function_arn
        self.line(CONTINUE, lambda: self._world.deliver(event), {})


class World:
    """Everything there is.

    Args:
        behaviour: how the packages service behaves.
        function_timeout: how long an invocation may run.
        latency: how long a call takes, in seconds.
    """

    def __init__(
        self, behaviour: Behaviour | None = None, function_timeout: float = 900.0, latency: float = LATENCY
    ) -> None:
        self.clockwork = Clockwork()
        self.boundaries = Boundaries()
        self.store = Store(self.clockwork.now)
        self.stacks = StackBook(self.clockwork)
        self.function_timeout = function_timeout
        self.latency = latency
        self.model = PackagesModel(
            now=self.clockwork.now,
            read_object=self.store.read,
        )
        self.sent: dict[str, Sent] = {}
        self.writes: list[Write] = []
        self.by_hand_at = -math.inf  # when somebody did something last
        self.leaks: list[str] = []
        self.invocations = 0
        self.continued: set[int] = set()
        self._idle: list[Container] = []
        self.packages = PackageFacts(self)
        self.associations = AssociationFacts(self)
        self.packages.prepare()
        self.associations.prepare()
        self.model.behaviour = behaviour or as_seen(copying=1, validating=1, deleting=1, utf8_checked=True)

    # What CloudFormation does.

    def event(self, kind: str, properties: dict[str, Any], **more: Any) -> dict[str, Any]:
        """A request, as CloudFormation makes it."""
        now = self.clockwork.now()
        signed = datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%SZ")
        event = {
            "RequestType": kind,
            "RequestId": f"request-{len(self.sent) + 1}",
            "StackId": SHOP,
            "LogicalResourceId": LOGICAL_ID,
            "ResourceType": PACKAGE,
            "ResponseURL": f"https://bucket.s3.amazonaws.com/?X-Amz-Date={signed}&X-Amz-Signature={SIGNATURE}",
            "ResourceProperties": {"ServiceToken": Invocation.invoked_function_arn, **properties},
            **more,
        }
        timeout = float(properties.get("ServiceTimeout", 3600))
        self._facts_of(event).send(event)
        disturbed = now - self.by_hand_at < 60  # reading may not show it yet
        rolls_back = self.stacks.statuses.get(event["StackId"]) in ROLLING_BACK
        self.sent[event["RequestId"]] = Sent(event, now, now + timeout, rolls_back=rolls_back, disturbed=disturbed)
        self.stacks.send(event)
        return event

    def deliver(self, event: dict[str, Any], after: float = 0.0) -> None:
        """Put a request into Lambda's queue."""
        text, queued = json.dumps(event), self.clockwork.now() + after
        self.clockwork.start(lambda: self._attempt(text, queued, 0), after)

    def serve(self, event: dict[str, Any]) -> Received | None:
        """Deliver a request and wait for the response, or until CloudFormation would."""
        again = bool(self.sent[event["RequestId"]].responses)
        self.deliver(event)
        if again:
            self.run()
        return self.wait(event)

    def wait(self, event: dict[str, Any]) -> Received | None:
        """Wait for a response as CloudFormation does. What else has begun may go on."""
        sent = self.sent[event["RequestId"]]
        with self._listening():
            self.clockwork.run(until=lambda: sent.response is not None, not_beyond=sent.expires)
            if sent.response is None:
                self.clockwork.sleep(max(sent.expires - self.clockwork.now(), 0))
                self.give_up(event)
        return sent.response

    def give_up(self, event: dict[str, Any]) -> None:
        """CloudFormation does not wait for a request any more."""
        sent = self.sent[event["RequestId"]]
        sent.over = min(sent.over, self.clockwork.now())
        self.stacks.give_up(event)

    def known_id(self, sent: Sent) -> str:
        """The physical id of the resource when a request was sent, by what CloudFormation had heard; empty for none."""
        before = [one for one in self.sent.values() if one.key == sent.key and one.signed <= sent.signed]
        heard = [one for one in before if one is not sent and not one.cancelled and one.response]
        latest = heard[-1] if heard else None
        if latest is None or latest.response is None or latest.event["RequestType"] == "Delete":
            return ""
        return latest.response.physical_id if latest.response.status == "SUCCESS" else ""

    def run(self) -> None:
        """Let everything end that has begun."""
        with self._listening():
            self.clockwork.run()

    # What Lambda does.

    def _attempt(self, text: str, queued: float, failures: int) -> None:
        event = json.loads(text)
        self.invocations += 1
        container = self._idle.pop() if self._idle else Container(self)
        ends = self.clockwork.now() + self.function_timeout
        container.invocation = Invocation(self.invocations, event["RequestId"], ends, self.clockwork)
        try:
            container.resource(event, container.invocation)
        except Killed:
            pass  # and its container with it
        except ResponseNotDeliveredError:
            self._idle.append(container)
        else:
            self._idle.append(container)
            return
        self._repeat(event, text, queued, failures)

    def _repeat(self, event: dict[str, Any], text: str, queued: float, failures: int) -> None:
        """Deliver an event again whose invocation has died."""
        sent, again = self.sent[event["RequestId"]], math.inf
        sent.died = True
        if failures < len(RETRIED_AFTER):
            again = self.clockwork.now() + RETRIED_AFTER[failures]
        if again - queued <= OLDEST_EVENT:
            self.clockwork.start(lambda: self._attempt(text, queued, failures + 1), again - self.clockwork.now())
        sent.lost = again + TIME_TO_RESPOND > sent.expires

    # What is written down.

    def noted(
        self, invocation: Invocation, operation: str, apply: Callable[[], Any], parameters: dict[str, Any]
    ) -> Any:
        """Apply a call of the function, and write down what matters of it."""
        if operation == CONTINUE:
            self.continued.add(invocation.number)
        if operation not in (*OF_PACKAGES, *OF_ASSOCIATIONS):
            response = apply()
            self.associations.look(invocation.request, invocation.number, operation, response)
            return response
        write = self._write(invocation, operation, parameters)
        self.writes.append(write)
        facts = self.packages if operation in OF_PACKAGES else self.associations
        facts.ask(write)
        try:
            response = apply()
        except ClientError:
            facts.refuse(write)
            raise
        write.applied = True
        facts.apply(write, response)
        return response

    def _write(self, invocation: Invocation, operation: str, parameters: dict[str, Any]) -> Write:
        listed = parameters.get("PackageList", [parameters] if "PackageID" in parameters else [])
        ids = [one if isinstance(one, str) else one["PackageID"] for one in listed]
        domain = parameters.get("DomainName", "")
        return Write(invocation.request, invocation.number, operation, ids, domain, self.clockwork.now())

    def _facts_of(self, event: dict[str, Any]) -> PackageFacts | AssociationFacts:
        return self.associations if event["ResourceType"] == ASSOCIATION else self.packages

    def receive(self, invocation: Invocation, body: bytes) -> None:
        """CloudFormation takes a response."""
        sent = self.sent[invocation.request]
        response, now = Response.parse(body), self.clockwork.now()
        heard = not sent.cancelled and now < min(sent.over, sent.expires)
        then = self._facts_of(sent.event).receive(sent, response, heard=heard)
        sent.responses.append(Received(response, invocation.number, now, then))
        if heard:
            sent.over = now
            self.stacks.receive(sent.event, response)

    @contextmanager
    def _listening(self) -> Iterator[None]:
        """Read every log line there is, as a person with access to the logs could."""
        root = logging.getLogger()
        before, level = root.handlers, root.level
        root.handlers = [Ear(self.leaks)]
        try:
            yield
        finally:
            root.handlers = before
            root.setLevel(level)


class Ear(logging.Handler):
    """Keeps the log lines that tell a secret."""

    def __init__(self, leaks: list[str]) -> None:
        super().__init__()
        self._leaks = leaks

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record)
        if any(secret in line for secret in SECRETS):
            self._leaks.append(line)
