"""Deliveries of one request that overlap: Lambda repeats what it takes for lost, while the first is still at work."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.responses import Response
from tests.unit.lambda_handler.association.shop import Shop
from tests.unit.lambda_handler.association.stories import STORIES, told
from tests.unit.lambda_handler.association.test_late_deliveries import NOT_AWAITED
from tests.unit.lambda_handler.association.test_lost_responses import WRITING, accepted
from tests.unit.lambda_handler.deliveries import after_each_call, deliver_aside


def deliver_twice(shop: Shop, event: dict[str, Any], operation: str) -> list[Response]:
    """Deliver a request, and deliver it once more when the first has just called that operation for the first time."""
    begun: list[str] = []
    other: list[Response] = []

    def deliver_the_other(name: str, _: dict[str, Any]) -> None:
        if name == operation and not begun:
            begun.append(name)
            other.append(deliver_aside(shop.cloud, event))

    after_each_call(shop.cloud, deliver_the_other)
    responses = [shop.cloud.deliver(event), *other]
    assert len(responses) == 2
    return responses


def end_alike(responses: list[Response], status: str) -> bool:
    """Whether CloudFormation gets one answer from both; or the later one has noticed that there was an answer."""
    late, first = responses
    told = [(one.status, one.physical_id, one.attributes) for one in responses]
    return first.status == status and (told[0] == told[1] or NOT_AWAITED in late.reason)


@pytest.mark.parametrize("name", STORIES)
@pytest.mark.parametrize("operation", ["DescribeDomain", "ListPackagesForDomain"])
def test_they_end_alike_when_both_have_looked_before_either_writes(shop: Shop, name: str, operation: str) -> None:
    story = told(shop, name)
    made = accepted(shop)
    assert end_alike(deliver_twice(shop, story.event, operation), story.status)
    assert story.is_so(shop)
    # Nobody can see a write of the other that comes between a look and its own: what had failed is made anew twice.
    assert made == story.writes or name == "create over a failed one"


@pytest.mark.parametrize(("operation", "name"), WRITING)
def test_they_end_alike_when_one_has_just_written(shop: Shop, operation: str, name: str) -> None:
    story = told(shop, name)
    made = accepted(shop)
    assert end_alike(deliver_twice(shop, story.event, operation), story.status)
    assert story.is_so(shop)
    # To the other, an association that has failed is one from before, which it tries once more.
    assert made == story.writes or name == "create in vain"
