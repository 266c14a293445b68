"""What a request's work remembers: it travels from one invocation to the next as JSON, and across releases."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any

import pytest

from lambda_handler.cloudformation.request import Request
from lambda_handler.package.progress import ImportProgress, Progress, RemovalProgress
from lambda_handler.reconcile import Grace
from tests.unit.lambda_handler.plain_requests import make_request

IMPORT = ImportProgress(
    made="F1",
    made_was_seen=True,
    created_at=1.5,
    discarded="F2",
    create_unanswered=True,
    updated_from="0123",
    updated_after=2.25,
    updated_at=2.5,
    update_accepted=True,
    update_answered=True,
    copy_failure="COPY_FAILED",
    had_version=True,
    wrote_at=3.5,
    refused=Grace(60, 4.5, 5.5),
    refusal="UpdatePackage failed",
    name_taken=Grace(60, 6.5, 7.5),
    failure="could not be imported",
    in_vain="F1",
)
REMOVAL = RemovalProgress(
    asked_at=1.5, asked_from="4567", began=True, refused=Grace(60, 2.5, 3.5), missing=Grace(8, 4.5, 5.5)
)


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
    assert progress.importing == ImportProgress()
    assert progress.removal("F1") == RemovalProgress()
    assert progress.search_until == 0


def test_every_field_differs_from_its_default_so_that_none_is_forgotten_here() -> None:
    for full, empty in ((IMPORT, ImportProgress()), (REMOVAL, RemovalProgress())):
        for described in fields(full):
            assert getattr(full, described.name) != getattr(empty, described.name), described.name


def test_everything_that_is_saved_is_known_to_a_further_invocation() -> None:
    request = make_request()
    progress = Progress(request)
    progress.importing, progress.search_until = IMPORT, 7.5
    vars(progress.removal("F1")).update(vars(REMOVAL))
    progress.removal("F2").began = True
    progress.save()
    known = further(request)
    assert known.importing == IMPORT
    assert known.removal("F1") == REMOVAL
    assert known.removal("F2") == RemovalProgress(began=True)
    assert known.removal("F3") == RemovalProgress()
    assert known.search_until == 7.5


def test_what_is_not_saved_is_not_known() -> None:
    request = make_request()
    progress = Progress(request)
    progress.save()
    progress.importing.made = "F1"
    assert further(request).importing.made == ""


@pytest.mark.parametrize("junk", [{}, {"Import": None}, {"Import": "text", "Removals": ["F1"], "SearchUntil": "soon"}])
def test_a_continuation_that_makes_no_sense_counts_as_none(junk: object) -> None:
    progress = carried(junk)
    assert progress.importing == ImportProgress()
    assert progress.removal("F1") == RemovalProgress()
    assert progress.search_until == 0


@pytest.mark.parametrize("described", fields(ImportProgress), ids=lambda described: str(described.name))
@pytest.mark.parametrize("junk", [None, [1], {"since": "soon"}, {"seconds": 9}], ids=repr)
def test_a_value_that_makes_no_sense_counts_as_not_remembered(described: Any, junk: object) -> None:
    progress = carried({"Import": asdict(IMPORT) | {described.name: junk}})
    expected = {**vars(IMPORT), described.name: getattr(ImportProgress(), described.name)}
    assert vars(progress.importing) == expected


@pytest.mark.parametrize(
    ("name", "junk"),
    [("made", 7), ("made_was_seen", "true"), ("made_was_seen", 1), ("wrote_at", "3.5"), ("wrote_at", True)],
)
def test_a_value_of_another_type_counts_as_not_remembered(name: str, junk: object) -> None:
    assert carried({"Import": {name: junk}}).importing == ImportProgress()


def test_a_moment_in_whole_seconds_is_a_moment() -> None:
    assert carried({"Import": {"wrote_at": 3}, "SearchUntil": 7}).importing.wrote_at == 3
    assert carried({"SearchUntil": 7}).search_until == 7


def test_how_long_to_put_up_with_something_is_this_releases_business() -> None:
    progress = carried({"Import": {"refused": {"seconds": 9_999, "since": 4.5, "last": 5.5}}})
    assert progress.importing.refused == Grace(60, 4.5, 5.5)


def test_what_another_release_has_carried_along_is_ignored() -> None:
    progress = carried({"Import": asdict(IMPORT) | {"new": 1}, "Removals": {"F1": {"new": 1}}, "New": {"a": "b"}})
    assert progress.importing == IMPORT
    assert progress.removal("F1") == RemovalProgress()
    assert not hasattr(progress.importing, "new")


def test_what_a_released_version_carries_is_understood_for_ever() -> None:
    """The wire format of 0.1.0. A name in it may be added, never changed."""
    progress = carried(
        {
            "Import": {
                "made": "F1",
                "made_was_seen": True,
                "created_at": 1.5,
                "discarded": "F2",
                "create_unanswered": True,
                "updated_from": "0123",
                "updated_after": 2.25,
                "updated_at": 2.5,
                "update_accepted": True,
                "update_answered": True,
                "copy_failure": "COPY_FAILED",
                "had_version": True,
                "wrote_at": 3.5,
                "refused": {"seconds": 60, "since": 4.5, "last": 5.5},
                "refusal": "UpdatePackage failed",
                "name_taken": {"seconds": 60, "since": 6.5, "last": 7.5},
                "failure": "could not be imported",
                "in_vain": "F1",
            },
            "Removals": {
                "F1": {
                    "asked_at": 1.5,
                    "asked_from": "4567",
                    "began": True,
                    "refused": {"seconds": 60, "since": 2.5, "last": 3.5},
                    "missing": {"seconds": 8, "since": 4.5, "last": 5.5},
                }
            },
            "SearchUntil": 7.5,
        }
    )
    assert (progress.importing, progress.removal("F1"), progress.search_until) == (IMPORT, REMOVAL, 7.5)
