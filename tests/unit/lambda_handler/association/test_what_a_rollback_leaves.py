"""A rollback succeeds where the domain works as it did before the update, and forgets nothing."""

from __future__ import annotations

from typing import Any

from local_aws.packages.behaviour import Fault
from tests.unit.lambda_handler.association.shop import DOMAIN, Shop
from tests.unit.lambda_handler.association.stories import fails

KEYS = {
    "KeyStoreAccessOption": {"KeyAccessRoleArn": "arn:aws:iam::000000000000:role/keys", "KeyStoreAccessEnabled": "true"}
}

OFF = {"KeyStoreAccessOption": {"KeyStoreAccessEnabled": False}}


def _with(package_id: str, **more: Any) -> dict[str, Any]:
    return {"DomainName": DOMAIN, "Packages": [{"PackageID": package_id, **more}]}


def _hides_configurations(shop: Shop) -> None:
    """A service that does not show an AssociationConfiguration again, or shows it in another form."""
    call = shop.cloud.model.call

    def without(name: str, parameters: dict[str, Any]) -> dict[str, Any]:
        response = call(name, parameters)
        for one in response.get("DomainPackageDetailsList", []):
            one.pop("AssociationConfiguration", None)
        return response

    vars(shop.cloud.model)["call"] = without


def test_succeeds_where_an_index_of_the_same_deployment_uses_the_new_dictionary(shop: Shop) -> None:
    """The index is deleted in the clean-up, which comes after all Updates of the rollback."""
    there, added = shop.dictionary("there"), shop.dictionary("added")
    old, new = shop.properties(there), shop.properties(there, added)
    physical_id = shop.created(old)
    assert shop.update(physical_id, old, new).status == "SUCCESS"
    shop.cloud.model.use_in_index(DOMAIN, added)
    response = shop.roll_back(physical_id, new, old)
    assert response.status == "SUCCESS", response.reason


def test_succeeds_where_the_new_version_of_another_stacks_package_cannot_be_had(shop: Shop) -> None:
    """v1 is on the domain before, during and after it."""
    package = shop.foreign_dictionary()
    old, new = _with(package, PackageVersion="print-1"), _with(package, PackageVersion="print-2")
    physical_id = shop.created(old)
    shop.new_version(package)
    shop.cloud.model.behaviour.faults = [fails(package)]
    assert shop.update(physical_id, old, new).status == "FAILED"
    response = shop.roll_back(physical_id, new, old)
    assert response.status == "SUCCESS", response.reason


def test_succeeds_where_a_package_that_could_not_be_removed_is_not_taken_again(shop: Shop) -> None:
    """After DISSOCIATION_FAILED the package is on the domain as before. What AssociatePackages says is not known."""
    kept, removed = shop.dictionary("kept"), shop.dictionary("removed")
    old, new = shop.properties(kept, removed), shop.properties(kept)
    physical_id = shop.created(old)
    shop.cloud.model.use_in_index(DOMAIN, removed)
    assert shop.update(physical_id, old, new).status == "FAILED"
    refused = Fault("AssociatePackages", "error", code="ValidationException", message="wrong state", times=1000)
    shop.cloud.model.behaviour.faults = [refused]
    response = shop.roll_back(physical_id, new, old)
    assert response.status == "SUCCESS", response.reason


def test_takes_off_what_the_update_has_put_there_although_one_look_is_throttled(shop: Shop) -> None:
    there, good = shop.dictionary("there"), shop.foreign_dictionary("good")
    old, new = shop.properties(there), shop.properties(there, good)
    physical_id = shop.created(old)
    assert shop.update(physical_id, old, new).status == "SUCCESS"
    shop.cloud.model.behaviour.faults = [Fault("GetPackageVersionHistory", "throttle")]
    assert shop.roll_back(physical_id, new, old).status == "SUCCESS"
    assert shop.on_domain() == {there: "v1"}


