"""The simulator is able to fail: with a guard taken out, it names the guarantee that the guard kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from crhelper import log_helper

from lambda_handler import reconcile
from lambda_handler.cloudformation import deadline, request, response
from lambda_handler.cloudformation.fence import Fence
from lambda_handler.cloudformation.once import Once
from lambda_handler.cloudformation.request import Request
from lambda_handler.opensearch import Package
from lambda_handler.ownership import Owner
from lambda_handler.package import decision_table
from lambda_handler.package.handler import PackageHandler
from lambda_handler.package.observing import Observer
from lambda_handler.package.situation import Found, Situation
from lambda_handler.package.sources import Sources
from tests.simulation.boundaries import FAULTS, RESPONSE
from tests.simulation.guarantees import Guarantee, Violation
from tests.simulation.stories import STORIES
from tests.simulation.story import Story
from tests.simulation.tally import tables

TITLE = "Without this guard, in this story: this is what breaks"
Patch = pytest.MonkeyPatch


@dataclass(frozen=True)
class Mutation:
    """A guard that is taken out.

    Attributes:
        guard: what the guard does.
        take_out: takes it out.
        story: the request that then goes wrong.
        call: the kind of call whose faults it takes; None where it goes wrong without any.
        breaks: the guarantee that the guard kept.
    """

    guard: str
    take_out: Callable[[Patch], None]
    story: str
    call: str | None
    breaks: Guarantee


def _set(where: object, name: str, value: object) -> Callable[[Patch], None]:
    return lambda patch: patch.setattr(where, name, value)


def _returning(value: object) -> Callable[..., object]:
    return lambda *_, **__: value


def _without_rows(*situations: str) -> Callable[[Patch], None]:
    """Take rows out of the decision table."""
    rows = tuple(row for row in decision_table.ROWS if row.situation not in situations)
    assert len(rows) == len(decision_table.ROWS) - len(situations), "each names a row"
    return _set(decision_table, "ROWS", rows)


def _no_look_before_the_update(patch: Patch) -> None:
    """What the process itself did it still knows; what an earlier delivery did it does not look for."""
    patch.setattr(Situation, "bears_this_import", False)
    _without_rows(
        "it is AVAILABLE with the desired content, description and options",
        "it is AVAILABLE, and its history has a version of this request: somebody has edited the description since",
    )(patch)


def _log_everything(patch: Patch) -> None:
    setup = log_helper.setup
    patch.setattr(log_helper, "setup", lambda _level, **others: setup("DEBUG", **others))


def _every_end_is_the_first(patch: Patch) -> None:
    patch.setattr(Once, "__enter__", _returning(True))
    patch.setattr(Once, "__exit__", _returning(None))


def _no_limits(patch: Patch) -> None:
    patch.setattr(response, "LONGEST_BODY", 1_000_000)


def _nothing_passes(patch: Patch) -> None:
    patch.setattr(reconcile, "is_transient", _returning(False))


MUTATIONS = (
    Mutation(
        "the mark is compared: only this resource's packages are taken up",
        _set(Owner, "owns", _returning(True)),
        "Create, of a name that a sibling has",
        None,
        Guarantee.NOTHING_FOREIGN,
    ),
    Mutation(
        "the mark is read before a package is deleted",
        _set(Package, "mark", None),
        "Delete of another stack's package",
        None,
        Guarantee.NOTHING_FOREIGN,
    ),
    Mutation(
        "another resource's package is adopted only where the template agrees",
        _set(Situation, "may_be_taken_over", property(_returning(True))),
        "Create, adopting what a sibling has",
        None,
        Guarantee.NOTHING_FOREIGN,
    ),
    Mutation(
        "what is to be adopted is never deleted, though nobody could ever use it",
        _set(Situation, "is_adoption", property(_returning(False))),
        "Create, adopting what nobody can use",
        None,
        Guarantee.NOTHING_FOREIGN,
    ),
    Mutation(
        "the mark is written, so that a cancelled Create is found",
        _set(Owner, "sign", lambda self, text, source: text),
        "Delete of a cancelled Create",
        None,
        Guarantee.NO_ORPHAN,
    ),
    Mutation(
        "the mark names the request: an earlier one's failure is not taken for its own",
        _set(Owner, "request", "0" * 12),
        "Rollback, once more",
        None,
        Guarantee.PASSES,
    ),
    Mutation(
        "the commit message names the request: an earlier one's version is not taken for its own",
        _set(Owner, "signature", "[request]"),
        "Update, the third",
        None,
        Guarantee.AS_WANTED,
    ),
    Mutation(
        "the history is looked at before UpdatePackage",
        _without_rows(
            "it is AVAILABLE, and its history has a version of this request: somebody has edited the description since"
        ),
        "Update, delivered again after somebody's edit, where CloudFormation cannot be asked",
        None,
        Guarantee.ONE_VERSION,
    ),
    Mutation(
        "a look comes before CreatePackage",
        _set(Observer, "_look_by_name", _returning(Found())),
        "Create",
        "CreatePackage",
        Guarantee.PASSES,
    ),
    Mutation(
        "a look comes before UpdatePackage",
        _no_look_before_the_update,
        "Update of the content",
        "DescribePackages",
        Guarantee.ONE_VERSION,
    ),
    Mutation(
        "the status of the response PUT is checked",
        _set(response, "HTTP_OK", range(1000)),
        "Create",
        RESPONSE,
        Guarantee.IN_TIME,
    ),
    Mutation(
        "the deadline: the response is due before ServiceTimeout",
        _set(deadline, "_margin", _returning(-3600.0)),
        "Create, longer than its time",
        None,
        Guarantee.IN_TIME,
    ),
    Mutation(
        "the deadline: a request's age is read from its URL",
        _set(request, "_signed_at", _returning(None)),
        "Create, delivered too late",
        None,
        Guarantee.NOTHING_LATE,
    ),
    Mutation(
        "a Create that fails responds with the id of its package",
        _set(Request, "claim", _returning(None)),
        "Create, longer than its time",
        None,
        Guarantee.REAL_ID,
    ),
    Mutation(
        "CloudFormation is asked whether it still waits",
        _set(Fence, "check", _returning(None)),
        "Create, delivered again after the Delete",
        None,
        Guarantee.NOTHING_UNAWAITED,
    ),
    Mutation(
        "a rollback removes the package that its replacement left",
        _set(PackageHandler, "_remove_leftover", _returning(None)),
        "Rollback of a late replacement",
        None,
        Guarantee.NO_ORPHAN,
    ),
    Mutation(
        "errors that pass are waited for",
        _nothing_passes,
        "Create",
        "DescribePackages",
        Guarantee.PASSES,
    ),
    Mutation(
        "an invocation ends once",
        _every_end_is_the_first,
        "Create, over several invocations",
        None,
        Guarantee.ONE_RESPONSE,
    ),
    Mutation(
        "staged copies are removed",
        _set(Sources, "_clear", _returning(None)),
        "Create, staged",
        None,
        Guarantee.NO_COPY,
    ),
    Mutation(
        "responses are cut to CloudFormation's limit",
        _no_limits,
        "Create, described at length",
        None,
        Guarantee.LIMITS,
    ),
    Mutation(
        "the event is not logged",
        _log_everything,
        "Create",
        None,
        Guarantee.SECRETS,
    ),
)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.guard)
def test_without_its_guard_a_guarantee_breaks(mutation: Mutation, monkeypatch: Patch) -> None:
    story = next(one for one in STORIES if one.name == mutation.story)
    assert _played(story, mutation.call) == [], "with the guard in place nothing breaks"
    mutation.take_out(monkeypatch)
    found = _played(story, mutation.call)
    broken = [one for one in found if one.guarantee is mutation.breaks]
    assert broken, f"{mutation.breaks} was to break, but only this did: {found}"
    rows = tables.setdefault(TITLE, [])
    rows.append(f"{mutation.guard}  |  {story.name}  |  {mutation.breaks.value}")


def _played(story: Story[Any], call: str | None) -> list[Violation]:
    """What breaks in a story, with all faults at the calls of one kind or without any."""
    outcome = story.play()
    if call is None:
        return outcome.violations
    places: list[Any] = [index for index, operation in enumerate(outcome.crossed) if operation == call]
    return [one for index in places for fault in FAULTS for one in story.play({index: fault}).violations]
