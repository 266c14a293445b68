"""The mark: how a package says whose it is."""

from __future__ import annotations

import pytest

from lambda_handler.ownership import Owner, fingerprint, read
from tests.unit.lambda_handler.harness import OTHER_STACK_ID, STACK_ID

OWNER = Owner(STACK_ID, "Synonyms", "request-1")
SOURCE = fingerprint("source")


@pytest.mark.parametrize(
    "text", ["", "Shop synonyms", "with [brackets] in it", "see [cloudformation docs", "x" * 700, "ends with a space "]
)
def test_the_users_text_survives_the_mark(text: str) -> None:
    assert read(OWNER.sign(text, SOURCE))[0] == text


def test_a_mark_copied_into_the_users_text_is_only_text() -> None:
    foreign = Owner(OTHER_STACK_ID, "Synonyms", "request-1").sign("", SOURCE)
    text, mark = read(OWNER.sign(foreign, SOURCE))
    assert text == foreign
    assert OWNER.owns(mark)


@pytest.mark.parametrize(
    "other",
    [Owner(OTHER_STACK_ID, "Synonyms", "request-1"), Owner(STACK_ID, "StopWords", "request-1")],
)
def test_another_stack_or_another_resource_is_another_owner(other: Owner) -> None:
    assert not OWNER.owns(read(other.sign("", SOURCE))[1])


def test_a_later_request_of_the_same_resource_is_the_same_owner() -> None:
    assert OWNER.owns(read(Owner(STACK_ID, "Synonyms", "request-2").sign("", SOURCE))[1])


@pytest.mark.parametrize(
    "description", ["", "made by hand", "[cloudformation shop/Synonyms]", OWNER.sign("", SOURCE)[:-2]]
)
def test_what_is_no_mark_is_none(description: str) -> None:
    assert read(description) == (description, None)
    assert not OWNER.owns(None)


def test_the_longest_names_and_the_longest_text_fit_into_a_description() -> None:
    stack = f"arn:aws:cloudformation:us-east-1:000000000000:stack/{'s' * 128}/5f7f4c90-0000-11f0-8de9-0242ac120002"
    assert len(Owner(stack, "L" * 255, "r").sign("x" * 700, SOURCE)) <= 1024


def test_a_mark_never_changes_its_form_between_releases() -> None:
    # Packages made by one release are owned by the same resource in the next.
    assert OWNER.sign("Shop synonyms", "0123456789abcdef") == (
        "Shop synonyms [cloudformation shop/Synonyms f364c885024584f7-181e7ec5a25b-5aa557aab257-0123456789abcdef]"
    )
