"""An Update in place: the PackageID stays, and there is a version for each change that the service knows."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_handler.opensearch import Package
from lambda_handler.package.attributes import attributes
from tests.support.faults import always
from tests.unit.lambda_handler.harness import Cloud
from tests.unit.lambda_handler.strangers import other_stack


@pytest.fixture
def old(cloud: Cloud) -> dict[str, Any]:
    return cloud.dictionary(PackageDescription="Shop synonyms")


@pytest.fixture
def package_id(cloud: Cloud, old: dict[str, Any]) -> str:
    response = cloud.create(old)
    assert response.status == "SUCCESS"
    cloud.model.calls.clear()
    return response.physical_id


def edit_description(cloud: Cloud, package_id: str, source: dict[str, Any]) -> None:
    """A person changes the description in the console, which imports the source once more."""
    cloud.opensearch.update_package(
        PackageID=package_id,
        PackageSource=source,  # type: ignore[arg-type]
        PackageDescription="edited",
    )
    cloud.clock.sleep(60)
    cloud.model.calls.clear()


def test_imports_new_content_under_the_same_id(cloud: Cloud, old: dict[str, Any], package_id: str) -> None:
    new = old | {"PackageSource": cloud.store("new.txt", b"new"), "CommitMessage": "more sofas"}
    response = cloud.update(package_id, old, new)
    assert (response.status, response.physical_id) == ("SUCCESS", package_id)
    assert response.attributes["PackageVersion"] == "v2"
    assert cloud.content(package_id) == b"new"
    assert (cloud.model.versions(package_id)[-1].commit_message or "").startswith("more sofas [request ")
    assert cloud.writes() == ["UpdatePackage"]


def test_imports_again_when_only_the_source_hash_differs(cloud: Cloud, old: dict[str, Any], package_id: str) -> None:
    response = cloud.update(package_id, old, old | {"SourceHash": "new"})
    assert (response.status, response.physical_id) == ("SUCCESS", package_id)
    assert response.attributes["PackageVersion"] == "v2"


def test_changes_a_description(cloud: Cloud, old: dict[str, Any], package_id: str) -> None:
    response = cloud.update(package_id, old, old | {"PackageDescription": "All synonyms"})
    assert (response.status, response.physical_id) == ("SUCCESS", package_id)
    assert response.attributes["PackageDescription"] == "All synonyms"


@pytest.mark.parametrize("change", [{"CommitMessage": "why"}, {"ServiceTimeout": 600}])
def test_that_changes_nothing_the_service_knows_writes_nothing(
    cloud: Cloud, old: dict[str, Any], package_id: str, change: dict[str, Any]
) -> None:
    response = cloud.update(package_id, old, old | change)
    assert (response.status, response.physical_id) == ("SUCCESS", package_id)
    assert response.attributes["PackageVersion"] == "v1"
    assert cloud.writes() == []


def test_gives_the_same_attributes_as_a_create(cloud: Cloud, old: dict[str, Any], package_id: str) -> None:
    response = cloud.update(package_id, old, old | {"SourceHash": "new"})
    assert response.attributes.keys() == attributes(Package({})).keys()


def test_of_a_package_that_is_gone_makes_a_new_one(cloud: Cloud, old: dict[str, Any], package_id: str) -> None:
    cloud.opensearch.delete_package(PackageID=package_id)
    response = cloud.update(package_id, old, old | {"SourceHash": "new"})
    assert response.status == "SUCCESS"
    assert response.physical_id != package_id
    assert cloud.package_ids() == [response.physical_id]


def test_of_another_resources_package_is_refused(cloud: Cloud) -> None:
    foreign = other_stack(cloud)
    properties = cloud.dictionary()
    response = cloud.update(foreign, properties, properties | {"SourceHash": "new"})
    assert (response.status, response.physical_id) == ("FAILED", foreign)
    assert "other/Synonyms" in response.reason
    assert cloud.writes() == []


def test_of_a_package_whose_description_a_person_edited_marks_it_with_the_next_write(
    cloud: Cloud, old: dict[str, Any], package_id: str
) -> None:
    edit_description(cloud, package_id, old["PackageSource"])
    assert cloud.update(package_id, old, old | {"CommitMessage": "x"}).status == "SUCCESS"
    assert cloud.writes() == []
    response = cloud.update(package_id, old, old | {"SourceHash": "new"})
    assert (response.status, response.physical_id) == ("SUCCESS", package_id)
    package = cloud.model.package(package_id)
    assert package is not None
    assert "[cloudformation shop/Synonyms" in package["PackageDescription"]


def test_is_made_once_although_reading_lags_behind(cloud: Cloud, old: dict[str, Any], package_id: str) -> None:
    cloud.clock.sleep(60)
    cloud.model.behaviour.stale_reads = 5
    response = cloud.update(package_id, old, old | {"PackageSource": cloud.store("new.txt", b"new")})
    assert (response.status, response.attributes["PackageVersion"]) == ("SUCCESS", "v2")
    assert cloud.writes() == ["UpdatePackage"]


def test_is_made_once_although_it_is_delivered_twice(cloud: Cloud, old: dict[str, Any], package_id: str) -> None:
    event = cloud.event("Update", old | {"SourceHash": "new"}, PhysicalResourceId=package_id, OldResourceProperties=old)
    first, second = cloud.deliver(event), cloud.deliver(event)
    assert (first.status, first.physical_id, first.attributes["PackageVersion"]) == ("SUCCESS", package_id, "v2")
    assert (second.status, second.physical_id, second.attributes) == ("SUCCESS", package_id, first.attributes)
    assert cloud.writes() == ["UpdatePackage"]


def test_is_not_made_again_after_somebody_edited_the_description(
    cloud: Cloud, old: dict[str, Any], package_id: str
) -> None:
    event = cloud.event("Update", old | {"SourceHash": "new"}, PhysicalResourceId=package_id, OldResourceProperties=old)
    cloud.deliver(event)
    edit_description(cloud, package_id, old["PackageSource"])
    response = cloud.deliver(event)
    assert (response.status, response.attributes["PackageVersion"]) == ("SUCCESS", "v3")
    assert cloud.writes() == []


def test_never_refuses_old_properties(cloud: Cloud, old: dict[str, Any], package_id: str) -> None:
    response = cloud.update(package_id, {"Junk": {"deep": ["x"]}}, old | {"SourceHash": "new"})
    assert (response.status, response.physical_id) == ("SUCCESS", package_id)


@pytest.mark.parametrize("shows", ["on-success", "at-once-and-reverts"])
def test_whose_copy_fails_says_so_also_where_another_try_is_refused(cloud: Cloud, shows: Any) -> None:
    old = cloud.dictionary()
    package_id = cloud.create(old).physical_id
    cloud.clock.sleep(600)
    behaviour = cloud.model.behaviour
    behaviour.description_shows = shows
    behaviour.update_after_failure = behaviour.update_never_available = "validation"
    behaviour.faults = always("UpdatePackage", kind="unreadable")
    reason = cloud.update(package_id, old, old | {"SourceHash": "new"}).reason
    assert "COPY_FAILED: The S3 object does not exist or cannot be accessed" in reason
    assert "and then: UpdatePackage failed" in reason
