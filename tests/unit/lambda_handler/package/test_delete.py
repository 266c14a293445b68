"""A Delete: it needs nothing but the id, and removes only what is the resource's own."""

from __future__ import annotations

from typing import Any

import pytest

from local_aws.packages.behaviour import Fault
from tests.unit.lambda_handler.harness import Cloud
from tests.unit.lambda_handler.strangers import by_hand, other_stack


@pytest.fixture
def properties(cloud: Cloud) -> dict[str, Any]:
    return cloud.dictionary()


@pytest.fixture
def package_id(cloud: Cloud, properties: dict[str, Any]) -> str:
    response = cloud.create(properties)
    assert response.status == "SUCCESS"
    cloud.model.calls.clear()
    return response.physical_id


def test_the_package_is_gone_when_the_response_comes(cloud: Cloud, properties: dict[str, Any], package_id: str) -> None:
    response = cloud.delete(package_id, properties)
    assert (response.status, response.physical_id) == ("SUCCESS", package_id)
    assert cloud.package_ids() == []


def test_of_a_package_that_is_gone_succeeds_without_a_write(
    cloud: Cloud, properties: dict[str, Any], package_id: str
) -> None:
    assert cloud.delete(package_id, properties).status == "SUCCESS"
    cloud.model.calls.clear()
    assert cloud.delete(package_id, properties).status == "SUCCESS"
    assert cloud.writes() == []


@pytest.mark.parametrize(
    "unreadable",
    [{}, {"PackageType": "NONSENSE", "PackageName": {"a": [1]}, "Unknown": "x", "ServiceTimeout": "soon"}],
)
def test_needs_nothing_but_the_id(cloud: Cloud, unreadable: dict[str, Any], package_id: str) -> None:
    assert cloud.delete(package_id, unreadable).status == "SUCCESS"
    assert cloud.package_ids() == []


def test_succeeds_without_a_staging_bucket_that_works(
    cloud: Cloud, properties: dict[str, Any], package_id: str
) -> None:
    cloud.staging_bucket = "no-such-bucket"
    cloud.cold_start()
    assert cloud.delete(package_id, properties).status == "SUCCESS"
    assert cloud.package_ids() == []


@pytest.mark.parametrize("while_importing", ["accept", "conflict", "validation"])
def test_meets_an_import_in_progress(
    cloud: Cloud, properties: dict[str, Any], package_id: str, while_importing: Any
) -> None:
    cloud.model.behaviour.delete_while_importing = while_importing
    cloud.opensearch.update_package(PackageID=package_id, PackageSource=properties["PackageSource"])
    assert cloud.delete(package_id, properties).status == "SUCCESS"
    assert cloud.package_ids() == []


class TestOfAPackageThatADomainHolds:
    @pytest.fixture(autouse=True)
    def associated(self, cloud: Cloud, package_id: str) -> None:
        cloud.model.add_domain("shop")
        cloud.opensearch.associate_package(PackageID=package_id, DomainName="shop")
        cloud.clock.sleep(60)

    def test_fails_naming_the_package_and_the_domain(
        self, cloud: Cloud, properties: dict[str, Any], package_id: str
    ) -> None:
        response = cloud.delete(package_id, properties)
        assert (response.status, response.physical_id) == ("FAILED", package_id)
        assert package_id in response.reason
        assert "domain shop" in response.reason
        assert "DeletePackage" not in cloud.writes()

    def test_waits_for_a_domain_that_is_letting_go_of_it(
        self, cloud: Cloud, properties: dict[str, Any], package_id: str
    ) -> None:
        cloud.model.behaviour.dissociating = 30
        begun = cloud.clock.now()
        cloud.opensearch.dissociate_package(PackageID=package_id, DomainName="shop")
        assert cloud.delete(package_id, properties).status == "SUCCESS"
        assert cloud.package_ids() == []
        assert cloud.clock.now() - begun >= 30


class TestOfAPackageThatIsNotOurs:
    def test_does_not_touch_another_resources(self, cloud: Cloud) -> None:
        foreign = other_stack(cloud)
        assert cloud.delete(foreign, cloud.dictionary()).status == "SUCCESS"
        assert cloud.writes() == []
        assert cloud.package_ids() == [foreign]

    def test_does_not_touch_aws_own(self, cloud: Cloud) -> None:
        assert cloud.delete("G240285063", cloud.dictionary()).status == "SUCCESS"
        assert cloud.writes() == []

    def test_deletes_one_without_a_mark_whose_id_cloudformation_knows(self, cloud: Cloud) -> None:
        assert cloud.delete(by_hand(cloud), cloud.dictionary()).status == "SUCCESS"
        assert cloud.package_ids() == []


class TestADeletionThatTheServiceFails:
    @pytest.fixture(autouse=True)
    def fails(self, cloud: Cloud) -> None:
        cloud.model.behaviour.faults = [Fault("DeletePackage", "delete-failed", message="in use")]

    def test_says_why(self, cloud: Cloud, properties: dict[str, Any], package_id: str) -> None:
        response = cloud.delete(package_id, properties)
        assert (response.status, response.physical_id) == ("FAILED", package_id)
        assert response.reason.startswith(f"package {package_id} could not be deleted: in use")

    @pytest.mark.parametrize("stale_reads", [0, 5])
    def test_is_not_taken_for_the_next_one(
        self, cloud: Cloud, properties: dict[str, Any], package_id: str, stale_reads: float
    ) -> None:
        assert cloud.delete(package_id, properties).status == "FAILED"
        cloud.clock.sleep(60)
        cloud.model.behaviour.stale_reads = stale_reads
        assert cloud.delete(package_id, properties).status == "SUCCESS"
        assert cloud.package_ids() == []
