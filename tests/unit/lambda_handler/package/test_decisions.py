"""What an import does next: the table row by row, and every other situation."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambda_handler.opensearch import Identity, Package
from lambda_handler.ownership import Owner
from lambda_handler.package import decision_table
from lambda_handler.package.decision_table import ROWS, decide
from lambda_handler.package.decisions import Create, Decision, Delete, Done, Fail, Update, Wait
from lambda_handler.package.progress import ImportProgress
from lambda_handler.package.properties import PackageProperties, S3Source
from lambda_handler.package.situation import Found, Situation
from lambda_handler.reconcile import Grace
from tests.unit.lambda_handler.harness import OTHER_STACK_ID, STACK_ID
from tests.unit.lambda_handler.plain_requests import make_request

NAME = "synonyms"
IDENTITY = Identity(NAME, "TXT-DICTIONARY", "", vended=False)
DESIRED = PackageProperties(
    identity=IDENTITY,
    is_named=True,
    source=S3Source("sources", "synonyms.txt", ""),
    description="Shop synonyms",
    commit_message="",
    vending={},
    options={},
    fingerprint="0123456789abcdef",
)
ADOPTING = replace(DESIRED, adopts="F1")
OTHER_CONTENT = "fedcba9876543210"

THIS = Owner(STACK_ID, "Synonyms", "request-1")
EARLIER = Owner(STACK_ID, "Synonyms", "an-earlier-request")
SIBLING = Owner(STACK_ID, "Words", "an-earlier-request")
STRANGER = Owner(OTHER_STACK_ID, "Synonyms", "request-1")

AGE = 100.0  # of the request, in seconds
REQUEST = make_request(AGE)
NOW = REQUEST.deadline.clock.now()
YOUNG_REQUEST = make_request(AGE, ResponseURL="https://bucket/?X-Amz-Date=20270101T000110Z")  # half a minute old
UPDATE_REQUEST = make_request(AGE, RequestType="Update", PhysicalResourceId="F1", OldResourceProperties={})
LONG_AGO, JUST_NOW = NOW - 61, NOW - 1
MET, OVER = Grace(60, JUST_NOW, NOW), Grace(60, LONG_AGO, NOW)


def package(
    status: str = "AVAILABLE",
    version: str = "v1",
    owner: Owner | None = EARLIER,
    source: str = OTHER_CONTENT,
    description: str = "Shop synonyms",
    created: timedelta = timedelta(days=-1),
    written: float = LONG_AGO,
    **details: Any,
) -> Package:
    """A package, by default this resource's from an earlier request, with other content than is desired."""
    shown: Any = {
        "PackageID": "F1",
        "PackageName": NAME,
        "PackageType": "TXT-DICTIONARY",
        "PackageStatus": status,
        "AvailablePackageVersion": version,
        "PackageDescription": owner.sign(description, source) if owner else description,
        "CreatedAt": datetime.fromtimestamp(NOW, UTC) + created,
        "LastUpdatedAt": datetime.fromtimestamp(written, UTC),
        "ErrorDetails": {"ErrorType": "", "ErrorMessage": "bad words"} if status.endswith("FAILED") else {},
    }
    return Package(shown | details)


def made(status: str, version: str = "", written: float = LONG_AGO) -> Package:
    """A package that this request has made, and that became what it is then."""
    return package(status, version, THIS, DESIRED.fingerprint, created=timedelta(seconds=-100), written=written)


def situation(found: Package | Found | None = None, **changes: Any) -> Situation:
    """A situation of a Create: `progress` is what it remembers, everything else is a field."""
    seen = found if isinstance(found, Found) else Found(package=found)
    progress = ImportProgress(**changes.pop("progress", {}))
    given: dict[str, Any] = {"request": REQUEST, "desired": DESIRED, "previous": None} | changes
    return Situation(found=seen, progress=progress, now=NOW, **given)


def updated(before: Package, at: float = JUST_NOW, *, accepted: bool = True) -> dict[str, Any]:
    """What is remembered of an UpdatePackage that was sent for a package in that state."""
    return {
        "updated_from": before.revision,
        "updated_at": at,
        "wrote_at": at,
        "update_accepted": accepted,
    }


OLD = package()
COPY_FAILED = made("COPY_FAILED")
IN_VAIN = "F1"
SOURCE = "s3://sources/synonyms.txt"
COPY_FAILURE = f"{SOURCE} could not be imported as package 'synonyms' (F1): COPY_FAILED: bad words"

