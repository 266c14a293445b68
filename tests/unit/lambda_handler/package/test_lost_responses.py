"""A write of whose response the function hears nothing, or hears an error: it may have been applied, or not."""

from __future__ import annotations

from typing import Any

import pytest

from local_aws.packages.behaviour import Fault
from tests.unit.lambda_handler.deliveries import deliver_and_die
from tests.unit.lambda_handler.harness import Cloud


class TestOfCreatePackage:
    def test_makes_no_second_package(self, cloud: Cloud) -> None:
        cloud.model.behaviour.faults = [Fault("CreatePackage", "error-after-apply", status=500)]
        response = cloud.create(cloud.dictionary())
        assert response.status == "SUCCESS"
        assert cloud.package_ids() == [response.physical_id]

    def test_by_a_process_that_died_makes_no_second_package(self, cloud: Cloud) -> None:
        event = cloud.event("Create", cloud.dictionary())
        deliver_and_die(cloud, event, "CreatePackage")
        response = cloud.deliver(event)
        assert response.status == "SUCCESS"
        assert cloud.package_ids() == [response.physical_id]


class TestOfUpdatePackage:
    @pytest.fixture
    def old(self, cloud: Cloud) -> dict[str, Any]:
        return cloud.dictionary()

    @pytest.fixture
    def package_id(self, cloud: Cloud, old: dict[str, Any]) -> str:
        package_id = cloud.create(old).physical_id
        cloud.clock.sleep(60)
        return package_id

    @pytest.mark.parametrize("stale_reads", [0, 5])
    @pytest.mark.parametrize("while_importing", ["accept", "validation", "conflict"])
    def test_makes_no_second_version(
        self, cloud: Cloud, old: dict[str, Any], package_id: str, stale_reads: float, while_importing: Any
    ) -> None:
        behaviour = cloud.model.behaviour
        behaviour.stale_reads, behaviour.update_while_importing = stale_reads, while_importing
        behaviour.faults = [Fault("UpdatePackage", "error-after-apply", status=500)]
        response = cloud.update(package_id, old, old | {"SourceHash": "new"})
        assert (response.status, response.physical_id) == ("SUCCESS", package_id)
        assert response.attributes["PackageVersion"] == "v2"

    def test_is_sent_again_soon_where_the_service_itself_has_failed(
        self, cloud: Cloud, old: dict[str, Any], package_id: str
    ) -> None:
        cloud.model.behaviour.faults = [Fault("UpdatePackage", "500", times=2)]
        begun = cloud.clock.now()
        response = cloud.update(package_id, old, old | {"SourceHash": "new"})
        assert (response.status, response.attributes["PackageVersion"]) == ("SUCCESS", "v2")
        assert cloud.clock.now() - begun < 50

    @pytest.mark.parametrize("stale_reads", [20, 30, 50])
    @pytest.mark.parametrize("seconds", [900, 14])
    def test_makes_no_second_version_where_reading_lags_for_long_and_the_history_has_it(
        self, cloud: Cloud, old: dict[str, Any], package_id: str, stale_reads: float, seconds: float
    ) -> None:
        cloud.clock.sleep(60)
        cloud.model.behaviour.faults = [Fault("UpdatePackage", "error-after-apply", status=500)]
        cloud.model.behaviour.stale_reads = stale_reads
        cloud.stacks.begin_update(cloud.stack_id)
        new = old | {"SourceHash": "new"}
        update = cloud.event("Update", new, PhysicalResourceId=package_id, OldResourceProperties=old)
        response = cloud.deliver(update, seconds=seconds)
        assert cloud.writes().count("UpdatePackage") == 1
        assert (response.status, response.attributes["PackageVersion"]) == ("SUCCESS", "v2")

    @pytest.mark.parametrize("status", [502, 503, 504])
    def test_is_waited_for_longer_where_something_in_between_has_failed(
        self, cloud: Cloud, old: dict[str, Any], package_id: str, status: int
    ) -> None:
        # A gateway gives up, and what is behind it goes on: the update shows half a minute later.
        cloud.model.behaviour.faults = [Fault("UpdatePackage", "error-after-apply", status=status)]
        cloud.model.behaviour.stale_reads = 30
        response = cloud.update(package_id, old, old | {"SourceHash": "new"})
        assert (response.status, response.attributes["PackageVersion"]) == ("SUCCESS", "v2")
        assert cloud.writes().count("UpdatePackage") == 1

    def test_by_a_process_that_died_makes_no_second_version_although_reading_lags(
        self, cloud: Cloud, old: dict[str, Any], package_id: str
    ) -> None:
        cloud.model.behaviour.stale_reads = 5
        event = cloud.event(
            "Update", old | {"SourceHash": "new"}, PhysicalResourceId=package_id, OldResourceProperties=old
        )
        deliver_and_die(cloud, event, "UpdatePackage")
        cloud.clock.sleep(1)
        response = cloud.deliver(event)
        assert (response.status, response.physical_id) == ("SUCCESS", package_id)
        assert response.attributes["PackageVersion"] == "v2"

    def test_is_made_again_when_it_never_arrived(self, cloud: Cloud, old: dict[str, Any], package_id: str) -> None:
        cloud.model.behaviour.faults = [Fault("UpdatePackage", "500")]
        new = old | {"PackageSource": cloud.store("new.txt", b"new")}
        response = cloud.update(package_id, old, new)
        assert (response.status, response.attributes["PackageVersion"]) == ("SUCCESS", "v2")
        assert cloud.content(package_id) == b"new"

    @pytest.mark.parametrize("kind", ["500", "error-after-apply"])
    def test_of_a_package_that_a_create_took_up_leaves_it_with_the_desired_content(
        self, cloud: Cloud, package_id: str, kind: Any
    ) -> None:
        cloud.model.behaviour.faults = [Fault("UpdatePackage", kind)]
        response = cloud.create(cloud.dictionary(PackageSource=cloud.store("new.txt", b"new")))
        assert (response.status, response.physical_id) == ("SUCCESS", package_id)
        assert cloud.content(package_id) == b"new"
