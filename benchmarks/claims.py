"""What the measurements show, claim by claim, as far as it is the same on every machine."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from benchmarks.footprint import LONGEST_ASSET, MOST_RESOURCES, Footprint
from benchmarks.quota import PACKAGES, Deployed
from benchmarks.schedules import LOOP, PROVIDER_FRAMEWORK, TERRAFORM
from benchmarks.timelines import CALLS
from benchmarks.waiting import OURS, POLLER, Row

AT_MOST_LONGER, AT_MOST_OVER_THE_LIMIT = 1.2, 1.1


@dataclass(frozen=True)
class Claim:
    """A claim, and whether it holds.

    Attributes:
        text: what is claimed.
        holds: whether it does.
        note: why not, where it does not.
    """

    text: str
    holds: bool
    note: str = ""


def of_waiting(rows: list[Row]) -> list[Claim]:
    """About delays and calls."""
    return [
        Claim(
            "The mean and the 95th percentile of the delay are within 1 s or a tenth of the time waited, at most 15 s",
            all(share <= 1 for row in rows if row.waiter == OURS.name for share in row.share),
        ),
        *(
            Claim(f"The mean delay is shorter than that of {whose}, everywhere", _is_less(rows, whose, _mean))
            for whose in (POLLER.name, TERRAFORM.name)
        ),
        *(
            Claim(
                f"The mean delay is shorter than that of {whose}, below 10 s",
                _is_less(_those(rows, lambda row: row.seconds < 10), whose, _mean),  # noqa: PLR2004
            )
            for whose in (PROVIDER_FRAMEWORK.name, LOOP.name)
        ),
        *(_fewer_calls(rows, call) for call in CALLS),
    ]


def _fewer_calls(rows: list[Row], call: float) -> Claim:
    long = _those(rows, lambda row: row.call == call and row.seconds >= 300)  # noqa: PLR2004
    return Claim(
        f"There are fewer calls than by {LOOP.name} from 5 minutes on, where a call takes {call} s",
        _is_less(long, LOOP.name, lambda row: row.calls),
        "not at 5 minutes, from 10 minutes on: the promise for the first minutes needs some 50 looks whatever calls "
        "take, while slow calls make the loop look less often",
    )


def of_footprints(asset: int, footprints: list[Footprint]) -> list[Claim]:
    """About what is deployed."""
    own = {one.packages: one.resources for one in footprints if one.whose == OURS.name}
    beside = {resources - packages for packages, resources in own.items()}
    return [
        Claim(
            f"The function's code takes less than {LONGEST_ASSET // 1024} KiB",
            asset < LONGEST_ASSET,
            "it is source text in modules that can be read in Lambda's console, and a quarter of it is comments and "
            "docstrings. Without those it would be 85 KiB and start no sooner (measured: 1.01 times the CPU time), and "
            "in one module instead of seventy 55 KiB: nobody could read either",
        ),
        Claim(f"The provider has at most {MOST_RESOURCES} resources", max(beside) <= MOST_RESOURCES),
        Claim("Each further package is one resource more", len(beside) == 1),
    ]


def of_quota(one: Deployed, all_of_them: Deployed, rate: float) -> list[Claim]:
    """About a stack that uses the whole quota, where the service takes that many calls a second."""
    limit = all_of_them.seconds_at_best(rate)
    longest = max(AT_MOST_LONGER * one.seconds, AT_MOST_OVER_THE_LIMIT * limit)
    return [
        Claim(
            f"{PACKAGES} packages take at most {AT_MOST_LONGER} times as long as one, at {rate} calls a second",
            all_of_them.seconds <= longest,
            "it was throttled too much: requests that wait for their imports use calls that those need which have yet "
            "to begin, and a request whose write was throttled looks again before it repeats the write",
        ),
        Claim(f"No request fails, at {rate} calls a second", not (one.failed or all_of_them.failed)),
    ]


def _mean(row: Row) -> float:
    return row.mean


def _those(rows: Iterable[Row], chosen: Callable[[Row], bool]) -> list[Row]:
    return [row for row in rows if chosen(row)]


def _is_less(rows: Iterable[Row], whose: str, value: Callable[[Row], float]) -> bool:
    """Whether ours is less than theirs in each row where they do not fail."""
    rows = list(rows)
    own = {(row.seconds, row.call): value(row) for row in rows if row.waiter == OURS.name}
    theirs = {(row.seconds, row.call): value(row) for row in rows if row.waiter == whose and not row.fails}
    return all(own[place] < theirs[place] for place in theirs)