class TestOfAConfiguration:
    def test_goes_back_to_none(self, shop: Shop) -> None:
        package, bad = shop.plugin(), shop.dictionary("bad")
        old = _with(package)
        new = {**old, "Packages": [{"PackageID": package, "AssociationConfiguration": KEYS}, {"PackageID": bad}]}
        physical_id = shop.created(old)
        shop.cloud.model.behaviour.faults = [fails(bad)]
        assert shop.update(physical_id, old, new).status == "FAILED"
        shop.cloud.model.behaviour.faults = []
        assert shop.roll_back(physical_id, new, old).status == "SUCCESS"
        [there] = [one for one in shop.cloud.model.packages_on(DOMAIN) if one["PackageID"] == package]
        assert there["AssociationConfiguration"] == OFF

    def test_that_the_service_does_not_show_is_left_alone_by_an_update_of_something_else(self, shop: Shop) -> None:
        package = shop.plugin()
        _hides_configurations(shop)
        shop.cloud.model.behaviour.other_configuration = "already-in-desired-state"
        properties = _with(package, AssociationConfiguration=KEYS)
        physical_id = shop.created(properties)
        response = shop.update(physical_id, properties, {**properties, "ServiceTimeout": 900})
        assert (response.status, shop.writes()) == ("SUCCESS", []), response.reason


class TestOfAnUpdate:
    def test_a_configuration_that_leaves_the_template_is_not_passed_over_in_silence(self, shop: Shop) -> None:
        package = shop.plugin()
        old, new = _with(package, AssociationConfiguration=KEYS), _with(package)
        physical_id = shop.created(old)
        response = shop.update(physical_id, old, new)
        [there] = shop.cloud.model.packages_on(DOMAIN)
        assert (response.status, there["AssociationConfiguration"]) == ("SUCCESS", OFF)

    def test_prerequisites_that_leave_the_template_are_not_passed_over_in_silence(self, shop: Shop) -> None:
        plugin, license_ = shop.plugin(), shop.dictionary("license")
        first = {"PackageID": plugin}
        old_entry = {"PackageID": license_, "PrerequisitePackageIDList": [plugin]}
        old = {"DomainName": DOMAIN, "Packages": [first, old_entry]}
        new = {"DomainName": DOMAIN, "Packages": [first, {"PackageID": license_}]}
        physical_id = shop.created(old)
        shop.update(physical_id, old, new)
        assert shop.writes() == [("AssociatePackages", [license_])]

    def test_an_unchanged_fingerprint_costs_no_time(self, shop: Shop) -> None:
        properties = _with(shop.dictionary(), PackageVersion="a-fingerprint")
        physical_id = shop.created(properties)
        began = shop.cloud.clock.now()
        assert shop.update(physical_id, properties, {**properties, "ServiceTimeout": 900}).status == "SUCCESS"
        assert shop.cloud.clock.now() - began < 5


class TestTakesOffWhatTheUpdateHasPutThere:
    def test_although_another_package_keeps_its_version(self, shop: Shop) -> None:
        there, added = shop.foreign_dictionary("there"), shop.dictionary("added")
        old, new = shop.properties(there), shop.properties(there, added)
        physical_id = shop.created(old)
        shop.new_version(there)
        shop.cloud.model.behaviour.faults = [fails(there)]
        assert shop.update(physical_id, old, new).status == "FAILED"
        response = shop.roll_back(physical_id, new, old)
        assert response.status == "SUCCESS", response.reason
        assert shop.on_domain() == {there: "ASSOCIATION_FAILED"}

    def test_although_an_index_uses_another_package_of_it(self, shop: Shop) -> None:
        there, used, added = shop.dictionary("there"), shop.dictionary("used"), shop.dictionary("added")
        old, new = shop.properties(there), shop.properties(there, used, added)
        physical_id = shop.created(old)
        assert shop.update(physical_id, old, new).status == "SUCCESS"
        shop.cloud.model.use_in_index(DOMAIN, used)
        response = shop.roll_back(physical_id, new, old)
        assert response.status == "SUCCESS", response.reason
        assert shop.on_domain() == {there: "v1", used: "DISSOCIATION_FAILED"}
        assert [operation for operation, _ in shop.writes()].count("DissociatePackages") == 1

    def test_although_a_package_that_could_not_be_removed_is_not_taken_again(self, shop: Shop) -> None:
        removed, added = shop.dictionary("removed"), shop.dictionary("added")
        old, new = shop.properties(removed), shop.properties(added)
        physical_id = shop.created(old)
        shop.cloud.model.use_in_index(DOMAIN, removed)
        assert shop.update(physical_id, old, new).status == "FAILED"
        refused = Fault("AssociatePackages", "error", code="ValidationException", message="wrong state", times=1000)
        shop.cloud.model.behaviour.faults = [refused]
        response = shop.roll_back(physical_id, new, old)
        assert response.status == "SUCCESS", response.reason
        assert shop.on_domain() == {removed: "DISSOCIATION_FAILED"}
