"""The Update with which CloudFormation rolls back another: one that failed, or one that came before a failure."""

from __future__ import annotations

from typing import Any

import pytest

from local_aws.packages.behaviour import Fault
from tests.support.faults import always
from tests.unit.lambda_handler.harness import Cloud


@pytest.fixture
def old(cloud: Cloud) -> dict[str, Any]:
    return cloud.dictionary()


@pytest.fixture
def package_id(cloud: Cloud, old: dict[str, Any]) -> str:
    response = cloud.create(old)
    assert response.status == "SUCCESS"
    return response.physical_id


class TestOfAnUpdateInPlace:
    def test_brings_the_old_content_back_under_the_same_id(
        self, cloud: Cloud, old: dict[str, Any], package_id: str
    ) -> None:
        cloud.model.behaviour.faults = [Fault("UpdatePackage", "invalid", message="bad words")]
        new = old | {"PackageSource": cloud.store("new.txt", b"new")}
        failed = cloud.update(package_id, old, new)
        assert (failed.status, failed.physical_id) == ("FAILED", package_id)
        assert "bad words" in failed.reason
        rolled_back = cloud.roll_back(package_id, new, old)
        assert (rolled_back.status, rolled_back.physical_id) == ("SUCCESS", package_id)
        assert cloud.content(package_id) == b"couch, sofa\n"
        assert rolled_back.attributes["PackageStatus"] == "AVAILABLE"

    def test_makes_no_version_where_the_update_was_refused_outright(
        self, cloud: Cloud, old: dict[str, Any], package_id: str
    ) -> None:
        cloud.model.behaviour.faults = [
            Fault("UpdatePackage", "error", code="LimitExceededException", message="too many", status=409)
        ]
        new = old | {"SourceHash": "new"}
        failed = cloud.update(package_id, old, new)
        assert (failed.status, failed.physical_id) == ("FAILED", package_id)
        assert "LimitExceededException: too many" in failed.reason
        rolled_back = cloud.roll_back(package_id, new, old)
        assert (rolled_back.status, rolled_back.physical_id) == ("SUCCESS", package_id)
        assert rolled_back.attributes["PackageVersion"] == "v1"


class TestOfAReplacement:
    @pytest.mark.parametrize("id_in_the_event", ["old", "new"])
    def test_that_succeeded_goes_back_to_the_old_package(
        self, cloud: Cloud, old: dict[str, Any], package_id: str, id_in_the_event: str
    ) -> None:
        new = old | {"PackageName": "thesaurus"}
        replacement = cloud.update(package_id, old, new).physical_id
        cloud.model.calls.clear()
        response = cloud.roll_back(package_id if id_in_the_event == "old" else replacement, new, old)
        assert (response.status, response.physical_id) == ("SUCCESS", package_id)
        assert "CreatePackage" not in cloud.writes()
        assert "UpdatePackage" not in cloud.writes()
        assert cloud.delete(replacement, new).status == "SUCCESS"
        assert cloud.package_ids() == [package_id]

    def test_that_failed_goes_back_to_the_old_package(self, cloud: Cloud, old: dict[str, Any], package_id: str) -> None:
        cloud.model.behaviour.faults = [Fault("CreatePackage", "invalid", message="no")]
        new = old | {"PackageName": "thesaurus"}
        assert cloud.update(package_id, old, new).status == "FAILED"
        response = cloud.roll_back(package_id, new, old)
        assert (response.status, response.physical_id) == ("SUCCESS", package_id)
        assert cloud.package_ids() == [package_id]

    def test_that_ran_out_of_time_removes_its_package(self, cloud: Cloud, old: dict[str, Any], package_id: str) -> None:
        cloud.model.behaviour.faults = [Fault("CreatePackage", "invalid", message="slow, then bad")]
        cloud.model.behaviour.copying = 400
        new = old | {"PackageName": "thesaurus", "ServiceTimeout": 300}
        response = cloud.update(package_id, old, new)
        assert (response.status, response.physical_id) == ("FAILED", package_id)
        assert len(cloud.package_ids()) == 2
        rolled_back = cloud.roll_back(package_id, new, old)
        assert (rolled_back.status, rolled_back.physical_id) == ("SUCCESS", package_id)
        assert cloud.package_ids() == [package_id]

    def test_removes_its_package_in_a_further_invocation_where_one_is_not_enough(
        self, cloud: Cloud, old: dict[str, Any], package_id: str
    ) -> None:
        new = old | {"PackageName": "thesaurus"}
        cloud.model.behaviour.delete_while_importing = "conflict"
        cloud.model.behaviour.copying = 1500
        out_of_time = cloud.update(package_id, old, new | {"ServiceTimeout": 300})
        assert (out_of_time.status, len(cloud.package_ids())) == ("FAILED", 2)
        response = cloud.roll_back(package_id, new, old)
        assert (response.status, response.physical_id) == ("SUCCESS", package_id)
        assert cloud.invocations == 2
        assert cloud.package_ids() == [package_id]

    def test_succeeds_although_the_new_package_is_in_use_already(
        self, cloud: Cloud, old: dict[str, Any], package_id: str
    ) -> None:
        new = old | {"PackageName": "thesaurus"}
        second = cloud.update(package_id, old, new).physical_id
        cloud.model.add_domain("shop")
        cloud.opensearch.associate_package(PackageID=second, DomainName="shop")
        response = cloud.roll_back(package_id, new, old)
        assert (response.status, response.physical_id) == ("SUCCESS", package_id)
        assert sorted(cloud.package_ids()) == sorted([package_id, second])

    def test_succeeds_although_nobody_can_look_for_the_new_package(
        self, cloud: Cloud, old: dict[str, Any], package_id: str
    ) -> None:
        new = old | {"PackageName": "thesaurus", "ServiceTimeout": 300}
        [unseen] = always("DescribePackages")
        unseen.when = lambda parameters: "thesaurus" in str(parameters)
        cloud.model.behaviour.faults = [unseen]
        response = cloud.roll_back(package_id, new, old | {"ServiceTimeout": 300})
        assert (response.status, response.physical_id) == ("SUCCESS", package_id)
