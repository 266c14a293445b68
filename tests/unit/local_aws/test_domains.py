"""Domains as they are known: what is told of them, and that they take one change at a time."""

from __future__ import annotations

import pytest

from local_aws.packages import ServiceError
from tests.unit.local_aws.world import World

IN_PROGRESS = "A change/update is in progress. Please wait for it to complete before requesting another change."


class TestDescribing:
    def test_tells_what_there_is(self, world: World) -> None:
        world.model.add_domain("shop", "OpenSearch_2.17", settings=lambda: {"Endpoint": "shop.example"})
        status = world.domain()
        assert status["DomainName"] == "shop"
        assert status["DomainId"] == "000000000000/shop"
        assert status["ARN"] == "arn:aws:es:us-east-1:000000000000:domain/shop"
        assert status["EngineVersion"] == "OpenSearch_2.17"
        assert status["Endpoint"] == "shop.example"
        assert status["ClusterConfig"]["InstanceCount"] == 1
        assert status["DomainProcessingStatus"] == "Active"
        flags = ("Created", "Deleted", "Processing", "UpgradeProcessing")
        assert [status[name] for name in flags] == [True, False, False, False]

    @pytest.mark.parametrize("operation", ["DescribeDomain", "DescribeDomainChangeProgress", "ListPackagesForDomain"])
    def test_what_is_not_there_is_not_found(self, world: World, operation: str) -> None:
        error = world.refused(operation, DomainName="shop")
        assert (error.code, error.http_status) == ("ResourceNotFoundException", 409)

    def test_change_is_told_of_while_it_is_under_way_and_afterwards(self, world: World) -> None:
        world.model.add_domain("shop")
        world.model.modify_domain("shop", 10)
        world.passes(5)
        status, progress = world.domain(), world.progress()
        details = status["ChangeProgressDetails"]
        assert (status["Processing"], status["DomainProcessingStatus"]) == (True, "Modifying")
        assert (details["ConfigChangeStatus"], details["InitiatedBy"]) == ("ApplyingChanges", "CUSTOMER")
        assert (progress["ChangeId"], progress["Status"]) == (details["ChangeId"], "PROCESSING")
        stages = [one["Status"] for one in progress["ChangeProgressStages"]]
        assert len(stages) == progress["TotalNumberOfStages"]
        assert stages == sorted(stages, key=["COMPLETED", "PROCESSING", "PENDING"].index)
        assert stages.count("PROCESSING") == 1
        world.passes(5)
        status, progress = world.domain(), world.progress()
        assert (status["Processing"], status["DomainProcessingStatus"]) == (False, "Active")
        assert status["ChangeProgressDetails"]["ChangeId"] == details["ChangeId"]
        assert status["ChangeProgressDetails"]["ConfigChangeStatus"] == "Completed"
        assert progress["Status"] == "COMPLETED"
        assert {one["Status"] for one in progress["ChangeProgressStages"]} == {"COMPLETED"}

    def test_change_of_somebody_else_can_be_over_at_any_moment(self, world: World) -> None:
        world.model.add_domain("shop")
        world.model.modify_domain("shop", 10)
        world.passes(5)
        world.model.end_modification("shop")
        assert (world.domain()["Processing"], world.progress()["Status"]) == (False, "COMPLETED")

    def test_change_can_be_asked_for_by_its_id(self, world: World) -> None:
        world.model.add_domain("shop")
        created = world.progress()["ChangeId"]
        world.model.modify_domain("shop", 10)
        assert world.progress(ChangeId=created)["Status"] == "COMPLETED"
        assert world.progress()["ChangeId"] != created
        other = "00000000-0000-0000-0000-000000000000"
        error = world.refused("DescribeDomainChangeProgress", DomainName="shop", ChangeId=other)
        assert error.code == "ResourceNotFoundException"


