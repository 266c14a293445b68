"""The physical id of an association resource: it says whose it is, and what a failed Create has left."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambda_handler.association.resource_id import ResourceId, read
from lambda_handler.cloudformation.physical_ids import not_known, nothing_created
from lambda_handler.ownership import Owner
from tests.unit.lambda_handler.association.shop import DOMAIN, LOGICAL_ID
from tests.unit.lambda_handler.harness import OTHER_STACK_ID, STACK_ID

OWNER = Owner(STACK_ID, LOGICAL_ID, "request-1")
DOMAINS = st.from_regex(r"[a-z][a-z0-9\-]{2,27}", fullmatch=True)
PACKAGE_IDS = st.from_regex(r"[FG][0-9]{1,10}|pkg-[a-f0-9]{1,40}", fullmatch=True)
SOME = settings(max_examples=40, deadline=None, database=None)


@SOME
@given(domain=DOMAINS, made=st.sets(PACKAGE_IDS, max_size=20))
def test_says_again_what_it_was_made_of(domain: str, made: set[str]) -> None:
    told = ResourceId.of(domain, OWNER, made)
    assert read(str(told)) == told
    assert (told.domain, set(told.made)) == (domain, made)
    assert len(str(told)) <= 1024


def test_is_the_same_for_every_request_and_release() -> None:
    # One that changed would replace the associations of everybody's stacks.
    assert str(ResourceId.of(DOMAIN, OWNER)) == "shop-search/f364c885024584f7-460c4e4897cb"
    assert str(ResourceId.of(DOMAIN, Owner(STACK_ID, LOGICAL_ID, "request-2"))) == str(ResourceId.of(DOMAIN, OWNER))


def test_of_a_failed_create_names_its_packages_in_an_order_that_does_not_matter() -> None:
    told = str(ResourceId.of(DOMAIN, OWNER, ["F2", "F1"]))
    assert told == "shop-search/f364c885024584f7-460c4e4897cb/F1,F2"
    assert told == str(ResourceId.of(DOMAIN, OWNER, ["F1", "F2"]))


@pytest.mark.parametrize(
    "other",
    [
        ResourceId.of("another", OWNER),
        ResourceId.of(DOMAIN, Owner(OTHER_STACK_ID, LOGICAL_ID, "request-1")),
        ResourceId.of(DOMAIN, Owner(STACK_ID, "Stopwords", "request-1")),
        ResourceId.of(DOMAIN, OWNER, ["F1"]),
    ],
    ids=str,
)
def test_differs_for_everything_that_is_another(other: ResourceId) -> None:
    assert str(other) != str(ResourceId.of(DOMAIN, OWNER))


def test_of_twenty_plugins_fits_into_what_cloudformation_takes() -> None:
    longest = ResourceId.of("d" * 28, OWNER, [f"pkg-{number:040x}" for number in range(20)])
    assert len(str(longest)) <= 1024
    assert read(str(longest)) == longest


@pytest.mark.parametrize(
    "stranger",
    [
        "",
        DOMAIN,
        f"{DOMAIN}/",
        "F123456789",
        "pkg-0a1b2c",
        nothing_created(OWNER),
        not_known(OWNER),
        # CloudFormation's own: stack name, logical id, twelve letters and digits. A stack may be called like a domain,
        # and a logical id begin like what is behind it.
        f"{DOMAIN}-{OWNER.stack}{OWNER.resource}-1A2B3C4D5E6F",
        f"shop-search-F364C885024584F7460c4e4897cb-{'A' * 12}",
        "shop-ShopSynonyms-1A2B3C4D5E6F",
        f"{DOMAIN}/{OWNER.stack}-{OWNER.resource}/",
        f"{DOMAIN}/{OWNER.stack}-{OWNER.resource}/F1/F2",
        f"{DOMAIN}/{OWNER.stack}-{OWNER.resource}\n",
        f"/{OWNER.stack}-{OWNER.resource}",
        f"{DOMAIN}/{OWNER.stack.upper()}-{OWNER.resource}",
        f"{DOMAIN}/{OWNER.stack}{OWNER.resource}",
        f"arn:aws:es:us-east-1:1:domain/{DOMAIN}",
    ],
)
def test_is_told_from_every_other(stranger: str) -> None:
    assert read(stranger) is None


@SOME
@given(
    stack=st.from_regex(r"[A-Za-z][A-Za-z0-9\-]{0,40}", fullmatch=True),
    logical_id=st.from_regex(r"[A-Za-z0-9]{1,60}", fullmatch=True),
    end=st.from_regex(r"[A-Z0-9]{12,13}", fullmatch=True),
)
def test_is_never_what_cloudformation_invents(stack: str, logical_id: str, end: str) -> None:
    assert read(f"{stack}-{logical_id}-{end}") is None


@SOME
@given(st.text(max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    told = read(text)
    assert told is None or str(told) == text