# The rows in their order. For each: situations in which it is the first that applies, with the decision. Of a reason, a
# part is enough. Where it is possible, rows further down apply to a situation too.
TABLE: dict[str, list[tuple[Situation, Decision]]] = {
    "a Create is to adopt a package that is not there, is another account's, or is being deleted": [
        (
            situation(package(owner=None, PackageOwner="999999999999"), desired=ADOPTING),
            Fail("package F1 cannot be adopted: it belongs to another account"),
        ),
        (situation(desired=ADOPTING), Fail("package F1 cannot be adopted: there is no such package")),
        (
            situation(package("DELETING", owner=STRANGER), desired=ADOPTING),
            Fail("package F1 cannot be adopted: it is DELETING"),
        ),
    ],
    "a Create is to adopt a package that bears another resource's mark, and AdoptFrom does not name that resource": [
        (
            situation(package(owner=STRANGER, PackageName="words"), desired=ADOPTING),
            Fail("belongs to another resource, other/Synonyms, and was not touched"),
        ),
        (
            situation(package(owner=STRANGER), desired=replace(ADOPTING, adopts_from="shop/Synonyms")),
            Fail("agree with AdoptFrom: other/Synonyms, received 'shop/Synonyms'"),
        ),
    ],
    "a Create is to adopt a package of another name, type, engine version or vending": [
        (
            situation(package(owner=None, PackageName="words"), desired=ADOPTING),
            Fail("its PackageName is words, and the template says synonyms"),
        ),
        (
            situation(
                package(owner=STRANGER, PackageType="PACKAGE-LICENSE"),
                desired=replace(ADOPTING, adopts_from="other/Synonyms", is_named=False),
            ),
            Fail("its PackageType is PACKAGE-LICENSE, and the template says TXT-DICTIONARY"),
        ),
    ],
    "the package that the request is about bears another resource's mark": [
        (situation(Found(stranger=package(owner=STRANGER))), Fail("belongs to another resource, other/Synonyms")),
        (
            situation(Found(stranger=package(owner=STRANGER), in_the_way=OLD, holder=OLD, package=made("AVAILABLE"))),
            Fail("belongs to another resource, other/Synonyms"),
        ),
    ],
    "an Update needs another package, and the old one holds its very name (and engine version)": [
        (situation(Found(in_the_way=OLD, holder=OLD), request=UPDATE_REQUEST), Fail("change PackageName too")),
    ],
    "a package that is not this resource's has the name": [
        (situation(Found(holder=package(owner=None))), Fail("is taken by package 'synonyms' (F1), AVAILABLE")),
        (
            situation(Found(holder=package(owner=STRANGER))),
            Fail("is taken by package 'synonyms' (F1), AVAILABLE, which other/Synonyms manages"),
        ),
        (
            situation(Found(holder=package(owner=SIBLING))),
            Fail(
                "which another resource of this stack manages, shop/Words, which was not touched. If that was renamed"
            ),
        ),
        (
            situation(Found(holder=package(owner=EARLIER))),
            Fail("which is this resource's own from before, a TXT-DICTIONARY, which was not touched", no_room=True),
        ),
        (
            situation(Found(holder=OLD), progress={"made": "F1", "made_was_seen": True}),
            Fail("is taken by package", no_room=True),
        ),
    ],
    "there is none; this request has made one, which was seen, or has not shown for a minute": [
        (
            situation(progress={"made": "F1", "made_was_seen": True, "name_taken": OVER}),
            Fail("(F1) was deleted while it was being imported", gone=True),
        ),
        (
            situation(progress={"made": "F1", "created_at": LONG_AGO}),
            Fail("(F1) was deleted while it was being imported", gone=True),
        ),
    ],
    "there is none; this request has made one": [
        (
            situation(progress={"made": "F1", "created_at": JUST_NOW, "name_taken": OVER}),
            Wait("the appearance of package 'synonyms' (F1)", "not listed"),
        ),
    ],
    "there is none; CreatePackage has been refused for a minute because the name is taken": [
        (situation(progress={"name_taken": OVER}), Fail("a package that is not this account's")),
    ],
    "there is none": [
        (situation(), Create()),
        (situation(progress={"name_taken": MET}), Create()),
        (situation(request=UPDATE_REQUEST), Create()),
    ],
    "this request deletes it in order to make it anew": [
        (
            situation(made("COPY_FAILED", written=NOW), progress={"discarded": "F1", "wrote_at": JUST_NOW}),
            Delete(made("COPY_FAILED", written=NOW)),
        ),
        (situation(made("DELETING"), progress={"discarded": "F1"}), Delete(made("DELETING"))),
    ],
    "it is COPYING, VALIDATING or DELETING": [
        *(
            (situation(package(status)), Wait("package 'synonyms' (F1) to stabilize", status))
            for status in ("COPYING", "VALIDATING", "DELETING")
        ),
        (
            situation(package("COPYING"), progress=updated(package("COPYING"))),
            Wait("package 'synonyms' (F1) to stabilize", "COPYING"),
        ),
        (situation(made("COPYING")), Wait("package 'synonyms' (F1) to stabilize", "COPYING")),
    ],
    "this request has updated it less than a minute ago (15 s, where the service has answered with a fault of its "
    "own), and that does not show": [
        (situation(OLD, progress=updated(OLD)), Wait("the update of package 'synonyms' (F1)", "AVAILABLE")),
        (
            situation(OLD, progress=updated(OLD, NOW - 59, accepted=False)),
            Wait("the update of package 'synonyms' (F1)", "AVAILABLE"),
        ),
        (
            situation(OLD, progress=updated(OLD, NOW - 14, accepted=False) | {"update_answered": True}),
            Wait("the update of package 'synonyms' (F1)", "AVAILABLE"),
        ),
        (
            situation(COPY_FAILED, progress=updated(COPY_FAILED)),
            Wait("the update of package 'synonyms' (F1)", "COPY_FAILED"),
        ),
    ],
    "this request has updated it, which was accepted, and does not show after a minute": [
        (situation(OLD, progress=updated(OLD, LONG_AGO)), Fail("UpdatePackage was accepted for package 'synonyms'")),
        (
            situation(made("AVAILABLE", "v1"), progress=updated(made("AVAILABLE", "v1"), LONG_AGO)),
            Fail("UpdatePackage was accepted for package 'synonyms'"),
        ),
    ],
    "it is AVAILABLE, and its old owner has written to it while this request adopts it": [
        (
            situation(
                package(owner=STRANGER),
                desired=replace(ADOPTING, adopts_from="other/Synonyms"),
                progress=updated(package("COPYING", owner=STRANGER)),
            ),
            Fail("has been changed by its old owner, other/Synonyms, while it was adopted"),
        ),
    ],
    "it is AVAILABLE with what this request imported": [
        (situation(made("AVAILABLE", "v1")), Done(made("AVAILABLE", "v1"))),
        (situation(OLD, progress=updated(package("COPYING"))), Done(OLD)),
        (situation(OLD, progress={"made": "F1"}), Done(OLD)),
    ],
    (
        "this request's import ended COPY_FAILED in its first minute, when a grant may still be spreading; it wrote "
        "less than 5 s ago"
    ): [
        (
            situation(made("COPY_FAILED", written=NOW), progress={"wrote_at": JUST_NOW}, request=YOUNG_REQUEST),
            Wait("the copy of s3://sources/synonyms.txt", "bad words"),
        ),
    ],
    "this request's import ended COPY_FAILED in its first minute; the package was not there before": [
        (
            situation(made("COPY_FAILED", written=NOW), progress={"wrote_at": NOW - 5}, request=YOUNG_REQUEST),
            Delete(made("COPY_FAILED", written=NOW)),
        ),
        (situation(made("COPY_FAILED", written=LONG_AGO)), Delete(COPY_FAILED)),
    ],
    "this request's import ended COPY_FAILED in its first minute; the package was there before": [
        (
            situation(made("COPY_FAILED", "v1", written=LONG_AGO)),
            Update(made("COPY_FAILED", "v1", written=LONG_AGO), failure=COPY_FAILURE),
        ),
        (
            situation(made("COPY_FAILED", written=LONG_AGO), progress={"had_version": True}),
            Update(COPY_FAILED, failure=COPY_FAILURE),
        ),
    ],
    "this request's import has failed": [
        (
            situation(made("VALIDATION_FAILED")),
            Fail(f"{SOURCE} could not be imported as package 'synonyms' (F1): VALIDATION_FAILED: bad words", IN_VAIN),
        ),
        (situation(made("VALIDATION_FAILED")), Fail("VALIDATION_FAILED: bad words", IN_VAIN)),
        (
            situation(made("COPY_FAILED", written=NOW - 10)),
            Fail(
                "COPY_FAILED: bad words (if access was denied: the service reads with the s3:GetObject",
                IN_VAIN,
            ),
        ),
        (
            situation(package("VALIDATION_FAILED", "v1", THIS, DESIRED.fingerprint)),
            Fail("VALIDATION_FAILED: bad words"),
        ),
        (
            situation(package("VALIDATION_FAILED", "", THIS), progress={"made": "F1", "had_version": True}),
            Fail("VALIDATION_FAILED: bad words"),
        ),
        (
            situation(
                Found(package=package("VALIDATION_FAILED", "", THIS, DESIRED.fingerprint), had_content=True),
            ),
            Fail("VALIDATION_FAILED: bad words"),
        ),
        (
            situation(package("VALIDATION_FAILED", "", THIS, DESIRED.fingerprint), request=UPDATE_REQUEST),
            Fail("VALIDATION_FAILED: bad words"),
        ),
    ],
    "it is AVAILABLE with the desired content, description and options": [
        (
            situation(package(source=DESIRED.fingerprint)),
            Done(package(source=DESIRED.fingerprint)),
        ),
        (
            situation(package(version="", source=DESIRED.fingerprint)),
            Done(package(version="", source=DESIRED.fingerprint)),
        ),
        (
            situation(package(owner=None), request=UPDATE_REQUEST, previous=DESIRED),
            Done(package(owner=None)),
        ),
    ],
    "it is this resource's from an earlier request, and has never had any content": [
        (situation(package("VALIDATION_FAILED", "")), Delete(package("VALIDATION_FAILED", ""))),
        (situation(package("COPY_FAILED", "")), Delete(package("COPY_FAILED", ""))),
        (
            situation(Found(package=package("AVAILABLE", ""), made_a_version=True)),
            Delete(package("AVAILABLE", "")),
        ),
        (
            situation(package("DELETE_FAILED", ""), progress={"refused": OVER}),
            Delete(package("DELETE_FAILED", "")),
        ),
    ],
    "it is AVAILABLE, and its history has a version of this request: somebody has edited the description since": [
        (situation(Found(package=OLD, made_a_version=True), progress={"refused": OVER}), Done(OLD)),
        (situation(Found(package=package(owner=None), made_a_version=True)), Done(package(owner=None))),
    ],
    "UpdatePackage has been refused for a minute, in a stable status": [
        (
            situation(OLD, progress={"refused": OVER, "refusal": "Conflict", "wrote_at": JUST_NOW}),
            Fail("package 'synonyms' (F1) could not be updated: Conflict"),
        ),
    ],
    "UpdatePackage was refused less than 5 s ago": [
        (
            situation(OLD, progress={"refused": MET, "refusal": "Conflict", "wrote_at": JUST_NOW}),
            Wait("the update of package 'synonyms' (F1)", "AVAILABLE, Conflict"),
        ),
    ],
    "anything else": [
        (situation(OLD), Update(OLD)),
        (situation(package("COPY_FAILED", ""), desired=ADOPTING), Update(package("COPY_FAILED", ""))),
        (
            situation(
                package(owner=STRANGER, source=DESIRED.fingerprint),
                desired=replace(ADOPTING, adopts_from="other/Synonyms"),
            ),
            Update(package(owner=STRANGER, source=DESIRED.fingerprint)),
        ),
        (situation(OLD, progress={"refused": MET, "wrote_at": NOW - 6}), Update(OLD)),
        (situation(OLD, progress={"wrote_at": JUST_NOW}), Update(OLD)),
        (situation(OLD, progress=updated(OLD, LONG_AGO, accepted=False)), Update(OLD)),
        (situation(OLD, progress=updated(OLD, NOW - 16, accepted=False) | {"update_answered": True}), Update(OLD)),
        (
            situation(package(source=DESIRED.fingerprint, description="other words")),
            Update(package(source=DESIRED.fingerprint, description="other words")),
        ),
        (
            situation(package("VALIDATION_FAILED", ""), request=UPDATE_REQUEST),
            Update(package("VALIDATION_FAILED", "")),
        ),
        (situation(package("VALIDATION_FAILED", "v1")), Update(package("VALIDATION_FAILED", "v1"))),
        (
            situation(package(owner=None), request=UPDATE_REQUEST, previous=replace(DESIRED, description="before")),
            Update(package(owner=None)),
        ),
    ],
}
CASES = [(text, number, *case) for text, cases in TABLE.items() for number, case in enumerate(cases)]


