"""A Delete: the domain has none of the listed packages any more, and the packages themselves stay."""

from __future__ import annotations

from typing import Any

import pytest

from local_aws.packages.behaviour import Fault
from tests.unit.lambda_handler.association.shop import DOMAIN, LOGICAL_ID, Shop


def test_takes_all_listed_packages_off_in_one_change_and_nothing_else(shop: Shop) -> None:
    first, second, other = shop.dictionary("first"), shop.plugin(), shop.foreign_dictionary()
    shop.associate(other)
    properties = shop.properties(first, second)
    physical_id = shop.created(properties)
    before = set(shop.cloud.package_ids())
    response = shop.delete(physical_id, properties)
    assert (response.status, response.physical_id) == ("SUCCESS", physical_id), response.reason
    assert shop.writes() == [("DissociatePackages", [first, second])]
    assert shop.on_domain() == {other: "v1"}
    assert set(shop.cloud.package_ids()) == before


class TestIsDoneAlready:
    def test_when_the_domain_is_gone(self, shop: Shop) -> None:
        properties = shop.properties(shop.dictionary())
        physical_id = shop.created(properties)
        shop.cloud.model.remove_domain(DOMAIN)
        assert shop.delete(physical_id, properties).status == "SUCCESS"

    def test_when_the_domain_is_being_deleted(self, shop: Shop) -> None:
        properties = shop.properties(shop.dictionary())
        physical_id = shop.created(properties)
        shop.cloud.model.remove_domain(DOMAIN, deleting=1200)
        assert shop.delete(physical_id, properties).status == "SUCCESS"
        assert shop.writes() == []

    def test_when_the_domain_goes_while_it_waits(self, shop: Shop) -> None:
        properties = shop.properties(shop.dictionary())
        physical_id = shop.created(properties)
        shop.cloud.model.modify_domain(DOMAIN, 600)
        shop.before_call("DescribeDomain", lambda: shop.cloud.model.remove_domain(DOMAIN))
        assert shop.delete(physical_id, properties).status == "SUCCESS"

    def test_when_the_association_is_gone(self, shop: Shop) -> None:
        package = shop.dictionary()
        properties = shop.properties(package)
        physical_id = shop.created(properties)
        shop.cloud.model.call("DissociatePackages", {"DomainName": DOMAIN, "PackageList": [package]})
        shop.cloud.clock.sleep(600)
        shop.cloud.model.calls.clear()
        assert shop.delete(physical_id, properties).status == "SUCCESS"
        assert shop.writes() == []

    def test_when_the_package_is_gone(self, shop: Shop) -> None:
        package = shop.dictionary()
        properties = shop.properties(package)
        physical_id = shop.created(properties)
        shop.cloud.model.call("DissociatePackages", {"DomainName": DOMAIN, "PackageList": [package]})
        shop.cloud.clock.sleep(600)
        shop.cloud.model.call("DeletePackage", {"PackageID": package})
        shop.cloud.clock.sleep(600)
        assert shop.delete(physical_id, properties).status == "SUCCESS"

    def test_when_it_goes_right_before_it_is_asked_for(self, shop: Shop) -> None:
        package = shop.dictionary()
        properties = shop.properties(package)
        physical_id = shop.created(properties)

        def dissociate() -> None:
            shop.cloud.model.call("DissociatePackages", {"DomainName": DOMAIN, "PackageList": [package]})
            shop.cloud.clock.sleep(60)

        shop.before_call("DissociatePackages", dissociate)
        assert shop.delete(physical_id, properties).status == "SUCCESS"


@pytest.mark.parametrize(
    "properties",
    [
        {},
        {"DomainName": 5, "Packages": "F1"},
        {"Packages": [None, {}, {"PackageID": ["x"]}]},
        {"Packages": {"a": "b"}},
        {"Packages": [{"PackageName": "Shop words!"}, {"PackageID": "X"}]},
    ],
    ids=repr,
)
def test_of_properties_that_nobody_can_read_never_fails(shop: Shop, properties: dict[str, Any]) -> None:
    physical_id = shop.created(shop.properties(shop.dictionary()))
    assert shop.delete(physical_id, properties).status == "SUCCESS"


