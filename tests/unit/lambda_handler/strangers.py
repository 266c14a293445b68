"""Packages that are not the resource's own."""

from __future__ import annotations

from typing import Any

from tests.unit.lambda_handler.harness import OTHER_STACK_ID, Cloud


def other_stack(cloud: Cloud, **properties: Any) -> str:
    """A package that a resource of another stack owns. Gives its id."""
    cloud.stack_id, ours = OTHER_STACK_ID, cloud.stack_id
    response = cloud.create(cloud.dictionary(**properties))
    cloud.stack_id = ours
    assert response.status == "SUCCESS"
    cloud.model.calls.clear()
    return response.physical_id


def by_hand(cloud: Cloud, name: str = "synonyms", description: str = "made by hand") -> str:
    """A package that somebody made in the console. Gives its id."""
    made = cloud.opensearch.create_package(
        PackageName=name,
        PackageType="TXT-DICTIONARY",
        PackageDescription=description,
        PackageSource=cloud.store("by-hand.txt"),  # type: ignore[arg-type]
    )
    cloud.clock.sleep(60)
    cloud.model.calls.clear()
    return made["PackageDetails"]["PackageID"]
