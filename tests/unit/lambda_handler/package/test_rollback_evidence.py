"""A rollback removes what the very update that it rolls back has made, on evidence, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from local_aws.packages.behaviour import Fault
from tests.support.clients import FOR_EVER
from tests.unit.lambda_handler.harness import SOURCES, Cloud
from tests.unit.lambda_handler.strangers import other_stack


@pytest.fixture
def ab(cloud: Cloud) -> tuple[dict[str, Any], dict[str, Any]]:
    """The properties of two packages that replace each other."""
    return cloud.dictionary(PackageName="aaa"), cloud.dictionary(PackageName="bbb")


def retained(cloud: Cloud, a: dict[str, Any], b: dict[str, Any]) -> tuple[str, str]:
    """Replaced by the other one and back again, with a Retain policy: the ids of the current and of the kept one."""
    current = cloud.create(a).physical_id
    cloud.clock.sleep(86_400)
    kept = cloud.update(current, a, b).physical_id
    cloud.clock.sleep(86_400)
    assert cloud.update(kept, b, a).physical_id == current
    cloud.clock.sleep(86_400)
    return current, kept


def replaced_and_deleted_by_hand(cloud: Cloud, a: dict[str, Any], b: dict[str, Any]) -> tuple[str, str]:
    """Replaced by an update that may still be rolled back, and somebody deletes the first: the ids of both."""
    current = cloud.create(a).physical_id
    cloud.clock.sleep(600)
    replacement = cloud.update(current, a, b).physical_id
    cloud.model.call("DeletePackage", {"PackageID": current})
    cloud.clock.sleep(60)
    return current, replacement


class TestAPackageThatARetainPolicyKept:
    def test_survives_the_rollback_of_a_bad_update_to_it(self, cloud: Cloud, ab: Any) -> None:
        cloud.model.behaviour.utf8_checked = True
        a, b = ab
        current, kept = retained(cloud, a, b)
        bad = b | {"PackageSource": cloud.store("bad.txt", b"\xff\xfe")}
        failed = cloud.update(current, a, bad)
        assert (failed.status, failed.physical_id) == ("FAILED", current)
        assert cloud.roll_back(current, bad, a).physical_id == current
        assert set(cloud.package_ids()) == {current, kept}

    def test_survives_it_when_the_service_has_forgotten_its_version(self, cloud: Cloud, ab: Any) -> None:
        cloud.model.behaviour.failed_update_keeps_version = False
        self.test_survives_the_rollback_of_a_bad_update_to_it(cloud, ab)

    @pytest.mark.parametrize("known_as", ["old id", "new id"])
    def test_survives_the_rollback_of_a_good_update_to_it(self, cloud: Cloud, ab: Any, known_as: str) -> None:
        a, b = ab
        current, kept = retained(cloud, a, b)
        assert cloud.update(current, a, b).physical_id == kept
        back = cloud.roll_back(current if known_as == "old id" else kept, b, a)
        assert back.physical_id == current
        assert set(cloud.package_ids()) == {current, kept}

    def test_survives_where_the_stack_cannot_be_asked(self, cloud: Cloud, ab: Any) -> None:
        a, b = ab
        current, kept = retained(cloud, a, b)
        cloud.update(current, a, b)
        cloud.stacks.error = "AccessDenied"
        assert cloud.roll_back(current, b, a).physical_id == current
        assert set(cloud.package_ids()) == {current, kept}

    def test_survives_for_another_engine_version(self, cloud: Cloud) -> None:
        a, b = cloud.plugin("2.15"), cloud.plugin("2.17")
        current, kept = retained(cloud, a, b)
        cloud.model.behaviour.faults = [Fault("UpdatePackage", "invalid", message="3 vulnerabilities")]
        bad = b | {"SourceHash": "bad"}
        assert cloud.update(current, a, bad).status == "FAILED"
        assert cloud.roll_back(current, bad, a).status == "SUCCESS"
        assert set(cloud.package_ids()) == {current, kept}

    def test_is_named_in_the_log_when_it_stays_in_doubt(
        self, cloud: Cloud, ab: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        a, b = ab
        current, kept = retained(cloud, a, b)
        cloud.update(current, a, b)
        cloud.roll_back(current, b, a)
        assert f"'bbb' ({kept}) is this resource's, and may have been there before: it stays" in caplog.text


class TestAReplacement:
    def test_that_was_never_available_goes(self, cloud: Cloud, ab: Any) -> None:
        a, b = ab
        current = cloud.create(a).physical_id
        cloud.model.behaviour.copying = 1500
        assert cloud.update(current, a, b | {"ServiceTimeout": 300}).status == "FAILED"
        assert len(cloud.package_ids()) == 2
        cloud.stacks.error = "AccessDenied"
        assert cloud.roll_back(current, b, a).physical_id == current
        assert cloud.package_ids() == [current]

    def test_that_became_available_too_late_goes(self, cloud: Cloud, ab: Any) -> None:
        a, b = ab
        current = cloud.create(a).physical_id
        cloud.clock.sleep(600)
        cloud.model.behaviour.copying = 280
        assert cloud.update(current, a, b | {"ServiceTimeout": 300}).status == "FAILED"
        cloud.clock.sleep(100)
        assert cloud.roll_back(current, b, a).physical_id == current
        assert cloud.package_ids() == [current]

    def test_goes_also_when_somebody_has_deleted_the_package_that_the_resource_goes_back_to(
        self, cloud: Cloud, ab: Any
    ) -> None:
        a, b = ab
        current = cloud.create(a).physical_id
        cloud.clock.sleep(600)
        cloud.model.behaviour.copying = 280
        assert cloud.update(current, a, b | {"ServiceTimeout": 300}).status == "FAILED"
        cloud.model.behaviour.copying = 1
        cloud.model.call("DeletePackage", {"PackageID": current})
        cloud.clock.sleep(100)
        back = cloud.roll_back(current, b, a)
        assert back.status == "SUCCESS"
        assert cloud.package_ids() == [back.physical_id]

    def test_goes_first_where_the_quota_has_no_room_for_the_package_that_somebody_has_deleted(
        self, cloud: Cloud, ab: Any
    ) -> None:
        a, b = ab
        cloud.model.behaviour.quota = 2
        current, _ = replaced_and_deleted_by_hand(cloud, a, b)
        other_stack(cloud)
        back = cloud.roll_back(current, b, a)
        assert back.status == "SUCCESS"
        assert back.physical_id in cloud.package_ids()
        assert names(cloud) == ["aaa", "synonyms"]

    def test_goes_first_where_its_name_is_needed_for_the_package_that_somebody_has_deleted(self, cloud: Cloud) -> None:
        a = cloud.dictionary(PackageName="aaa")
        b = a | {"PackageVendingOptions": {"VendingEnabled": True}}
        current = cloud.create(a).physical_id
        cloud.model.call("DeletePackage", {"PackageID": current})
        cloud.clock.sleep(600)
        assert cloud.update(current, a, b).status == "SUCCESS"
        cloud.clock.sleep(60)
        back = cloud.roll_back(current, b, a)
        assert (back.status, cloud.package_ids()) == ("SUCCESS", [back.physical_id])

    def test_stays_where_it_is_the_only_one_that_works_and_the_rollback_fails(self, cloud: Cloud, ab: Any) -> None:
        a, b = ab[0] | {"PackageSource": cloud.store("a.txt")}, ab[1]
        current, replacement = replaced_and_deleted_by_hand(cloud, a, b)
        cloud.s3.delete_object(Bucket=SOURCES, Key="a.txt")
        assert cloud.roll_back(current, b, a).status == "FAILED"
        assert cloud.package_ids() == [replacement]
        cloud.store("a.txt")
        again = cloud.roll_back(current, b, a)  # ContinueUpdateRollback
        assert (again.status, cloud.package_ids()) == ("SUCCESS", [again.physical_id])

    def test_that_cannot_be_deleted_fails_no_rollback(self, cloud: Cloud, ab: Any) -> None:
        a, b = ab
        current, _ = replaced_and_deleted_by_hand(cloud, a, b)
        cloud.model.behaviour.faults = [Fault("DeletePackage", "stuck", times=FOR_EVER)]
        assert cloud.roll_back(current, b, a | {"ServiceTimeout": 600}).status == "SUCCESS"

    def test_that_takes_up_the_room_and_cannot_be_deleted_is_no_riddle(self, cloud: Cloud, ab: Any) -> None:
        a, b = ab
        cloud.model.behaviour.quota = 2
        current, _ = replaced_and_deleted_by_hand(cloud, a, b)
        other_stack(cloud)
        cloud.model.behaviour.faults = [Fault("DeletePackage", "stuck", times=FOR_EVER)]
        failed = cloud.roll_back(current, b, a | {"ServiceTimeout": 600})
        assert failed.status == "FAILED"
        assert "package 'aaa' could not be created: CreatePackage failed: LimitExceededException" in failed.reason

    def test_that_went_well_goes_with_the_id_that_cloudformation_keeps(self, cloud: Cloud, ab: Any) -> None:
        a, b = ab
        current = cloud.create(a).physical_id
        cloud.clock.sleep(600)
        cloud.update(current, a, b)
        assert cloud.roll_back(current, b, a).physical_id == current
        assert cloud.package_ids() == [current]


def names(cloud: Cloud) -> list[str]:
    return sorted(details["PackageName"] for details in cloud.model.own_packages())
