"""Whether five calls a second are throttled."""

from __future__ import annotations

from botocore.exceptions import ClientError

from verification.calls import THROTTLES, code_of
from verification.lab import Lab
from verification.question import Answer, Question

SECONDS, A_SECOND = 10, 5


def ask(lab: Lab) -> Answer:
    """Read for ten seconds, and not a call more."""
    between = lab.calls.pace.between_calls * 4 / A_SECOND
    refused = 0
    for _ in range(SECONDS * A_SECOND):
        try:
            lab.calls.make_once("opensearch", "DescribePackages", {"MaxResults": 1}, between)
        except ClientError as error:
            if code_of(error) not in THROTTLES:
                raise
            refused += 1
    served = SECONDS * A_SECOND - refused
    value = served // SECONDS if refused else None
    return Answer(value, f"Of {served + refused} calls in {SECONDS} s, {refused} were throttled.")


QUESTION = Question(
    "How many calls a second does the service serve?",
    "calls_per_second",
    ask,
    {None: "five at least"},
)