class TestOfADictionaryThatAnIndexUses:
    @pytest.mark.parametrize("how", ["dissociation-failed", "validation", "conflict"])
    def test_fails_naming_package_domain_and_what_to_change(self, shop: Shop, how: str) -> None:
        package = shop.dictionary()
        properties = shop.properties(package)
        physical_id = shop.created(properties)
        shop.cloud.model.behaviour.in_use = how  # type: ignore[assignment]
        shop.cloud.model.use_in_index(DOMAIN, package)
        response = shop.delete(physical_id, properties)
        assert (response.status, response.physical_id) == ("FAILED", physical_id)
        for told in (package, DOMAIN, f"analyzers/{package}", "settings of every index"):
            assert told in response.reason
        shop.cloud.model.release_from_index(DOMAIN, package)
        assert shop.delete(physical_id, properties).status == "SUCCESS"
        assert shop.on_domain() == {}


def test_that_the_service_cannot_do_says_so_in_its_words(shop: Shop) -> None:
    package = shop.dictionary()
    properties = shop.properties(package)
    physical_id = shop.created(properties)
    shop.cloud.model.behaviour.faults = [Fault("DissociatePackages", "dissociation-failed", message="disk full")]
    response = shop.delete(physical_id, properties)
    assert response.status == "FAILED"
    assert "disk full" in response.reason
    assert package in response.reason


def test_of_a_busy_domain_waits(shop: Shop) -> None:
    properties = shop.properties(shop.dictionary())
    physical_id = shop.created(properties)
    shop.cloud.model.modify_domain(DOMAIN, 1500)
    assert shop.delete(physical_id, properties).status == "SUCCESS"
    assert len(shop.writes()) == 1


class TestOfACancelledCreate:
    """CloudFormation has invented the id."""

    INVENTED = f"shop-{LOGICAL_ID}-1A2B3C4D5E6F"

    def test_takes_off_what_is_marked_as_this_stacks_and_nothing_else(self, shop: Shop) -> None:
        ours, theirs = shop.dictionary(), shop.foreign_dictionary()
        shop.associate(ours, theirs)
        assert shop.delete(self.INVENTED, shop.properties(ours, theirs)).status == "SUCCESS"
        assert shop.on_domain() == {theirs: "v1"}

    def test_takes_off_what_the_create_still_associates(self, shop: Shop) -> None:
        package = shop.dictionary()
        calls = 0

        def while_it_looks() -> None:
            nonlocal calls
            calls += 1
            shop.cloud.model.call("AssociatePackages", {"DomainName": DOMAIN, "PackageList": [{"PackageID": package}]})

        shop.before_call("DescribeDomain", lambda: shop.before_call("DescribeDomain", while_it_looks))
        assert shop.delete(self.INVENTED, shop.properties(package)).status == "SUCCESS"
        assert calls == 1
        assert shop.on_domain() == {}

    def test_succeeds_where_looking_is_denied_and_says_so_in_the_log(
        self, shop: Shop, caplog: pytest.LogCaptureFixture
    ) -> None:
        package = shop.dictionary()
        shop.cloud.model.behaviour.faults = [Fault("DescribeDomain", "access-denied", times=1000)]
        assert shop.delete(self.INVENTED, shop.properties(package)).status == "SUCCESS"
        assert package in caplog.text

    def test_that_never_began_anything_does_nothing(self, shop: Shop) -> None:
        assert shop.delete(self.INVENTED, {"DomainName": "x"}).status == "SUCCESS"
        assert shop.delete("nothing-was-created-0123456789ab", shop.properties("F1")).status == "SUCCESS"
        assert shop.cloud.model.calls == []


@pytest.mark.parametrize("in_use", ["conflict", "validation"])
def test_of_several_packages_only_the_one_in_use_is_blamed(shop: Shop, in_use: Any) -> None:
    free, used = shop.dictionary("free"), shop.dictionary("used")
    properties = shop.properties(free, used)
    physical_id = shop.created(properties)
    shop.cloud.model.behaviour.in_use = in_use
    shop.cloud.model.use_in_index(DOMAIN, used)
    response = shop.delete(physical_id, properties)
    assert f"analyzers/{used}" in response.reason
    assert f"analyzers/{free}" not in response.reason
    assert shop.on_domain() == {used: "v1"}, "the other one is off the domain"
