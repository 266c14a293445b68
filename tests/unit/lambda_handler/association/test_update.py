"""An Update: the domain has what the template says now, and everything else stays as it is."""

from __future__ import annotations

from typing import Any, cast

import pytest

from tests.support.clients import With
from tests.unit.lambda_handler.association.shop import DOMAIN, ENGINE, Shop
from tests.unit.lambda_handler.association.stories import fails


def test_a_new_version_reaches_the_domain_in_place(shop: Shop) -> None:
    package, other = shop.dictionary(), shop.dictionary("other")
    old = shop.properties(package, other)
    old["Packages"][0]["PackageVersion"] = "v1"
    physical_id = shop.created(old)
    shop.new_version(package)
    new = shop.properties(package, other)
    new["Packages"][0]["PackageVersion"] = "v2"
    response = shop.update(physical_id, old, new)
    assert (response.status, response.physical_id) == ("SUCCESS", physical_id), response.reason
    assert response.attributes["PackageVersion"] == "v2"
    assert shop.writes() == [("AssociatePackages", [package])]
    assert shop.on_domain() == {package: "v2", other: "v1"}


def test_a_new_version_that_reading_does_not_show_yet_is_waited_for(shop: Shop) -> None:
    package = shop.dictionary()
    old = shop.properties(package)
    old["Packages"][0]["PackageVersion"] = "v1"
    physical_id = shop.created(old)
    source = shop.cloud.store("new.txt", b"new\n")
    shop.cloud.model.call("UpdatePackage", {"PackageID": package, "PackageSource": source})
    shop.cloud.clock.sleep(9)  # it is available now
    shop.cloud.model.behaviour.stale_reads = 12
    new = {**old, "Packages": [{"PackageID": package, "PackageVersion": "v2"}]}
    assert shop.update(physical_id, old, new).attributes["PackageVersion"] == "v2"
    assert shop.on_domain() == {package: "v2"}


def test_any_other_text_as_the_version_says_that_there_is_something_to_apply(shop: Shop) -> None:
    package = shop.dictionary()
    old = shop.properties(package)
    old["Packages"][0]["PackageVersion"] = "fingerprint-1"
    physical_id = shop.created(old)
    shop.new_version(package)
    new = {**old, "Packages": [{"PackageID": package, "PackageVersion": "fingerprint-2"}]}
    assert shop.update(physical_id, old, new).attributes["PackageVersion"] == "v2"


def test_that_adds_and_removes_leaves_the_rest_alone(shop: Shop) -> None:
    kept, removed, added = shop.dictionary("kept"), shop.dictionary("removed"), shop.dictionary("added")
    not_listed = shop.foreign_dictionary()
    shop.associate(not_listed)
    shop.new_version(not_listed)
    old, new = shop.properties(kept, removed), shop.properties(kept, added)
    physical_id = shop.created(old)
    response = shop.update(physical_id, old, new)
    assert response.status == "SUCCESS", response.reason
    assert shop.writes() == [("AssociatePackages", [added]), ("DissociatePackages", [removed])]
    assert shop.on_domain() == {kept: "v1", added: "v1", not_listed: "v1"}


def test_that_changes_nothing_writes_nothing(shop: Shop) -> None:
    properties = shop.properties(shop.dictionary())
    physical_id = shop.created(properties)
    response = shop.update(physical_id, properties, {**properties, "ServiceTimeout": 600})
    assert (response.status, shop.writes()) == ("SUCCESS", [])
    assert response.attributes["PackageVersion"] == "v1"


def test_from_an_id_to_the_name_of_the_same_package_writes_nothing(shop: Shop) -> None:
    package = shop.dictionary("synonyms")
    old, new = shop.properties(package), shop.named("synonyms")
    response = shop.update(shop.created(old), old, new)
    assert (response.status, shop.writes()) == ("SUCCESS", [])
    assert response.attributes["PackageID"] == package


def test_a_fingerprint_that_is_the_same_as_before_waits_for_nothing(shop: Shop) -> None:
    package, other = shop.dictionary(), shop.dictionary("other")
    old = shop.properties(package)
    old["Packages"][0]["PackageVersion"] = "fingerprint"
    physical_id = shop.created(old)
    began = shop.cloud.clock.now()
    new = {**old, "Packages": [*old["Packages"], {"PackageID": other}]}
    assert shop.update(physical_id, old, new).status == "SUCCESS"
    assert shop.writes() == [("AssociatePackages", [other])]
    assert shop.cloud.clock.now() - began < 5


