"""Associations as they are known."""

from __future__ import annotations

from typing import Any

from tests.unit.local_aws.world import World


class TestAssociating:
    def test_shows_no_version_until_it_is_active(self, world: World) -> None:
        package_id = world.created()
        world.model.add_domain("shop")
        [details] = world.associate(package_id)
        assert details["DomainPackageStatus"] == "ASSOCIATING"
        assert details["ReferencePath"] == f"analyzers/{package_id}"
        assert "PackageVersion" not in details
        world.passes(1)
        details = world.association(package_id)
        assert (details["DomainPackageStatus"], details["PackageVersion"]) == ("ACTIVE", "v1")
        assert world.call("ListDomainsForPackage", PackageID=package_id)["DomainPackageDetailsList"] == [details]

    def test_again_brings_the_newest_version(self, world: World) -> None:
        package_id = world.created()
        world.model.add_domain("shop")
        world.associated(package_id)
        error = world.refused("AssociatePackage", PackageID=package_id, DomainName="shop")
        assert (error.code, error.message) == ("ConflictException", "Package is already in desired state")
        world.update(package_id)
        world.passes(1)
        [details] = world.associate(package_id)
        assert (details["DomainPackageStatus"], details["PackageVersion"]) == ("ASSOCIATING", "v1")
        world.passes(1)
        details = world.association(package_id)
        assert (details["DomainPackageStatus"], details["PackageVersion"]) == ("ACTIVE", "v2")

    def test_what_nobody_names_stays_as_it_is(self, world: World) -> None:
        one, other = world.created("one"), world.created("other")
        world.model.add_domain("shop")
        world.associated(one)
        before = world.association(one)
        world.update(one)
        world.associated(other)
        world.dissociate(other)
        world.passes(86400)
        assert world.association(one) == before

    def test_domain_takes_one_at_a_time(self, world: World) -> None:
        one, other = world.created("one"), world.created("other")
        world.model.add_domain("shop")
        world.associate(one)
        assert world.refused("AssociatePackage", PackageID=other, DomainName="shop").code == "ConflictException"
        world.passes(1)
        world.associate(other)

    def test_dictionary_does_not_make_the_domain_process(self, world: World) -> None:
        package_id = world.created()
        world.model.add_domain("shop")
        world.associate(package_id)
        assert not world.domain()["Processing"]
        assert world.progress()["Status"] == "COMPLETED"

    def test_plugin_takes_a_blue_green_deployment(self, world: World) -> None:
        package_id = world.plugin()
        world.model.add_domain("shop", "OpenSearch_2.17")
        world.associate(package_id)
        assert (world.domain()["Processing"], world.domain()["DomainProcessingStatus"]) == (True, "Modifying")
        world.passes(2.4)
        assert world.on() == {package_id: "ASSOCIATING"}
        world.passes(0.2)
        assert world.on() == {package_id: "ACTIVE"}
        assert world.domain()["Processing"], "a moment more"
        assert world.progress()["Status"] == "PROCESSING"
        assert world.refused("DissociatePackage", PackageID=package_id, DomainName="shop").code == "ConflictException"
        world.passes(0.4)
        assert not world.domain()["Processing"]
        world.dissociate(package_id)
        assert world.domain()["Processing"]
        world.passes(3)
        assert (world.on(), world.domain()["Processing"]) == ({}, False)

    def test_several_packages_are_one_change(self, world: World) -> None:
        ids = [world.plugin(), world.created("one"), world.created("two")]
        world.model.add_domain("shop", "OpenSearch_2.17")
        assert [one["PackageID"] for one in world.associate(*ids)] == ids
        change = world.progress()["ChangeId"]
        assert world.on() == dict.fromkeys(ids, "ASSOCIATING")
        world.passes(3)
        assert world.on() == dict.fromkeys(ids, "ACTIVE")
        assert world.progress()["ChangeId"] == change
        assert [one["PackageID"] for one in world.dissociate(*ids)] == ids
        world.passes(3)
        assert world.on() == {}

    def test_of_no_package_or_no_domain(self, world: World) -> None:
        package_id = world.created()
        world.model.add_domain("shop")
        error = world.refused("AssociatePackage", PackageID="F1", DomainName="shop")
        assert (error.code, error.message) == ("ValidationException", "Package not found")
        missing = world.refused("AssociatePackage", PackageID=package_id, DomainName="none")
        assert missing.code == "ResourceNotFoundException"

    def test_of_what_has_no_version_or_is_being_deleted(self, world: World) -> None:
        failed, leaving = world.created(key="missing.txt"), world.created("leaving")
        world.call("DeletePackage", PackageID=leaving)
        world.model.add_domain("shop")
        for package_id in (failed, leaving):
            error = world.refused("AssociatePackage", PackageID=package_id, DomainName="shop")
            assert error.code == "ValidationException"

    def test_plugin_needs_its_engine_version(self, world: World) -> None:
        package_id = world.plugin()
        world.model.add_domain("old", "OpenSearch_2.15")
        assert world.refused("AssociatePackage", PackageID=package_id, DomainName="old").code == "ValidationException"

    def test_awss_own_plugin(self, world: World) -> None:
        [nori] = world.listed(PackageName=["analysis-nori"], EngineVersion=["OpenSearch_2.17"])
        assert (nori["PackageType"], nori["PackageStatus"]) == ("ZIP-PLUGIN", "AVAILABLE")
        assert nori["PackageOwner"] != "000000000000"
        world.model.add_domain("shop", "OpenSearch_2.17")
        world.associated(nori["PackageID"])
        assert world.association(nori["PackageID"])["PackageVersion"] == nori["AvailablePackageVersion"]

    def test_domain_holds_twenty(self, world: World) -> None:
        ids = [world.created(f"package-{number}") for number in range(21)]
        world.model.add_domain("shop")
        world.associated(*ids[:19])
        wanted = [{"PackageID": one} for one in ids[19:]]
        error = world.refused("AssociatePackages", DomainName="shop", PackageList=wanted)
        assert error.code == "ValidationException"
        world.associated(ids[19])
        assert world.refused("AssociatePackage", DomainName="shop", PackageID=ids[20]).code == "ValidationException"
        world.update(ids[0])
        world.passes(1)
        world.associate(ids[0])


