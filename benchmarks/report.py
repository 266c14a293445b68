"""The tables of the page, from what was measured."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from benchmarks import money
from benchmarks.claims import Claim
from benchmarks.cold_start import FLOOR, OURS, PLAIN, ROUNDS, Start
from benchmarks.footprint import LONGEST_ASSET, REASONS, Footprint
from benchmarks.quota import ASSOCIATING, BURST, IMPORTING, ON_A_DOMAIN, Deployed
from benchmarks.schedules import PROVIDER_FRAMEWORK
from benchmarks.synthesis import ROUNDS as SYNTHESES
from benchmarks.synthesis import Synthesis
from benchmarks.tables import Table, duration, met
from benchmarks.timelines import allowed
from benchmarks.waiting import WAITERS, Row

WAITS = (30, 180, 1500)
STARTS = {FLOOR: "`import boto3`, two clients, one call", PLAIN: "a plain crhelper handler", OURS: "this provider"}


def claims(listed: Iterable[Claim]) -> Table:
    """What holds."""
    rows = [(one.text, met(reached=one.holds)) for one in listed]
    notes = [f"- {one.text}: no, because {one.note}." for one in listed if not one.holds]
    return Table("Whatever the machine", ("claim", "holds"), rows, ["\n".join(notes)] if notes else [])


def delays(rows: list[Row], call: float) -> Table:
    """Mean and 95th percentile of the delay."""
    return _by_time(f"Delay where a call takes {call} s: mean / 95th percentile, in seconds", rows, call, _delay)


def calls(rows: list[Row], call: float) -> Table:
    """Calls on average."""
    return _by_time(f"Calls where a call takes {call} s, on average", rows, call, lambda row: f"{row.calls:.1f}")


def _delay(row: Row) -> str:
    return f"{row.mean:.2f} / {row.p95:.2f}"


def _by_time(title: str, rows: list[Row], call: float, cell: Callable[[Row], str]) -> Table:
    columns = ("AVAILABLE after", "promised", *(waiter.name for waiter in WAITERS))
    times = sorted({row.seconds for row in rows})
    places = {(row.waiter, row.seconds): row for row in rows if row.call == call}
    lines = [
        (duration(seconds), f"{allowed(seconds):.1f}", *(_cell(places[one.name, seconds], cell) for one in WAITERS))
        for seconds in times
    ]
    return Table(title, columns, lines)


def _cell(row: Row, cell: Callable[[Row], str]) -> str:
    if row.fails:
        return "times out"
    return cell(row) + (f" ({row.failed:.0%} time out)" if row.failed else "")


def starts(measured: list[Start]) -> Table:
    """Cold starts."""
    rows = [
        (
            STARTS[one.name],
            "yes" if one.bytecode else "no",
            f"{one.cpu * 1000:.0f} ms",
            f"{one.ratio:.2f}",
            met(reached=one.ratio <= 1) if one.name == OURS else "",
        )
        for one in measured
    ]
    columns = ("start", "bytecode of its own code", "CPU time", "of the first row", "at most 1.00")
    note = (
        f"Medians of {ROUNDS} rounds, in each of which all start in turn; of the ratios too. Lambda's folder of a "
        "function's code is read-only, so what counts there is the row without bytecode."
    )
    return Table("From the start of the process to the first call of a package's Create", columns, rows, [note])


def footprints(asset: int, measured: list[Footprint]) -> list[Table]:
    """Size and resources."""
    columns = ("how", "packages", "resources", "functions", "roles", "characters of policies")
    rows = [
        (
            one.whose,
            str(one.packages),
            str(one.resources),
            str(one.types["AWS::Lambda::Function"]),
            str(one.types["AWS::IAM::Role"]),
            str(one.policy_characters),
        )
        for one in measured
    ]
    note = (
        "The Provider framework has the same handler. AwsCustomResource makes single calls and waits for nothing: "
        "a package that fails afterwards does not fail the deployment, and its permissions leave out Amazon S3."
    )
    own = measured[0].types
    reasons = [(kind, str(own[kind]), why) for kind, why in REASONS.items()]
    size = (
        f"The function's code, zipped: {asset:,} bytes ({asset / 1024:.0f} KiB; the bound is {LONGEST_ASSET // 1024})."
    )
    return [
        Table("What a stack has", columns, rows, [note]),
        Table("What the provider has, and why", ("resource", "number", "why"), reasons, [size]),
    ]


def quotas(measured: Iterable[tuple[float, Deployed, Deployed]]) -> Table:
    """A whole regional quota."""
    columns = ("calls a second", "one package", "25 packages", "times", "throttled", "the calls alone take", "failed")
    rows = [
        (
            f"{rate:.0f}",
            f"{one.seconds:.0f} s",
            f"{every.seconds:.0f} s",
            f"{every.seconds / one.seconds:.2f}",
            f"{every.throttled} of {every.taken + every.throttled}",
            f"{every.seconds_at_best(rate):.0f} s",
            str(len(every.failed)),
        )
        for rate, one, every in measured
    ]
    note = (
        f"From the first request until CloudFormation has heard that {ON_A_DOMAIN} of the packages are on a domain. An "
        f"import takes {IMPORTING:.0f} s, the association {ASSOCIATING:.0f} s. The service takes that many calls a "
        f"second, and up to {BURST} at once after a pause; what it really takes is not documented."
    )
    return Table("25 packages in one stack, while the service throttles", columns, rows, [note])


def costs() -> Table:
    """Money."""
    rows = [
        (cost.whose if cost else PROVIDER_FRAMEWORK.name, duration(seconds), *_cost(cost))
        for seconds in WAITS
        for cost in (money.ours(seconds), money.crhelpers(seconds), money.frameworks(seconds))
    ]
    note = (
        "List prices of us-east-1, without free tiers. A month without a deployment costs nothing with any of them, "
        "but for logs that are kept (3 cents a GB); an empty staging bucket is free. Terraform and a loop run on a "
        "machine that is paid for otherwise."
    )
    return Table("One package made: what it costs", ("how", "AVAILABLE after", "cents", "made of"), rows, [note])


def _cost(cost: money.Cost | None) -> tuple[str, str]:
    return (f"{cost.dollars * 100:.4f}", cost.made_of) if cost else ("", "times out")


def syntheses(measured: list[Synthesis]) -> Table:
    """Synthesis."""
    rows = [(one.case, f"{one.seconds:.1f} s", f"{one.cpu:.1f} s", f"{one.mib:.0f} MiB") for one in measured]
    note = (
        f"Each in a process of its own, the middle of {SYNTHESES}. CPU time and memory are Python's; the CDK itself "
        "runs in Node.js beside it."
    )
    return Table("What a process takes that synthesizes", ("what", "time", "CPU time", "memory"), rows, [note])