def test_prerequisites_and_a_configuration_that_are_as_before_are_not_asked_for_again(shop: Shop) -> None:
    """Whether the service shows them, and in which form, is not known."""
    plugin = shop.plugin()
    role = "arn:aws:iam::000000000000:role/keys"
    option = {"KeyAccessRoleArn": role, "KeyStoreAccessEnabled": "true"}
    entry = {
        "PackageID": shop.dictionary("license"),
        "PrerequisitePackageIDList": [plugin],
        "AssociationConfiguration": {"KeyStoreAccessOption": option},
    }
    properties = {"DomainName": DOMAIN, "Packages": [{"PackageID": plugin}, entry]}
    physical_id = shop.created(properties)
    listed = shop.cloud.opensearch.list_packages_for_domain

    def without_options(**parameters: Any) -> Any:
        page = listed(**parameters)
        for one in page["DomainPackageDetailsList"]:
            one.pop("PrerequisitePackageIDList", None)
            one.pop("AssociationConfiguration", None)
        return page

    shop.cloud.opensearch = cast("Any", With(shop.cloud.opensearch, list_packages_for_domain=without_options))
    shop.cloud.cold_start()
    assert shop.update(physical_id, properties, {**properties, "ServiceTimeout": 900}).status == "SUCCESS"
    assert shop.writes() == []


def test_another_configuration_is_applied(shop: Shop) -> None:
    package = shop.plugin()
    old = shop.properties(package)
    physical_id = shop.created(old)
    role = "arn:aws:iam::000000000000:role/keys"
    entry = {
        "PackageID": package,
        "AssociationConfiguration": {
            "KeyStoreAccessOption": {"KeyAccessRoleArn": role, "KeyStoreAccessEnabled": "true"}
        },
    }
    response = shop.update(physical_id, old, {**old, "Packages": [entry]})
    assert response.status == "SUCCESS", response.reason
    assert shop.writes() == [("AssociatePackages", [package])]


def test_another_configuration_that_the_service_ignores_fails_and_says_what_to_do(shop: Shop) -> None:
    package = shop.plugin()
    old = shop.properties(package)
    physical_id = shop.created(old)
    shop.cloud.model.behaviour.other_configuration = "already-in-desired-state"
    role = "arn:aws:iam::000000000000:role/keys"
    option = {"KeyStoreAccessOption": {"KeyAccessRoleArn": role, "KeyStoreAccessEnabled": "true"}}
    entry = {"PackageID": package, "AssociationConfiguration": option}
    new = {**old, "Packages": [entry]}
    response = shop.update(physical_id, old, new)
    assert response.status == "FAILED"
    assert "already in desired state" in response.reason
    assert "take the package out of Packages, deploy, put it in again and deploy" in response.reason
    assert shop.roll_back(physical_id, new, old).status == "SUCCESS"


def test_one_with_which_nothing_has_to_be_done_costs_the_others_no_change_of_their_own(shop: Shop) -> None:
    first, second, configured = shop.dictionary("first"), shop.dictionary("second"), shop.plugin()
    old = shop.properties(first, second, configured)
    physical_id = shop.created(old)
    shop.new_version(first)
    shop.new_version(second)
    entry = {"PackageID": configured, "PrerequisitePackageIDList": [first]}
    new = {**old, "Packages": [*old["Packages"][:2], entry]}
    assert shop.update(physical_id, old, new).status == "SUCCESS"
    assert shop.on_domain() == {first: "v2", second: "v2", configured: "v1"}
    assert shop.writes() == [
        ("AssociatePackages", [first, second, configured]),
        ("AssociatePackages", [configured]),  # "already in desired state"
        ("AssociatePackages", [first, second]),
    ]


def test_a_package_that_is_listed_by_its_id_and_by_its_name_is_asked_for_once(shop: Shop) -> None:
    package, other = shop.dictionary("synonyms"), shop.dictionary("other")
    old = shop.properties(other)
    twice = {**old, "Packages": [{"PackageName": "synonyms"}, {"PackageID": package}, {"PackageID": other}]}
    response = shop.update(shop.created(old), old, twice)
    assert (response.status, shop.writes()) == ("SUCCESS", [("AssociatePackages", [package])])
    assert [response.attributes[f"PackageID.{number}"] for number in range(3)] == [package, package, other]