class TestPrerequisites:
    def test_come_before_or_in_the_same_call(self, world: World) -> None:
        plugin, one, other = world.plugin(), world.license("one"), world.license("other")
        world.model.add_domain("shop", "OpenSearch_2.17")
        named: dict[str, Any] = {"PrerequisitePackageIDList": [plugin]}
        error = world.refused("AssociatePackage", DomainName="shop", PackageID=one, **named)
        assert error.code == "ValidationException"
        assert plugin in error.message
        world.associated(one, plugin, **named)
        assert world.association(one)["PrerequisitePackageIDList"] == [plugin]
        world.associated(other, **named)
        assert world.on() == dict.fromkeys((one, plugin, other), "ACTIVE")

    def test_go_with_their_plugin(self, world: World) -> None:
        plugin, paper, words = world.plugin(), world.license(), world.created()
        world.model.add_domain("shop", "OpenSearch_2.17")
        world.associated(paper, plugin, words, PrerequisitePackageIDList=[plugin])
        assert [one["PackageID"] for one in world.dissociate(plugin)] == [plugin]
        assert world.on() == {paper: "DISSOCIATING", plugin: "DISSOCIATING", words: "ACTIVE"}
        world.passes(3)
        assert world.on() == {words: "ACTIVE"}


class TestDissociating:
    def test_entry_disappears(self, world: World) -> None:
        package_id = world.created()
        world.model.add_domain("shop")
        world.associated(package_id)
        assert world.dissociate(package_id)[0]["DomainPackageStatus"] == "DISSOCIATING"
        assert world.on() == {package_id: "DISSOCIATING"}
        world.passes(1)
        assert world.on() == {}
        world.associated(package_id)
        assert world.on() == {package_id: "ACTIVE"}

    def test_of_what_is_not_associated(self, world: World) -> None:
        world.model.add_domain("shop")
        error = world.refused("DissociatePackage", PackageID=world.created(), DomainName="shop")
        assert (error.code, error.message) == ("ValidationException", "Package is not associated to this domain")

    def test_plugin_in_use_leaves_the_domain_processing(self, world: World) -> None:
        package_id = world.plugin()
        world.model.add_domain("shop", "OpenSearch_2.17")
        world.associated(package_id)
        world.model.use_in_index("shop", package_id)
        world.dissociate(package_id)
        world.passes(86400)
        assert world.on() == {package_id: "DISSOCIATING"}
        assert (world.domain()["Processing"], world.progress()["Status"]) == (True, "PROCESSING")


def test_lists_have_pages(world: World) -> None:
    ids = [world.created(f"package-{number}") for number in range(3)]
    world.model.add_domain("shop")
    world.associated(*ids)
    first = world.call("ListPackagesForDomain", DomainName="shop", MaxResults=2)
    rest = world.call("ListPackagesForDomain", DomainName="shop", MaxResults=2, NextToken=first["NextToken"])
    assert "NextToken" not in rest
    listed = first["DomainPackageDetailsList"] + rest["DomainPackageDetailsList"]
    assert [one["PackageID"] for one in listed] == ids
