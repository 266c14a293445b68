"""Every kind of request, with every fault at every call boundary."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulation.boundaries import FAULTS
from tests.simulation.stories import STORIES
from tests.simulation.story import Story
from tests.simulation.tally import counts


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_the_guarantees_hold_whatever_goes_wrong_at_one_call(story: Story[Any]) -> None:
    undisturbed = story.play()
    assert undisturbed.violations == []
    struck = story.struck(undisturbed.crossed)
    counts.update({"requests": 1, "boundaries": len(struck)})
    broken = []
    for index, operation in struck:
        for fault in FAULTS:
            counts["runs"] += 1
            outcome = story.play({index: fault})
            broken += [f"{operation} (call {index}), {fault}: {one}" for one in outcome.violations]
    assert not broken, "\n".join(broken)


def test_every_call_that_the_function_makes_is_among_those_that_go_wrong() -> None:
    crossed = {operation for story in STORIES for operation in story.play().crossed}
    assert crossed == {
        "AssociatePackages",
        "CopyObject",
        "CreatePackage",
        "DeleteObject",
        "DeletePackage",
        "DescribeDomain",
        "DescribeDomainChangeProgress",
        "DescribePackages",
        "DescribeStackResource",
        "DescribeStacks",
        "DissociatePackages",
        "GetPackageVersionHistory",
        "HeadObject",
        "ListDomainsForPackage",
        "ListObjectVersions",
        "ListPackagesForDomain",
        "PUT of the response",
        "PutObject",
        "UpdatePackage",
        "continuation",
    }
