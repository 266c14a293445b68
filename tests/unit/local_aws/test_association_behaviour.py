"""What is unknown about associations and domains can be played, each possibility; and so can their failures."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from local_aws.packages import Fault
from tests.unit.local_aws.world import World

CODES = {"conflict": "ConflictException", "validation": "ValidationException"}


@pytest.fixture
def shop(world: World) -> World:
    world.model.add_domain("shop", "OpenSearch_2.17")
    return world


def refused(world: World, package_id: str, operation: str = "AssociatePackage") -> str:
    return world.refused(operation, DomainName="shop", PackageID=package_id).code


@pytest.mark.parametrize("how", ["accept", "conflict", "validation"])
def test_busy_domain(shop: World, how: Any) -> None:
    shop.model.behaviour.busy_domain = how
    first, second = shop.created("first"), shop.created("second")
    shop.associate(first)
    if how == "accept":
        shop.associate(second)
        shop.passes(1)
        assert shop.on() == dict.fromkeys((first, second), "ACTIVE")
    else:
        assert refused(shop, second) == CODES[how]


@pytest.mark.parametrize("how", ["busy", "association-failed"])
def test_domain_may_have_to_settle(world: World, how: Any) -> None:
    world.model.behaviour.domain_settles = 10
    world.model.behaviour.unsettled_domain = how
    package_id = world.created()
    world.model.add_domain("shop", creating=5)
    world.passes(6)
    assert world.domain()["DomainProcessingStatus"] == "Active"
    if how == "busy":
        assert refused(world, package_id) == "ConflictException"
    else:
        world.associated(package_id)
        assert world.on() == {package_id: "ASSOCIATION_FAILED"}
    world.passes(9)
    world.associated(package_id)
    assert world.on() == {package_id: "ACTIVE"}


def test_dictionary_may_make_the_domain_process(shop: World) -> None:
    shop.model.behaviour.dictionary_shows_processing = True
    package_id = shop.created()
    shop.associate(package_id)
    assert shop.domain()["DomainProcessingStatus"] == "Modifying"
    shop.passes(1)
    assert shop.domain()["DomainProcessingStatus"] == "Active"


def test_blue_green_deployment_may_end_with_the_association(shop: World) -> None:
    shop.model.behaviour.blue_green, shop.model.behaviour.processing_after_active = 100, 0
    package_id = shop.plugin()
    shop.associate(package_id)
    shop.passes(99)
    assert (shop.on(), shop.domain()["Processing"]) == ({package_id: "ASSOCIATING"}, True)
    shop.passes(1)
    assert (shop.on(), shop.domain()["Processing"]) == ({package_id: "ACTIVE"}, False)


def test_lists_and_descriptions_may_be_stale(shop: World) -> None:
    shop.passes(60)
    shop.model.behaviour.stale_associations = 2
    package_id = shop.plugin()
    shop.associate(package_id)
    for _ in range(2):
        assert (shop.on(), shop.domain()["Processing"]) == ({}, False)
        assert shop.call("ListDomainsForPackage", PackageID=package_id)["DomainPackageDetailsList"] == []
        shop.passes(0.9)
    [really] = shop.model.packages_on("shop")
    assert really["DomainPackageStatus"] == "ASSOCIATING"
    shop.passes(0.3)
    assert (shop.on(), shop.domain()["Processing"]) == ({package_id: "ASSOCIATING"}, True)


def test_domain_itself_is_never_stale(world: World) -> None:
    world.model.behaviour.stale_associations = 10
    world.model.add_domain("shop", creating=20)
    assert (world.domain()["DomainProcessingStatus"], world.on()) == ("Creating", {})


class TestLists:
    def test_nothing_of_a_call_happens_when_a_part_is_refused(self, shop: World) -> None:
        reached, new = shop.created("reached"), shop.created("new")
        shop.associated(reached)
        wanted = [{"PackageID": new}, {"PackageID": reached}]
        error = shop.refused("AssociatePackages", DomainName="shop", PackageList=wanted)
        assert error.message == "Package is already in desired state"
        assert shop.on() == {reached: "ACTIVE"}
        error = shop.refused("DissociatePackages", DomainName="shop", PackageList=[reached, new])
        assert error.message == "Package is not associated to this domain"
        assert shop.on() == {reached: "ACTIVE"}

    def test_others_may_go_on(self, shop: World) -> None:
        shop.model.behaviour.refused_in_a_list = "the-others-go-on"
        reached, new = shop.created("reached"), shop.created("new")
        shop.associated(reached)
        assert [one["PackageID"] for one in shop.associate(new, reached)] == [new]
        shop.passes(1)
        assert shop.on() == {reached: "ACTIVE", new: "ACTIVE"}
        wanted = [{"PackageID": reached}, {"PackageID": "F1"}]
        assert shop.refused("AssociatePackages", DomainName="shop", PackageList=wanted).code == "ConflictException"
        assert [one["PackageID"] for one in shop.dissociate(shop.created("never"), new)] == [new]


class TestImportingPackage:
    @pytest.mark.parametrize(("how", "version"), [("version-at-the-end", "v2"), ("version-at-the-call", "v1")])
    def test_version_that_is_applied(self, shop: World, how: Any, version: str) -> None:
        shop.model.behaviour.associate_importing = how
        package_id = shop.created()
        shop.associated(package_id)
        shop.update(package_id)
        shop.associate(package_id)
        shop.passes(1)
        details = shop.association(package_id)
        assert (details["DomainPackageStatus"], details["PackageVersion"]) == ("ACTIVE", version)

    @pytest.mark.parametrize("how", ["version-at-the-end", "version-at-the-call"])
    def test_without_a_version_it_fails(self, shop: World, how: Any) -> None:
        shop.model.behaviour.associate_importing = how
        shop.model.behaviour.validating = 100
        package_id = shop.create()
        shop.associated(package_id)
        assert shop.on() == {package_id: "ASSOCIATION_FAILED"}

    def test_import_that_fails_leaves_the_old_version(self, shop: World) -> None:
        package_id = shop.created()
        shop.associated(package_id)
        shop.update(package_id, key="missing.txt")
        shop.associated(package_id)
        details = shop.association(package_id)
        assert (details["DomainPackageStatus"], details["PackageVersion"]) == ("ACTIVE", "v1")

    @pytest.mark.parametrize("how", ["conflict", "validation"])
    def test_may_be_refused(self, shop: World, how: Any) -> None:
        shop.model.behaviour.associate_importing = how
        assert refused(shop, shop.create()) == CODES[how]


class TestFailures:
    def test_association_fails_with_the_reason(self, shop: World) -> None:
        package_id = shop.created()
        shop.model.behaviour.faults = [Fault("AssociatePackages", "association-failed", message="no space")]
        shop.associate(package_id)
        assert shop.on() == {package_id: "ASSOCIATING"}
        shop.passes(1)
        details = shop.association(package_id)
        assert details["DomainPackageStatus"] == "ASSOCIATION_FAILED"
        assert details["ErrorDetails"] == {"ErrorType": "", "ErrorMessage": "no space"}
        assert "PackageVersion" not in details

    def test_domain_keeps_the_old_version_then(self, shop: World) -> None:
        package_id = shop.created()
        shop.associated(package_id)
        shop.update(package_id)
        shop.passes(1)
        shop.model.behaviour.faults = [Fault("AssociatePackages", "association-failed")]
        shop.associated(package_id)
        details = shop.association(package_id)
        assert (details["DomainPackageStatus"], details["PackageVersion"]) == ("ASSOCIATION_FAILED", "v1")

    def test_only_some_of_several_packages_may_fail(self, shop: World) -> None:
        one, other = shop.created("one"), shop.created("other")
        shop.model.behaviour.faults = [
            Fault("AssociatePackages", "association-failed", package_ids=[one]),
            Fault("DissociatePackages", "dissociation-failed", package_ids=[other]),
        ]
        shop.associated(one, other)
        assert shop.on() == {one: "ASSOCIATION_FAILED", other: "ACTIVE"}
        shop.dissociate(one, other)
        shop.passes(1)
        assert shop.on() == {other: "DISSOCIATION_FAILED"}

    @pytest.mark.parametrize("how", ["accept", "conflict", "validation"])
    def test_associating_after_it_has_failed(self, shop: World, how: Any) -> None:
        shop.model.behaviour.associate_after_failure = how
        shop.model.behaviour.faults = [Fault("AssociatePackages", "association-failed")]
        package_id = shop.created()
        shop.associated(package_id)
        if how == "accept":
            shop.associated(package_id)
            assert "ErrorDetails" not in shop.association(package_id)
        else:
            assert refused(shop, package_id) == CODES[how]
            shop.dissociate(package_id)
            shop.passes(1)
            shop.associated(package_id)
        assert shop.on() == {package_id: "ACTIVE"}

    @pytest.mark.parametrize("is_active", [False, True])
    def test_associating_after_dissociating_has_failed(self, shop: World, is_active: bool) -> None:
        shop.model.behaviour.failed_dissociation_is_active = is_active
        shop.model.behaviour.faults = [Fault("DissociatePackages", "dissociation-failed", message="no way")]
        package_id = shop.created()
        shop.associated(package_id)
        shop.dissociate(package_id)
        shop.passes(1)
        details = shop.association(package_id)
        assert (details["DomainPackageStatus"], details["PackageVersion"]) == ("DISSOCIATION_FAILED", "v1")
        assert details["ErrorDetails"]["ErrorMessage"] == "no way"
        assert shop.refused("DeletePackage", PackageID=package_id).code == "ConflictException"
        if is_active:
            assert refused(shop, package_id) == "ConflictException"
            shop.dissociate(package_id)
            shop.passes(1)
            assert shop.on() == {}
        else:
            shop.associated(package_id)
            assert shop.on() == {package_id: "ACTIVE"}

    def test_either_may_be_stuck(self, shop: World) -> None:
        plugin = shop.plugin()
        shop.model.behaviour.faults = [Fault("AssociatePackages", "stuck")]
        shop.associate(plugin)
        shop.passes(86400)
        assert shop.on() == {plugin: "ASSOCIATING"}
        assert shop.domain()["Processing"]
        assert refused(shop, plugin, "DissociatePackage") == "ConflictException"
        shop.model.add_domain("shop")
        words = shop.created()
        shop.associated(words)
        shop.model.behaviour.faults = [Fault("DissociatePackages", "stuck")]
        shop.dissociate(words)
        shop.passes(86400)
        assert (shop.on(), shop.domain()["Processing"]) == ({words: "DISSOCIATING"}, False)


@pytest.mark.parametrize("how", ["dissociation-failed", "conflict", "validation"])
def test_dictionary_that_an_index_uses(shop: World, how: Any) -> None:
    shop.model.behaviour.in_use = how
    package_id = shop.created()
    shop.associated(package_id)
    shop.model.use_in_index("shop", package_id)
    if how == "dissociation-failed":
        shop.dissociate(package_id)
        shop.passes(1)
        assert shop.on() == {package_id: "DISSOCIATION_FAILED"}
        assert "in use" in shop.association(package_id)["ErrorDetails"]["ErrorMessage"]
    else:
        assert refused(shop, package_id, "DissociatePackage") == CODES[how]
        assert shop.on() == {package_id: "ACTIVE"}
    shop.model.release_from_index("shop", package_id)
    shop.dissociate(package_id)
    shop.passes(1)
    assert shop.on() == {}


@pytest.mark.parametrize("how", ["conflict", "validation"])
def test_plugin_of_the_same_name(shop: World, how: Literal["conflict", "validation"]) -> None:
    shop.model.behaviour.same_name_installed = how
    shop.model.add_aws_package("G7", "shop-analysis", "OpenSearch_2.17")
    shop.associated(shop.plugin())
    error = shop.refused("AssociatePackage", DomainName="shop", PackageID="G7")
    assert error.code == CODES[how]
    assert "a package with the same name is already installed" in error.message.lower()


def test_awss_own_packages_may_tell_of_no_version(shop: World) -> None:
    shop.model.behaviour.aws_package_version = None
    assert "AvailablePackageVersion" not in shop.described("G16029449")
    shop.associated("G16029449")
    details = shop.association("G16029449")
    assert details["DomainPackageStatus"] == "ACTIVE"
    assert "PackageVersion" not in details
    assert refused(shop, "G16029449") == "ConflictException"


def test_domain_may_hold_fewer(shop: World) -> None:
    shop.model.behaviour.packages_per_domain = 1
    one, other = shop.created("one"), shop.created("other")
    shop.associated(one)
    assert refused(shop, other) == "ValidationException"
