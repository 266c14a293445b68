"""An Update that needs another package: CloudFormation deletes the old one afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from local_aws.packages.behaviour import Fault
from tests.unit.lambda_handler.harness import Cloud


@pytest.fixture
def old(cloud: Cloud) -> dict[str, Any]:
    return cloud.dictionary()


@pytest.fixture
def package_id(cloud: Cloud, old: dict[str, Any]) -> str:
    return cloud.create(old).physical_id


def test_makes_a_new_package_beside_the_old_one(cloud: Cloud, old: dict[str, Any], package_id: str) -> None:
    response = cloud.update(package_id, old, old | {"PackageName": "thesaurus"})
    assert (response.status, response.attributes["PackageName"]) == ("SUCCESS", "thesaurus")
    assert sorted(cloud.package_ids()) == sorted([package_id, response.physical_id])
    assert cloud.delete(package_id, old).status == "SUCCESS"
    assert cloud.package_ids() == [response.physical_id]


def test_that_fails_keeps_the_old_id_and_leaves_no_new_package(
    cloud: Cloud, old: dict[str, Any], package_id: str
) -> None:
    cloud.model.behaviour.faults = [Fault("CreatePackage", "invalid", message="no")]
    response = cloud.update(package_id, old, old | {"PackageName": "thesaurus"})
    assert (response.status, response.physical_id) == ("FAILED", package_id)
    assert cloud.package_ids() == [package_id]


def test_needs_another_name_where_both_cannot_exist_at_once(cloud: Cloud, old: dict[str, Any], package_id: str) -> None:
    cloud.model.calls.clear()
    response = cloud.update(package_id, old, old | {"PackageVendingOptions": {"VendingEnabled": "true"}})
    assert (response.status, response.physical_id) == ("FAILED", package_id)
    assert "change PackageName too" in response.reason
    assert cloud.writes() == []


def test_of_a_package_with_a_generated_name_needs_no_other_name(cloud: Cloud) -> None:
    old = cloud.dictionary(PackageName=None)
    first = cloud.create(old).physical_id
    response = cloud.update(first, old, old | {"PackageVendingOptions": {"VendingEnabled": "true"}})
    assert response.status == "SUCCESS"
    assert sorted(cloud.package_ids()) == sorted([first, response.physical_id])


def test_is_not_made_where_the_generated_name_is_written_down_later(cloud: Cloud) -> None:
    # So a plugin can get a second one of the same name for the next engine version.
    old = cloud.dictionary(PackageName=None)
    first = cloud.create(old)
    cloud.model.calls.clear()
    response = cloud.update(first.physical_id, old, old | {"PackageName": first.attributes["PackageName"]})
    assert (response.status, response.physical_id) == ("SUCCESS", first.physical_id)
    assert cloud.writes() == []


def test_that_meets_throttling_in_any_of_its_looks_succeeds(cloud: Cloud, old: dict[str, Any], package_id: str) -> None:
    cloud.model.calls.clear()
    undisturbed = cloud.update(package_id, old, old | {"PackageName": "undisturbed"}).physical_id
    looks = sum(name == "DescribePackages" for name, _ in cloud.model.calls)
    cloud.delete(undisturbed, old)
    for skip in range(looks):
        cloud.model.behaviour.faults = [throttled := Fault("DescribePackages", "throttle", skip=skip)]
        new = old | {"PackageName": f"thesaurus-{skip}"}
        response = cloud.update(package_id, old, new)
        assert (response.status, response.physical_id != package_id) == ("SUCCESS", True)
        assert throttled.times == 0
        cloud.delete(response.physical_id, new)


@pytest.mark.parametrize(("before", "after"), [(None, "thesaurus"), ("thesaurus", None), ("synonyms", "thesaurus")])
@pytest.mark.parametrize("rollback_sends", ["old id", "new id"])
def test_by_another_name_given_or_generated_is_there_and_goes_when_it_is_rolled_back(
    cloud: Cloud, before: str | None, after: str | None, rollback_sends: str
) -> None:
    old, new = cloud.dictionary(PackageName=before), cloud.dictionary(PackageName=after)
    first = cloud.create(old).physical_id
    cloud.clock.sleep(600)
    second = cloud.update(first, old, new)
    assert second.status == "SUCCESS"
    assert sorted(cloud.package_ids()) == sorted([first, second.physical_id])
    back = cloud.roll_back(first if rollback_sends == "old id" else second.physical_id, new, old)
    assert (back.status, back.physical_id) == ("SUCCESS", first)
    if rollback_sends == "new id":
        cloud.delete(second.physical_id, new)
    assert cloud.package_ids() == [first]