def agrees(decision: Decision, expected: Decision) -> bool:
    """Whether it is the decision; of texts for people, a part is expected."""
    match decision, expected:
        case Fail(), Fail():
            return expected.reason in decision.reason and replace(decision, reason="") == replace(expected, reason="")
        case Update(), Update():
            return expected.failure in decision.failure and decision.package == expected.package
        case _:
            return decision == expected


def test_the_table_has_these_rows_in_this_order() -> None:
    assert [row.situation for row in ROWS] == list(TABLE)


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [pytest.param(text, at, expected, id=f"{text}-{number}") for text, number, at, expected in CASES],
)
class TestARow:
    def test_is_the_first_that_applies_and_decides(self, text: str, at: Situation, expected: Decision) -> None:
        first = next(row for row in ROWS if row.applies(at))
        assert first.situation == text
        assert agrees(decide(at), expected), decide(at)

    def test_is_needed(self, text: str, at: Situation, expected: Decision, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(decision_table, "ROWS", tuple(row for row in ROWS if row.situation != text))
        try:
            without = decide(at)
        except (AssertionError, StopIteration):
            return
        assert not agrees(without, expected)


def test_what_a_row_says_is_what_it_does() -> None:
    """The docs print the words, the function runs the rest."""
    for text, _, at, expected in CASES:
        [row] = [row for row in ROWS if row.situation == text]
        word = {
            Done: "done",
            Wait: "wait",
            Fail: "fail",
            Create: "CreatePackage",
            Update: "UpdatePackage",
            Delete: "DeletePackage",
        }[type(row.decide(at))]
        assert row.decision.startswith(word), row.situation
        assert agrees(row.decide(at), expected)


MOMENTS = st.sampled_from([0.0, LONG_AGO, NOW - 6, JUST_NOW, NOW])
GRACES = st.sampled_from([Grace(60), MET, OVER])
STATUSES = ["COPYING", "VALIDATING", "AVAILABLE", "COPY_FAILED", "VALIDATION_FAILED", "DELETING", "DELETE_FAILED", ""]
PACKAGES = st.builds(
    package,
    status=st.sampled_from(STATUSES),
    version=st.sampled_from(["", "v1"]),
    owner=st.sampled_from([THIS, EARLIER, None]),
    source=st.sampled_from([DESIRED.fingerprint, OTHER_CONTENT]),
    description=st.sampled_from(["Shop synonyms", "other words"]),
    created=st.sampled_from([timedelta(days=-1), timedelta(seconds=-50), timedelta()]),
    written=MOMENTS,
    PackageID=st.sampled_from(["F1", "F2"]),
)
FOUND = st.one_of(
    st.builds(Found),
    st.builds(Found, stranger=PACKAGES),
    st.builds(Found, in_the_way=PACKAGES),
    st.builds(Found, holder=PACKAGES),
    *[st.builds(Found, package=PACKAGES, made_a_version=st.booleans(), had_content=st.booleans())] * 4,
)


SOME = settings(max_examples=100, deadline=None, database=None)


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    found = draw(FOUND)
    revisions = [found.package.revision] if found.package else []
    progress = draw(
        st.builds(
            ImportProgress,
            made=st.sampled_from(["", "F1"]),
            made_was_seen=st.booleans(),
            created_at=MOMENTS,
            create_unanswered=st.booleans(),
            updated_from=st.sampled_from(["", "0123", *revisions]),
            updated_at=MOMENTS,
            update_accepted=st.booleans(),
            had_version=st.booleans(),
            wrote_at=MOMENTS,
            refused=GRACES,
            name_taken=GRACES,
        )
    )
    return Situation(
        request=draw(st.sampled_from([REQUEST, YOUNG_REQUEST, UPDATE_REQUEST])),
        desired=draw(st.sampled_from([DESIRED, DESIRED, ADOPTING])),
        previous=draw(st.sampled_from([None, DESIRED, replace(DESIRED, fingerprint=OTHER_CONTENT)])),
        progress=progress,
        found=found,
        now=NOW,
    )


@SOME
@given(situations())
def test_every_situation_ends_in_a_decision_that_fits(at: Situation) -> None:
    decision, found = decide(at), at.found
    match decision:
        case Create():
            assert found == Found()
        case Update(target) | Delete(target) | Done(target):
            assert target is found.package
        case Fail(reason, in_vain, no_room=no_room):
            assert reason
            assert not (in_vain and no_room)
            assert in_vain in ("", found.package.id if found.package else "")
        case Wait(awaited, seen):
            assert awaited
            assert seen is not None
    if isinstance(decision, Update | Delete):
        assert (found.stranger, found.in_the_way, found.holder) == (None, None, None)
    if isinstance(decision, Done):
        assert decision.package.status == "AVAILABLE"


@SOME
@given(situations())
def test_no_package_with_content_is_ever_deleted(at: Situation) -> None:
    decision = decide(at)
    if isinstance(decision, Delete) or (isinstance(decision, Fail) and decision.in_vain):
        assert at.package.version == ""
        assert not (at.request.kind == "Create" and at.desired.adopts)
        assert at.package.id != at.request.physical_id
