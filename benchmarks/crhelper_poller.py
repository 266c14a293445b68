"""crhelper's own poller, driven: its code runs, on a simulated clock, against clients that only take time."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from crhelper import CfnResource

from benchmarks.schedules import Waited

NAME = "crhelper's poller"
SOURCE = (
    "crhelper 2.0.12 itself: an EventBridge rule for each resource, every `polling_interval`, 2 minutes; its "
    "[first run](https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html) is one "
    "interval after the rule was made"
)
INTERVAL = 120.0
RULE = "arn:aws:events:us-east-1:000000000000:rule/Synonyms"
EVENT: dict[str, Any] = {
    "RequestType": "Create",
    "RequestId": "request-1",
    "StackId": "arn:aws:cloudformation:us-east-1:000000000000:stack/shop/5f7f4c90",
    "LogicalResourceId": "Synonyms",
    "ResponseURL": "https://bucket.s3.amazonaws.com/",
    "ResourceProperties": {},
}


class _Aws:
    """The clients of crhelper and of the user, and the time."""

    def __init__(self, call: float) -> None:
        self.now, self.calls = 0.0, 0
        self.ruled_since, self.target = math.inf, ""
        self._call = call
        client = SimpleNamespace(
            put_rule=lambda **_: self.call(self._rule),
            put_targets=lambda Targets, **_: self.call(lambda: self._aim(Targets)),  # noqa: N803 - boto3's name
            add_permission=lambda **_: self.call(),
            remove_targets=lambda **_: self.call(),
            remove_permission=lambda **_: self.call(),
            delete_rule=lambda **_: self.call(),
        )
        self.events = self.permissions = client

    def call(self, act: Callable[[], Any] = lambda: None) -> Any:
        """Make a call, which has its effect half way."""
        self.calls += 1
        self.now += self._call / 2
        answer = act()
        self.now += self._call / 2
        return answer

    def _rule(self) -> dict[str, str]:
        self.ruled_since = self.now
        return {"RuleArn": RULE}

    def _aim(self, targets: list[dict[str, str]]) -> None:
        self.target = targets[0]["Input"]


class _Polled(CfnResource):
    """crhelper, but for the response and the watchdog: both need a machine and a network."""

    def __init__(self, aws: _Aws) -> None:
        super().__init__(log_level="CRITICAL", boto_level="CRITICAL")
        self._lambda_client, self._events_client, self._aws = aws.permissions, aws.events, aws
        self.responded_at = math.inf

    def _set_timeout(self) -> None:
        """No watchdog: the time is simulated."""

    def _send(self, status: str | None = None, reason: str = "", send_response: object = None) -> None:
        assert (status or self.Status) == "SUCCESS", reason or self.Reason  # noqa: S101
        self._aws.call(self._respond)

    def _respond(self) -> None:
        self.responded_at = self._aws.now


class CrhelperPoller:
    """A custom resource by crhelper with `create` and `poll_create`, as its README shows."""

    name, source = NAME, SOURCE

    def wait(self, stabilizing: float, call: float) -> Waited | None:
        """Wait for a package that takes that long, with calls that take that long."""
        aws = _Aws(call)
        resource = _Polled(aws)
        available_at = math.inf

        @resource.create
        def create(event: object, context: object) -> None:
            nonlocal available_at
            available_at = aws.call(lambda: aws.now) + stabilizing

        @resource.poll_create
        def poll_create(event: object, context: object) -> str | None:
            return "F123456789" if aws.call(lambda: aws.now) >= available_at else None

        context = SimpleNamespace(function_name="provider")
        resource({**EVENT}, context)
        while math.isinf(resource.responded_at):
            runs = math.floor((aws.now - aws.ruled_since) / INTERVAL) + 1
            aws.now = aws.ruled_since + runs * INTERVAL
            resource(json.loads(aws.target), context)
        return Waited(resource.responded_at - available_at, aws.calls)
