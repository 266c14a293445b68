"""Every kind of request for associations, with each operation denied that it calls: the role lacks a permission."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulation.association.stories import STORIES
from tests.simulation.boundaries import CONTINUE, RESPONSE
from tests.simulation.story import Story

# Where CloudFormation cannot be asked, the docs name what can be overtaken; and who cannot tell what was there before.
EVIDENCE = {"DescribeStackResource", "DescribeStacks", "GetPackageVersionHistory"}
# Nobody hears the response to a delivery that comes again. What a clean-up may not take off a domain stays there, since
# CloudFormation goes on as if it had, or the log alone says so.
NOT_DENIED = (
    "Delete of associations, cancelled",
    "Delete after an Update to another domain",
    "Rollback of an Update to another domain, old id",
    "Rollback of an Update to another domain, out of time",
)
HEARD = [one for one in STORIES if "delivered again" not in one.name and not one.name.startswith(NOT_DENIED)]


@pytest.mark.parametrize("story", HEARD, ids=lambda story: story.name)
def test_the_guarantees_hold_and_the_reason_names_what_is_denied(story: Story[Any]) -> None:
    called = set(story.play().crossed) - {RESPONSE, CONTINUE} - EVIDENCE
    broken = []
    for operation in sorted(called):
        broken += [f"{operation} is denied: {one}" for one in story.play(denied=operation).violations]
    assert not broken, "\n".join(broken)