def test_another_domain_gets_the_packages_and_the_old_one_loses_them_in_the_clean_up(shop: Shop) -> None:
    shop.cloud.model.add_domain("another", ENGINE)
    package = shop.dictionary()
    old, new = shop.properties(package), shop.properties(package, DomainName="another")
    physical_id = shop.created(old)
    response = shop.update(physical_id, old, new)
    assert response.status == "SUCCESS", response.reason
    assert response.physical_id.startswith("another/")
    assert (shop.on_domain(), shop.on_domain("another")) == ({package: "v1"}, {package: "v1"})
    assert shop.delete(physical_id, old).status == "SUCCESS"
    assert (shop.on_domain(), shop.on_domain("another")) == ({}, {package: "v1"})


class TestAfterAnUpgradeOfTheDomain:
    """The service has put the plugin of the same name for the new engine version into the place of the old one."""

    NEWER = "OpenSearch_2.19"

    def test_a_plugin_by_name_needs_nothing(self, shop: Shop) -> None:
        for number, version in enumerate((ENGINE, self.NEWER), start=1):
            shop.cloud.model.add_aws_package(f"G{number}", "aws-plugin", version)
        properties = shop.named("aws-plugin")
        physical_id = shop.created(properties)
        self._upgrade(shop)
        response = shop.update(physical_id, properties, {**properties, "ServiceTimeout": 900})
        assert (response.status, shop.writes()) == ("SUCCESS", []), response.reason
        assert response.attributes["PackageID"] == "G2"

    def test_a_plugin_by_its_old_id_needs_nothing(self, shop: Shop) -> None:
        old, new = shop.plugin(), shop.plugin(engine=self.NEWER)
        properties = shop.properties(old)
        physical_id = shop.created(properties)
        self._upgrade(shop)
        response = shop.update(physical_id, properties, {**properties, "ServiceTimeout": 900})
        assert (response.status, shop.writes()) == ("SUCCESS", []), response.reason
        assert list(shop.on_domain()) == [new]

    def test_a_new_version_of_the_new_plugin_is_applied(self, shop: Shop) -> None:
        old, new = shop.plugin(), shop.plugin(engine=self.NEWER)
        properties = shop.properties(old)
        physical_id = shop.created(properties)
        self._upgrade(shop)
        source = {"S3BucketName": "sources", "S3Key": "analysis-shop-2.19.zip"}
        shop.cloud.model.call("UpdatePackage", {"PackageID": new, "PackageSource": source})
        shop.cloud.clock.sleep(60)
        assert shop.update(physical_id, properties, properties).status == "SUCCESS"
        assert shop.on_domain() == {new: "v2"}

    def test_a_delete_takes_the_new_plugin_off(self, shop: Shop) -> None:
        properties = shop.properties(shop.plugin())
        shop.plugin(engine=self.NEWER)
        physical_id = shop.created(properties)
        self._upgrade(shop)
        assert shop.delete(physical_id, properties).status == "SUCCESS"
        assert shop.on_domain() == {}

    def test_an_update_during_it_waits_for_its_end(self, shop: Shop) -> None:
        for number, version in enumerate((ENGINE, self.NEWER), start=1):
            shop.cloud.model.add_aws_package(f"G{number}", "aws-plugin", version)
        old, new = shop.named("aws-plugin"), shop.named("aws-plugin", "synonyms")
        package = shop.dictionary("synonyms")
        physical_id = shop.created(old)
        shop.cloud.model.upgrade_domain(DOMAIN, self.NEWER, 1800)
        response = shop.update(physical_id, old, new)
        assert response.status == "SUCCESS", response.reason
        assert list(shop.on_domain()) == ["G2", package]

    def _upgrade(self, shop: Shop) -> None:
        shop.cloud.model.upgrade_domain(DOMAIN, self.NEWER, 1800)
        shop.cloud.clock.sleep(2000)
        shop.cloud.model.calls.clear()


