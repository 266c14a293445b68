"""What a request's work remembers: it travels from one invocation to the next as JSON, and across releases."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any

import pytest

from lambda_handler.association.progress import ChangeProgress, Progress
from lambda_handler.cloudformation.request import Request
from lambda_handler.reconcile import Grace
from tests.unit.lambda_handler.plain_requests import make_request

CHANGE = ChangeProgress(
    asked={"F1": "0123456789abcdef", "F2": ""},
    targets={"F1": "v2", "F2": "v1"},
    first_asked_at=1.25,
    asked_at=1.5,
    accepted=True,
    looked=True,
    had=["F3"],
    made=["F2"],
    already=["F4"],
    one_by_one=True,
    dissociated={"F5": "fedcba9876543210"},
    dissociated_at=2.5,
    dissociation_accepted=True,
    dissociates_one_by_one=True,
    refused_alone=["F5"],
    needs_room=True,
    meant={"analysis-nori": "G1"},
    refused=Grace(180, 3.5, 4.5),
    refused_of=["F1", "F2"],
    kept=Grace(60, 5.5, 6.5),
    refusal="AssociatePackages failed: ConflictException: busy",
    refused_at=7.5,
    left=["F6"],
    missing=Grace(15, 8.5, 9.5),
    no_domain=Grace(15, 10.5, 11.5),
    unchanged=Grace(15, 12.5, 13.5),
)
CLEAN_UP = ChangeProgress(dissociated={"F2": "0123456789abcdef"}, dissociated_at=14.5)


def carried(continuation: object) -> Progress:
    """The progress of an invocation that continues with what another has carried along."""
    request = make_request()
    request.continuation = json.loads(json.dumps(continuation))
    return Progress(request)


def further(request: Request) -> Progress:
    """The progress of the next invocation."""
    return carried(request.continuation)


def test_a_new_request_remembers_nothing() -> None:
    progress = Progress(make_request())
    assert (progress.change, progress.clean_up) == (ChangeProgress(), ChangeProgress())
    assert (progress.failure, progress.search_until) == ("", 0)


def test_every_field_differs_from_its_default_so_that_none_is_forgotten_here() -> None:
    for described in fields(CHANGE):
        assert getattr(CHANGE, described.name) != getattr(ChangeProgress(), described.name), described.name


def test_everything_that_is_saved_is_known_to_a_further_invocation() -> None:
    request = make_request()
    progress = Progress(request)
    progress.change, progress.clean_up = CHANGE, CLEAN_UP
    progress.failure, progress.search_until = "no space", 15.5
    progress.save()
    known = further(request)
    assert (known.change, known.clean_up) == (CHANGE, CLEAN_UP)
    assert (known.failure, known.search_until) == ("no space", 15.5)


def test_what_is_not_saved_is_not_known() -> None:
    request = make_request()
    progress = Progress(request)
    progress.save()
    progress.change.made.append("F1")
    progress.failure = "no space"
    known = further(request)
    assert (known.change.made, known.failure) == ([], "")


@pytest.mark.parametrize(
    "junk",
    [
        {},
        {"Change": None, "CleanUp": 7},
        {"Change": "text", "CleanUp": ["F1"], "Failure": {"a": "b"}, "SearchUntil": "soon"},
        {"Failure": None, "SearchUntil": True},
    ],
    ids=repr,
)
def test_a_continuation_that_makes_no_sense_counts_as_none(junk: object) -> None:
    progress = carried(junk)
    assert (progress.change, progress.clean_up) == (ChangeProgress(), ChangeProgress())
    assert (progress.failure, progress.search_until) == ("", 0)


@pytest.mark.parametrize("described", fields(ChangeProgress), ids=lambda described: str(described.name))
@pytest.mark.parametrize("junk", [None, [1], {"since": [1]}], ids=repr)
def test_a_value_that_makes_no_sense_counts_as_not_remembered(described: Any, junk: object) -> None:
    known = carried({"Change": asdict(CHANGE) | {described.name: junk}}).change
    assert vars(known) == {**vars(CHANGE), described.name: getattr(ChangeProgress(), described.name)}


@pytest.mark.parametrize(
    ("name", "junk", "left"),
    [
        ("asked", {"F1": 7, "F2": "0123"}, {"F2": "0123"}),
        ("targets", ["F1"], {}),
        ("made", ["F1", 7, None], ["F1"]),
        ("made", "F1", []),
        ("looked", 1, False),
        ("looked", "true", False),
        ("asked_at", True, 0.0),
        ("asked_at", "1.5", 0.0),
        ("refusal", ["no"], ""),
    ],
)
def test_of_a_value_of_another_type_only_what_makes_sense_is_remembered(name: str, junk: object, left: object) -> None:
    assert getattr(carried({"Change": {name: junk}}).change, name) == left


def test_a_moment_in_whole_seconds_is_a_moment() -> None:
    progress = carried({"Change": {"asked_at": 3}, "SearchUntil": 7})
    assert (progress.change.asked_at, progress.search_until) == (3, 7)


def test_how_long_to_put_up_with_something_is_this_releases_business() -> None:
    progress = carried({"Change": {"refused": {"seconds": 9_999, "since": 4.5, "last": 5.5}}})
    assert progress.change.refused == Grace(180, 4.5, 5.5)


def test_what_another_release_has_carried_along_is_ignored() -> None:
    progress = carried({"Change": asdict(CHANGE) | {"new": 1}, "New": {"a": "b"}})
    assert progress.change == CHANGE
    assert not hasattr(progress.change, "new")


def test_what_a_released_version_carries_is_understood_for_ever() -> None:
    """The wire format of the first release. A name in it may be added, never changed."""
    progress = carried(
        {
            "Change": {
                "asked": {"F1": "0123456789abcdef", "F2": ""},
                "targets": {"F1": "v2", "F2": "v1"},
                "first_asked_at": 1.25,
                "asked_at": 1.5,
                "accepted": True,
                "looked": True,
                "had": ["F3"],
                "made": ["F2"],
                "already": ["F4"],
                "one_by_one": True,
                "dissociates_one_by_one": True,
                "refused_alone": ["F5"],
                "needs_room": True,
                "meant": {"analysis-nori": "G1"},
                "dissociated": {"F5": "fedcba9876543210"},
                "dissociated_at": 2.5,
                "dissociation_accepted": True,
                "refused": {"seconds": 180.0, "since": 3.5, "last": 4.5},
                "refused_of": ["F1", "F2"],
                "kept": {"seconds": 60.0, "since": 5.5, "last": 6.5},
                "refusal": "AssociatePackages failed: ConflictException: busy",
                "refused_at": 7.5,
                "left": ["F6"],
                "missing": {"seconds": 15.0, "since": 8.5, "last": 9.5},
                "no_domain": {"seconds": 15.0, "since": 10.5, "last": 11.5},
                "unchanged": {"seconds": 15.0, "since": 12.5, "last": 13.5},
            },
            "CleanUp": {"dissociated": {"F2": "0123456789abcdef"}, "dissociated_at": 14.5},
            "Failure": "no space",
            "SearchUntil": 15.5,
        }
    )
    assert (progress.change, progress.clean_up) == (CHANGE, CLEAN_UP)
    assert (progress.failure, progress.search_until) == ("no space", 15.5)


def test_twenty_packages_make_a_continuation_that_lambda_takes_many_times() -> None:
    """It travels in the event, of which Lambda takes 1 MB."""
    ids = [f"pkg-{number:040x}" for number in range(20)]
    revisions = dict.fromkeys(ids, "0123456789abcdef")
    request = make_request()
    progress = Progress(request)
    full = ChangeProgress(asked=revisions, targets=revisions, made=ids, had=ids, already=ids, dissociated=revisions)
    progress.change, progress.clean_up = full, full
    progress.save()
    assert len(json.dumps(request.continuation)) < 20_000
