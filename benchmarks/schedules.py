"""What else waits for a package, by its published schedule. Cold starts are left out, for everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, repeat


@dataclass(frozen=True)
class Waited:
    """How a wait went.

    Attributes:
        delay: seconds from AVAILABLE at the service until whoever asked has heard of it.
        calls: calls to AWS, from the import to the response.
    """

    delay: float
    calls: int


@dataclass(frozen=True)
class Schedule:
    """Someone who waits by looking at moments that are known beforehand.

    Attributes:
        name: who.
        source: where the schedule is published.
        looks: when looks reach the service, in seconds from when it has accepted the import, given how long a call
            takes. It ends where it gives up.
        way_back: how long the response is under way from such a look on, in calls.
        calls: calls beside those that look: the import, the response, and what else is needed once.
        calls_of_a_look: calls for each look.
    """

    name: str
    source: str
    looks: Callable[[float], Iterator[float]]
    way_back: float
    calls: int
    calls_of_a_look: int

    def wait(self, stabilizing: float, call: float) -> Waited | None:
        """Wait for a package that takes that long, with calls that take that long; None where it gives up."""
        for count, moment in enumerate(self.looks(call), 1):
            if moment >= stabilizing:
                delay = moment + self.way_back * call - stabilizing
                return Waited(delay, self.calls + count * self.calls_of_a_look)
        return None


def _every_five_seconds(call: float) -> Iterator[float]:
    moment = call / 2  # the import has been answered
    while moment < 3600:  # noqa: PLR2004 - CloudFormation's hour
        yield moment + 5 + call / 2
        moment += 5 + call


def _provider_framework(call: float) -> Iterator[float]:
    moment = 1.5 * call  # onEvent has returned to the framework, which has started the state machine
    for _ in range(1 + 360):  # queryInterval is 5 s, totalTimeout 30 min: as many retries
        yield moment + 1.5 * call  # Step Functions invokes isComplete, which invokes the user's function, which looks
        moment += 3 * call + 5


def _terraform(call: float) -> Iterator[float]:
    began = call / 2
    moment = began + 30  # Delay
    for pause in chain([0, 15], repeat(10)):  # MinTimeout is 15 s; what would be longer than 10 s is cut
        moment += pause
        if moment > began + 20 * 60:  # Timeout
            return
        yield moment + call / 2
        moment += call


LOOP = Schedule(
    "a loop of 5 s",
    "`time.sleep(5)` between two looks, in a script. In a Lambda function it ends after 15 minutes",
    _every_five_seconds,
    way_back=1,
    calls=2,  # CreatePackage, the response
    calls_of_a_look=1,
)
PROVIDER_FRAMEWORK = Schedule(
    "CDK Provider framework",
    "`custom-resources/lib/provider-framework` (`util.js`, `waiter-state-machine.js`, `runtime/framework.js`) of "
    "aws-cdk-lib 2.275.0: a state machine retries isComplete every `queryInterval`, 5 s, for `totalTimeout`, 30 min",
    _provider_framework,
    way_back=1.5,  # to the user's function, to the framework's, to CloudFormation
    calls=4,  # Invoke of onEvent, CreatePackage, StartExecution, the response
    calls_of_a_look=2,  # Invoke of isComplete, DescribePackages
)
TERRAFORM = Schedule(
    "Terraform",
    "[`waitPackageValidationCompleted`](https://github.com/hashicorp/terraform-provider-aws/blob/"
    "07e0d0b940f57c782f8fcc9ccfd8b19f59383b51/internal/service/opensearch/package.go): Delay 30 s, MinTimeout 15 s, "
    "Timeout 20 minutes; [`StateChangeConf`](https://github.com/hashicorp/terraform-plugin-sdk/blob/v2.40.1/helper/retry/"
    "state.go) then looks after 15 s, and every 10 s",
    _terraform,
    way_back=1.5,  # and one more call, to read the package
    calls=2,  # CreatePackage, the reading
    calls_of_a_look=1,
)