class TestThatFails:
    def test_keeps_the_physical_id_and_its_rollback_takes_back_what_it_had_added(self, shop: Shop) -> None:
        there, good, bad = shop.dictionary("there"), shop.dictionary("good"), shop.dictionary("bad")
        old, new = shop.properties(there), shop.properties(there, good, bad)
        physical_id = shop.created(old)
        shop.cloud.model.behaviour.faults = [fails(bad)]
        failed = shop.update(physical_id, old, new)
        assert (failed.status, failed.physical_id) == ("FAILED", physical_id)
        assert "no space" in failed.reason
        assert bad in failed.reason
        back = shop.roll_back(physical_id, new, old)
        assert (back.status, back.physical_id) == ("SUCCESS", physical_id), back.reason
        assert shop.on_domain() == {there: "v1"}

    def test_leaves_alone_what_was_on_the_domain_before_it(self, shop: Shop) -> None:
        there, bad = shop.dictionary("there"), shop.dictionary("bad")
        foreign = shop.foreign_dictionary()
        shop.associate(foreign)
        old, new = shop.properties(there), shop.properties(there, foreign, bad)
        physical_id = shop.created(old)
        shop.cloud.model.behaviour.faults = [fails(bad)]
        assert shop.update(physical_id, old, new).status == "FAILED"
        assert shop.roll_back(physical_id, new, old).status == "SUCCESS"
        assert shop.on_domain() == {there: "v1", foreign: "v1"}

    def test_leaves_alone_what_it_has_only_brought_to_a_new_version(self, shop: Shop) -> None:
        there, bad = shop.dictionary("there"), shop.dictionary("bad")
        foreign = shop.foreign_dictionary()
        shop.associate(foreign)
        shop.new_version(foreign)
        old, new = shop.properties(there), shop.properties(there, foreign, bad)
        physical_id = shop.created(old)
        shop.cloud.model.behaviour.faults = [fails(bad)]
        assert shop.update(physical_id, old, new).status == "FAILED"
        assert shop.roll_back(physical_id, new, old).status == "SUCCESS"
        assert shop.on_domain() == {there: "v1", foreign: "v2"}

    def test_on_another_domain_leaves_nothing_there(self, shop: Shop) -> None:
        shop.cloud.model.add_domain("another", ENGINE)
        good, bad = shop.dictionary("good"), shop.dictionary("bad")
        old, new = shop.properties(good, bad), shop.properties(good, bad, DomainName="another")
        physical_id = shop.created(old)
        shop.cloud.model.behaviour.faults = [fails(bad)]
        failed = shop.update(physical_id, old, new)
        assert (failed.status, failed.physical_id) == ("FAILED", physical_id)
        assert shop.on_domain("another") == {}
        assert shop.roll_back(physical_id, new, old).physical_id == physical_id
        assert (shop.on_domain(), shop.on_domain("another")) == ({good: "v1", bad: "v1"}, {})

    def test_on_another_domain_for_lack_of_time_leaves_nothing_after_the_rollback(self, shop: Shop) -> None:
        shop.cloud.model.add_domain("another", ENGINE)
        package = shop.dictionary()
        old = shop.properties(package, ServiceTimeout=600)
        new = {**old, "DomainName": "another"}
        physical_id = shop.created(old)
        shop.cloud.model.behaviour.associating = 700
        failed = shop.update(physical_id, old, new)
        assert (failed.status, failed.physical_id) == ("FAILED", physical_id)
        back = shop.roll_back(physical_id, new, old)
        assert (back.status, back.physical_id) == ("SUCCESS", physical_id), back.reason
        assert (shop.on_domain(), shop.on_domain("another")) == ({package: "v1"}, {})


def test_a_replacement_that_succeeded_is_rolled_back_whichever_id_cloudformation_carries(shop: Shop) -> None:
    shop.cloud.model.add_domain("another", ENGINE)
    package = shop.dictionary()
    old, new = shop.properties(package), shop.properties(package, DomainName="another")
    physical_id = shop.created(old)
    shop.update(physical_id, old, new)
    back = shop.roll_back(physical_id, new, old)  # with the old id: nobody will delete the other one
    assert (back.status, back.physical_id) == ("SUCCESS", physical_id), back.reason
    assert (shop.on_domain(), shop.on_domain("another")) == ({package: "v1"}, {})


@pytest.mark.parametrize("busy", ["modify", "upgrade"])
def test_nobody_is_told_to_set_wait_to_false_who_has(shop: Shop, busy: str) -> None:
    package = shop.dictionary()
    old = shop.properties(package, Wait="false")
    new = (
        {**old, "ServiceTimeout": 3600}
        if busy == "upgrade"
        else shop.properties(package, shop.dictionary("more"), Wait="false")
    )
    physical_id = shop.created(old)
    if busy == "modify":
        shop.cloud.model.modify_domain(DOMAIN, 5000)
    else:
        shop.cloud.model.upgrade_domain(DOMAIN, "OpenSearch_2.19", 5000)
    assert "set Wait to false" not in shop.update(physical_id, old, new).reason


def test_an_update_with_nothing_to_do_succeeds_during_a_long_upgrade(shop: Shop) -> None:
    properties = shop.properties(shop.dictionary())
    physical_id = shop.created(properties)
    shop.cloud.model.upgrade_domain(DOMAIN, "OpenSearch_2.19", 5000)
    response = shop.update(physical_id, properties, {**properties, "Wait": "true"})
    assert response.status == "SUCCESS", response.reason
