"""A package that a Retain policy kept: no failure of a later request of its resource removes it."""

from __future__ import annotations

from typing import Any

import pytest

from local_aws.packages.behaviour import Fault
from tests.support.faults import always
from tests.support.physical_ids import INVENTED
from tests.support.plugin_archives import plugin_archive
from tests.unit.lambda_handler.harness import Cloud

MISSING = {"S3BucketName": "sources", "S3Key": "missing.txt"}


class TestTakenUpByACreateThatFails:
    """The same resource is created again, a day later."""

    @pytest.fixture
    def kept(self, cloud: Cloud) -> str:
        package_id = cloud.create(cloud.dictionary()).physical_id
        cloud.clock.sleep(86_400)
        return package_id

    def fails_and_leaves_it(self, cloud: Cloud, kept: str, properties: dict[str, Any], seconds: float = 900) -> None:
        response = cloud.deliver(cloud.event("Create", properties), seconds)
        assert response.status == "FAILED"
        cloud.model.behaviour.faults = []
        assert cloud.delete(response.physical_id, properties).status == "SUCCESS"
        assert cloud.package_ids() == [kept]

    @pytest.mark.parametrize("keeps_version", [True, False])
    def test_survives_content_that_the_service_refuses(self, cloud: Cloud, kept: str, keeps_version: bool) -> None:
        cloud.model.behaviour.failed_update_keeps_version = keeps_version
        cloud.model.behaviour.faults = [Fault("UpdatePackage", "invalid", message="bad")]
        self.fails_and_leaves_it(cloud, kept, cloud.dictionary(SourceHash="bad"))

    @pytest.mark.parametrize("keeps_version", [True, False])
    def test_survives_such_content_although_it_was_made_only_just_now(self, cloud: Cloud, keeps_version: bool) -> None:
        cloud.model.behaviour.failed_update_keeps_version = keeps_version
        kept = cloud.create(cloud.dictionary()).physical_id
        cloud.model.behaviour.faults = [Fault("UpdatePackage", "invalid", message="bad")]
        self.fails_and_leaves_it(cloud, kept, cloud.dictionary(SourceHash="bad"))

    @pytest.mark.parametrize("keeps_version", [True, False])
    def test_survives_a_failure_in_a_further_invocation(self, cloud: Cloud, kept: str, keeps_version: bool) -> None:
        cloud.model.behaviour.failed_update_keeps_version = keeps_version
        cloud.model.behaviour.copying = 100
        cloud.model.behaviour.faults = [Fault("UpdatePackage", "invalid", message="bad")]
        self.fails_and_leaves_it(cloud, kept, cloud.dictionary(SourceHash="x"), seconds=60)
        assert cloud.writes().count("UpdatePackage") == 1

    def test_survives_a_source_that_is_missing(self, cloud: Cloud, kept: str) -> None:
        self.fails_and_leaves_it(cloud, kept, cloud.dictionary(PackageSource=MISSING))

    @pytest.mark.parametrize("code", ["AccessDeniedException", "ValidationException", "LimitExceededException"])
    def test_survives_an_update_that_is_refused(self, cloud: Cloud, kept: str, code: str) -> None:
        cloud.model.behaviour.faults = [Fault("UpdatePackage", "error", code=code, times=1000)]
        self.fails_and_leaves_it(cloud, kept, cloud.dictionary(SourceHash="x"))

    def test_survives_an_import_that_never_ends(self, cloud: Cloud, kept: str) -> None:
        cloud.model.behaviour.faults = [Fault("UpdatePackage", "stuck")]
        self.fails_and_leaves_it(cloud, kept, cloud.dictionary(SourceHash="x", ServiceTimeout=300))

    def test_survives_a_create_that_could_not_even_look(self, cloud: Cloud, kept: str) -> None:
        cloud.model.behaviour.faults = always("DescribePackages")
        self.fails_and_leaves_it(cloud, kept, cloud.dictionary(SourceHash="x", ServiceTimeout=300))

    def test_survives_a_create_whose_properties_nobody_can_read(self, cloud: Cloud, kept: str) -> None:
        unreadable = {"PackageType": "nonsense"}
        self.fails_and_leaves_it(cloud, kept, unreadable)
        assert cloud.delete(INVENTED, unreadable).status == "SUCCESS", "so it is when that Create is cancelled"
        assert cloud.package_ids() == [kept]


class TestReplaced:
    """The resource has had another package since, and the old one was kept."""

    @pytest.fixture
    def first(self, cloud: Cloud) -> dict[str, Any]:
        return cloud.dictionary(PackageName="first")

    @pytest.fixture
    def second(self, first: dict[str, Any]) -> dict[str, Any]:
        return first | {"PackageName": "second"}

    @pytest.fixture
    def kept(self, cloud: Cloud, first: dict[str, Any]) -> str:
        return cloud.create(first).physical_id

    @pytest.fixture
    def current(self, cloud: Cloud, first: dict[str, Any], second: dict[str, Any], kept: str) -> str:
        package_id = cloud.update(kept, first, second).physical_id
        cloud.clock.sleep(86_400)
        return package_id

    @pytest.mark.parametrize("bad", [{"SourceHash": "bad"}, {"PackageSource": MISSING}], ids=["refused", "missing"])
    def test_survives_an_update_that_goes_back_to_it_and_fails(
        self,
        cloud: Cloud,
        first: dict[str, Any],
        second: dict[str, Any],
        kept: str,
        current: str,
        bad: dict[str, Any],
    ) -> None:
        cloud.model.behaviour.faults = [Fault("UpdatePackage", "invalid", message="bad")]
        response = cloud.update(current, second, first | bad)
        assert (response.status, response.physical_id) == ("FAILED", current)
        rolled_back = cloud.roll_back(current, first | bad, second)
        assert (rolled_back.status, rolled_back.physical_id) == ("SUCCESS", current)
        assert sorted(cloud.package_ids()) == sorted([kept, current])

    def test_survives_further_replacements_and_updates(
        self, cloud: Cloud, second: dict[str, Any], kept: str, current: str
    ) -> None:
        third = second | {"PackageName": "third"}
        replaced = cloud.update(current, second, third)
        updated = cloud.update(replaced.physical_id, third, third | {"SourceHash": "x"})
        assert (replaced.status, updated.status) == ("SUCCESS", "SUCCESS")
        assert sorted(cloud.package_ids()) == sorted([kept, current, replaced.physical_id])


def test_a_plugin_survives_a_cancelled_create_of_it_for_another_engine_version(cloud: Cloud) -> None:
    def plugin(engine: str) -> dict[str, Any]:
        return {
            "PackageName": "plug",
            "PackageType": "ZIP-PLUGIN",
            "EngineVersion": f"OpenSearch_{engine}",
            "PackageSource": cloud.store(f"{engine}.zip", plugin_archive(opensearch_version=f"{engine}.0")),
        }

    kept = cloud.create(plugin("2.15"))
    cancelled = cloud.create_unheard(plugin("2.17"))
    assert (kept.status, cancelled.status) == ("SUCCESS", "SUCCESS")
    assert cloud.delete(INVENTED, plugin("2.17")).status == "SUCCESS"
    assert cloud.package_ids() == [kept.physical_id]
