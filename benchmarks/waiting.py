"""How long after AVAILABLE the response comes, and how many calls that takes: ours, and everybody else's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean, quantiles
from typing import Protocol

from benchmarks.crhelper_poller import CrhelperPoller
from benchmarks.our_provider import OurProvider
from benchmarks.schedules import LOOP, PROVIDER_FRAMEWORK, TERRAFORM, Waited
from benchmarks.timelines import CALLS, STABILIZATION_TIMES, allowed, phases

TWENTIETHS = 20


class Waiter(Protocol):
    """Whoever waits for a package."""

    @property
    def name(self) -> str:
        """Who."""

    @property
    def source(self) -> str:
        """Where it is published how it waits."""

    def wait(self, stabilizing: float, call: float) -> Waited | None:
        """Wait for a package that takes that long, with calls that take that long; None where it gives up."""


OURS, POLLER = OurProvider(), CrhelperPoller()
WAITERS: tuple[Waiter, ...] = (OURS, POLLER, PROVIDER_FRAMEWORK, TERRAFORM, LOOP)


@dataclass(frozen=True)
class Row:
    """How one of them waits for packages that take about that long.

    Attributes:
        waiter: who.
        seconds: the shortest of the times that the packages take.
        call: how long a call takes, in seconds.
        mean: the delay in seconds, on average; of those that did not fail.
        p95: what 95% of the delays do not exceed.
        calls: calls to AWS, on average.
        failed: the share that timed out, from 0 to 1; 1 also where too few did not.
        share: what of the promised time the delay takes, on average and not exceeded by 95%; 1 is all of it.
    """

    waiter: str
    seconds: float
    call: float
    mean: float
    p95: float
    calls: float
    failed: float
    share: tuple[float, float]

    @property
    def fails(self) -> bool:
        """Whether it waits for no such package."""
        return self.failed == 1


def percentile_95(values: Iterable[float]) -> float:
    """What 95% of the values do not exceed."""
    return quantiles(values, n=TWENTIETHS, method="inclusive")[-1]


def row(waiter: Waiter, seconds: float, call: float) -> Row:
    """Have one of them wait for packages that take about that long."""
    played = [(stabilizing, waiter.wait(stabilizing, call)) for stabilizing in phases(seconds)]
    waits = [(stabilizing, waited) for stabilizing, waited in played if waited is not None]
    failed = 1 - len(waits) / len(played)
    if len(waits) < TWENTIETHS:
        return Row(waiter.name, seconds, call, 0, 0, 0, 1, (0, 0))
    delays = [waited.delay for _, waited in waits]
    shares = [waited.delay / allowed(stabilizing) for stabilizing, waited in waits]
    return Row(
        waiter.name,
        seconds,
        call,
        fmean(delays),
        percentile_95(delays),
        fmean(waited.calls for _, waited in waits),
        failed,
        (fmean(shares), percentile_95(shares)),
    )


def measure() -> list[Row]:
    """All of them, for all times and all calls."""
    return [row(waiter, seconds, call) for call in CALLS for seconds in STABILIZATION_TIMES for waiter in WAITERS]
