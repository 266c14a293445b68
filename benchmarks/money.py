"""What a deployment costs: measured calls and seconds, by the price list. Free tiers are left out, for everybody."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.crhelper_poller import CrhelperPoller
from benchmarks.our_provider import STAGED, serve
from benchmarks.schedules import PROVIDER_FRAMEWORK, Waited
from benchmarks.timelines import USUAL_CALL

# Dollars in us-east-1. Sources: https://aws.amazon.com/lambda/pricing/, https://aws.amazon.com/step-functions/pricing/,
# https://aws.amazon.com/eventbridge/pricing/ (what a schedule's rule delivers to a function is not charged),
# https://aws.amazon.com/s3/pricing/, https://aws.amazon.com/cloudwatch/pricing/
A_REQUEST = 0.20 / 1e6  # Lambda
A_GB_SECOND = 0.0000166667  # Lambda, x86
A_TRANSITION = 0.025 / 1e3  # Step Functions Standard
A_WRITE_TO_S3 = 0.005 / 1e3  # PUT, COPY, LIST
OUR_GB, FRAMEWORK_GB, USUAL_GB = 0.25, 0.125, 0.125  # 256 MB; the defaults of the others
WRITES_TO_S3 = 3  # ListObjectVersions twice, CopyObject
# Seconds of a cold start, without CPU shares. The same for everybody.
COLD_START = 0.5
# An execution of the waiter: its start and its end. Each try is one more transition.
TRANSITIONS_AROUND = 2


@dataclass(frozen=True)
class Cost:
    """What making one package costs.

    Attributes:
        whose: how it is made.
        seconds: how long the package takes.
        dollars: the cost.
        made_of: what it is made of, in words.
    """

    whose: str
    seconds: float
    dollars: float
    made_of: str


def ours(seconds: float) -> Cost:
    """By this provider, which waits in the function."""
    served = serve(seconds, USUAL_CALL, STAGED)
    billed = served.seconds + COLD_START
    dollars = served.invocations * A_REQUEST + billed * OUR_GB * A_GB_SECOND + WRITES_TO_S3 * A_WRITE_TO_S3
    return Cost("this provider", seconds, dollars, f"{billed:.0f} s of 256 MB")


def crhelpers(seconds: float) -> Cost:
    """By crhelper's poller, which waits in EventBridge."""
    waited = _waited(CrhelperPoller().wait(seconds, USUAL_CALL))
    looks = waited.calls - 8  # CreatePackage, three calls to make the rule, three to remove it, the response
    billed = waited.calls * USUAL_CALL + COLD_START
    return Cost(
        "crhelper's poller",
        seconds,
        (1 + looks) * A_REQUEST + billed * USUAL_GB * A_GB_SECOND,
        f"{1 + looks} invocations",
    )


def frameworks(seconds: float) -> Cost | None:
    """By the CDK Provider framework, which waits in Step Functions; None where it gives up."""
    waited = PROVIDER_FRAMEWORK.wait(seconds, USUAL_CALL)
    if waited is None:
        return None
    looks = (waited.calls - PROVIDER_FRAMEWORK.calls) // PROVIDER_FRAMEWORK.calls_of_a_look
    # The framework's function runs while the user's does.
    billed = (1 + looks) * (2 * USUAL_CALL + USUAL_CALL) + 4 * COLD_START
    transitions = looks + TRANSITIONS_AROUND
    dollars = 2 * (1 + looks) * A_REQUEST + billed * FRAMEWORK_GB * A_GB_SECOND + transitions * A_TRANSITION
    return Cost("CDK Provider framework", seconds, dollars, f"{transitions} transitions, {2 * (1 + looks)} invocations")


def _waited(waited: Waited | None) -> Waited:
    assert waited is not None, "it waits for an hour"  # noqa: S101
    return waited