class TestLife:
    def test_creation_takes_time(self, world: World) -> None:
        package_id = world.created()
        world.model.add_domain("shop", creating=10)
        assert world.domain()["Created"]
        assert (world.domain()["Processing"], world.domain()["DomainProcessingStatus"]) == (True, "Creating")
        error = world.refused("AssociatePackage", DomainName="shop", PackageID=package_id)
        assert (error.code, error.message) == ("ConflictException", IN_PROGRESS)
        world.passes(10)
        assert world.domain()["DomainProcessingStatus"] == "Active"
        world.associate(package_id)

    def test_deletion_takes_time_and_the_associations_along(self, world: World) -> None:
        package_id = world.created()
        world.model.add_domain("shop")
        world.associated(package_id)
        world.model.remove_domain("shop", deleting=10)
        status = world.domain()
        assert (status["Deleted"], status["Processing"]) == (True, True)
        assert status["DomainProcessingStatus"] == "Deleting"
        assert world.refused("DissociatePackage", DomainName="shop", PackageID=package_id).code == "ConflictException"
        assert world.on() == {package_id: "ACTIVE"}
        world.passes(10)
        assert world.refused("DescribeDomain", DomainName="shop").code == "ResourceNotFoundException"
        assert world.call("ListDomainsForPackage", PackageID=package_id)["DomainPackageDetailsList"] == []
        world.call("DeletePackage", PackageID=package_id)

    def test_new_domain_of_the_same_name_knows_nothing_of_the_old_one(self, world: World) -> None:
        package_id = world.created()
        world.model.add_domain("shop")
        world.associated(package_id)
        world.model.remove_domain("shop")
        world.model.add_domain("shop")
        assert world.on() == {}

    def test_is_busy_while_somebody_else_changes_it(self, world: World) -> None:
        package_id = world.created()
        world.model.add_domain("shop")
        world.associated(package_id)
        world.model.modify_domain("shop", 10)
        error = world.refused("DissociatePackages", DomainName="shop", PackageList=[package_id])
        assert (error.code, error.message) == ("ConflictException", IN_PROGRESS)
        world.passes(10)
        world.dissociate(package_id)


class TestUpgrade:
    def test_takes_time_and_shows_the_old_version_until_its_end(self, world: World) -> None:
        world.model.add_domain("shop", "OpenSearch_2.15")
        world.model.upgrade_domain("shop", "OpenSearch_2.17", 10)
        status = world.domain()
        assert (status["Processing"], status["UpgradeProcessing"]) == (True, True)
        assert (status["DomainProcessingStatus"], status["EngineVersion"]) == (
            "UpgradingEngineVersion",
            "OpenSearch_2.15",
        )
        world.passes(10)
        status = world.domain()
        assert (status["Processing"], status["UpgradeProcessing"]) == (False, False)
        assert (status["DomainProcessingStatus"], status["EngineVersion"]) == ("Active", "OpenSearch_2.17")

    def test_exchanges_plugins_and_keeps_the_rest(self, world: World) -> None:
        old, new, words = world.plugin(engine="2.15"), world.plugin(engine="2.17"), world.created()
        nori = {one["EngineVersion"]: one["PackageID"] for one in world.listed(PackageName=["analysis-nori"])}
        world.model.add_domain("shop", "OpenSearch_2.15")
        world.associated(old, words, nori["OpenSearch_2.15"])
        world.model.upgrade_domain("shop", "OpenSearch_2.17", 10)
        assert world.on() == dict.fromkeys((old, words, nori["OpenSearch_2.15"]), "ACTIVE")
        world.passes(10)
        assert world.on() == dict.fromkeys((words, new, nori["OpenSearch_2.17"]), "ACTIVE")
        assert world.association(new)["PackageVersion"] == "v1"
        error = world.refused("AssociatePackage", DomainName="shop", PackageID=new)
        assert error.message == "Package is already in desired state"
        world.call("DeletePackage", PackageID=old)

    def test_keeps_licenses_with_their_plugin(self, world: World) -> None:
        old, new, paper = world.plugin(engine="2.15"), world.plugin(engine="2.17"), world.license()
        world.model.add_domain("shop", "OpenSearch_2.15")
        world.associated(paper, old, PrerequisitePackageIDList=[old])
        world.model.upgrade_domain("shop", "OpenSearch_2.17", 0)
        assert world.association(paper)["PrerequisitePackageIDList"] == [new]

    def test_to_the_version_that_it_has_changes_nothing(self, world: World) -> None:
        package_id = world.plugin()
        world.model.add_domain("shop", "OpenSearch_2.17")
        world.associated(package_id)
        before = world.association(package_id), world.domain()
        world.model.upgrade_domain("shop", "OpenSearch_2.17", 10)
        assert (world.association(package_id), world.domain()) == before

    def test_is_refused_where_a_plugin_has_no_successor(self, world: World) -> None:
        world.model.add_domain("shop", "OpenSearch_2.15")
        world.associated(world.plugin(engine="2.15"))
        with pytest.raises(ServiceError, match="ValidationException"):
            world.model.upgrade_domain("shop", "OpenSearch_2.17", 10)
        assert not world.domain()["UpgradeProcessing"]

    def test_is_refused_while_the_domain_is_busy(self, world: World) -> None:
        world.model.add_domain("shop", "OpenSearch_2.15")
        world.model.modify_domain("shop", 10)
        with pytest.raises(ServiceError, match="ConflictException"):
            world.model.upgrade_domain("shop", "OpenSearch_2.17", 10)
