"""A Create: the packages are on the domain, with the versions that are available."""

from __future__ import annotations

from typing import Any

import pytest

from local_aws.packages.behaviour import Fault
from tests.unit.lambda_handler.association.shop import DOMAIN, ENGINE, Shop


def test_puts_all_packages_onto_the_domain_in_one_change(shop: Shop) -> None:
    first, second, third = shop.dictionary("synonyms"), shop.dictionary("stopwords"), shop.plugin()
    response = shop.create(shop.properties(first, second, third))
    assert response.status == "SUCCESS", response.reason
    assert shop.on_domain() == {first: "v1", second: "v1", third: "v1"}
    assert shop.writes() == [("AssociatePackages", [first, second, third])]


def test_gives_the_attributes_of_the_first_package_and_of_each(shop: Shop) -> None:
    first, second = shop.dictionary("synonyms"), shop.dictionary("stopwords")
    shop.new_version(second)
    assert shop.create(shop.properties(first, second)).attributes == {
        "PackageID": first,
        "ReferencePath": f"analyzers/{first}",
        "PackageVersion": "v1",
        "DomainPackageStatus": "ACTIVE",
        "PackageID.0": first,
        "ReferencePath.0": f"analyzers/{first}",
        "PackageVersion.0": "v1",
        "DomainPackageStatus.0": "ACTIVE",
        "PackageID.1": second,
        "ReferencePath.1": f"analyzers/{second}",
        "PackageVersion.1": "v2",
        "DomainPackageStatus.1": "ACTIVE",
    }


def test_of_twenty_packages_fits_into_what_cloudformation_takes(shop: Shop) -> None:
    ids = [shop.plugin(f"plugin-{number}") for number in range(20)]
    response = shop.create(shop.properties(*ids), LogicalResourceId="L" * 255)
    assert response.status == "SUCCESS", response.reason
    assert response.size <= 4096
    assert [response.attributes[f"PackageID.{number}"] for number in range(20)] == ids


def test_names_the_domain_in_its_physical_id_which_every_retry_gives(shop: Shop) -> None:
    event = shop.event("Create", shop.properties(shop.dictionary()))
    first, second = shop.cloud.deliver(event), shop.cloud.deliver(event)
    assert first.physical_id == second.physical_id
    assert first.physical_id.startswith(f"{DOMAIN}/")
    assert len(shop.writes()) == 1


def test_takes_over_what_is_on_the_domain_already(shop: Shop) -> None:
    package = shop.foreign_dictionary()
    shop.associate(package)
    properties = shop.properties(package)
    response = shop.create(properties)
    assert (response.status, shop.writes()) == ("SUCCESS", [])
    assert shop.delete(response.physical_id, properties).status == "SUCCESS"
    assert shop.on_domain() == {}


def test_brings_what_is_on_the_domain_to_its_newest_version(shop: Shop) -> None:
    package, new = shop.dictionary(), shop.dictionary("new")
    shop.associate(package)
    shop.new_version(package)
    assert shop.create(shop.properties(package, new)).attributes["PackageVersion"] == "v2"
    assert shop.writes() == [("AssociatePackages", [package, new])]
    assert shop.on_domain() == {package: "v2", new: "v1"}


def test_waits_for_a_package_that_is_still_being_imported(shop: Shop) -> None:
    package = shop.dictionary()
    source = shop.cloud.store("later.txt", b"later\n")
    shop.cloud.model.behaviour.copying = 300
    shop.cloud.model.call("UpdatePackage", {"PackageID": package, "PackageSource": source})
    assert shop.create(shop.properties(package)).attributes["PackageVersion"] == "v2"
    assert len(shop.writes()) == 1


@pytest.mark.parametrize("refusal", ["conflict", "validation"])
class TestOnABusyDomain:
    def test_waits_until_somebody_elses_change_has_ended(self, shop: Shop, refusal: str) -> None:
        shop.cloud.model.behaviour.busy_domain = refusal  # type: ignore[assignment]
        package = shop.dictionary()
        shop.cloud.model.modify_domain(DOMAIN, 1500)
        response = shop.create(shop.properties(package))
        assert response.status == "SUCCESS", response.reason
        assert shop.on_domain() == {package: "v1"}
        assert len(shop.writes()) == 1

    def test_that_was_just_made_waits_until_it_takes_packages(self, shop: Shop, refusal: str) -> None:
        behaviour = shop.cloud.model.behaviour
        behaviour.busy_domain, behaviour.domain_settles = refusal, 120  # type: ignore[assignment]
        package = shop.dictionary()
        shop.cloud.model.add_domain("young", ENGINE, creating=900)
        response = shop.create(shop.properties(package, DomainName="young"))
        assert response.status == "SUCCESS", response.reason
        assert shop.on_domain("young") == {package: "v1"}

    def test_waits_for_another_association_resource(self, shop: Shop, refusal: str) -> None:
        shop.cloud.model.behaviour.busy_domain = refusal  # type: ignore[assignment]
        shop.cloud.model.behaviour.associating = 200
        first, second = shop.dictionary("synonyms"), shop.dictionary("stopwords")
        shop.cloud.model.call("AssociatePackages", {"DomainName": DOMAIN, "PackageList": [{"PackageID": first}]})
        response = shop.create(shop.properties(second))
        assert response.status == "SUCCESS", response.reason
        assert shop.on_domain() == {first: "v1", second: "v1"}


def test_an_association_that_had_failed_is_dissociated_and_made_again(shop: Shop) -> None:
    package, other = shop.dictionary(), shop.dictionary("other")
    shop.cloud.model.behaviour.faults = [Fault("AssociatePackages", "association-failed", message="no space")]
    shop.associate(package)
    response = shop.create(shop.properties(package, other))
    assert response.status == "SUCCESS", response.reason
    assert shop.writes() == [("DissociatePackages", [package]), ("AssociatePackages", [package, other])]
    assert shop.on_domain() == {package: "v1", other: "v1"}


def test_a_failed_update_of_a_package_in_use_is_repeated_in_place(shop: Shop) -> None:
    """To dissociate it would take it away from the indexes that use it."""
    package = shop.dictionary()
    shop.associate(package)
    shop.new_version(package)
    shop.cloud.model.behaviour.faults = [Fault("AssociatePackages", "association-failed", message="no space")]
    shop.associate(package)
    response = shop.create(shop.properties(package))
    assert response.status == "SUCCESS", response.reason
    assert shop.writes() == [("AssociatePackages", [package])]
    assert shop.on_domain() == {package: "v2"}


class TestPrerequisites:
    def test_go_along_by_ids_and_by_names(self, shop: Shop) -> None:
        plugin, license_ = shop.plugin(), shop.dictionary("license")
        packages = [
            {"PackageID": plugin},
            {"PackageID": license_, "PrerequisitePackageIDList": ["analysis-shop"]},
        ]
        response = shop.create({"DomainName": DOMAIN, "Packages": packages})
        assert response.status == "SUCCESS", response.reason
        [call] = [told for name, told in shop.cloud.model.calls if name == "AssociatePackages"]
        assert call["PackageList"][1] == {"PackageID": license_, "PrerequisitePackageIDList": [plugin]}

    def test_and_the_configuration_are_added_to_what_is_there(self, shop: Shop) -> None:
        plugin, license_ = shop.plugin(), shop.dictionary("license")
        shop.associate(plugin, license_)
        role = "arn:aws:iam::000000000000:role/keys"
        configuration = {"KeyStoreAccessOption": {"KeyAccessRoleArn": role, "KeyStoreAccessEnabled": True}}
        entry = {"PackageID": license_, "AssociationConfiguration": configuration}
        response = shop.create({"DomainName": DOMAIN, "Packages": [{"PackageID": plugin}, entry]})
        assert response.status == "SUCCESS", response.reason
        [call] = [told for name, told in shop.cloud.model.calls if name == "AssociatePackages"]
        assert call["PackageList"] == [{"PackageID": license_, "AssociationConfiguration": configuration}]


class TestByName:
    def test_takes_awss_own_plugin_for_the_domains_engine_version(self, shop: Shop) -> None:
        for number, version in enumerate(("OpenSearch_2.15", ENGINE, "OpenSearch_2.19"), start=1):
            shop.cloud.model.add_aws_package(f"G{number}", "aws-plugin", version)
        response = shop.create(shop.named("aws-plugin"))
        assert response.status == "SUCCESS", response.reason
        assert list(shop.on_domain()) == ["G2"]
        assert response.attributes["PackageID"] == "G2"

    def test_takes_the_accounts_own_package(self, shop: Shop) -> None:
        package = shop.dictionary("synonyms")
        assert shop.create(shop.named("synonyms")).status == "SUCCESS"
        assert shop.on_domain() == {package: "v1"}


class TestThatDoesNotWait:
    def test_succeeds_as_soon_as_the_service_has_accepted(self, shop: Shop) -> None:
        shop.cloud.model.behaviour.associating = 7200
        package = shop.dictionary()
        began = shop.cloud.clock.now()
        response = shop.create(shop.properties(package, Wait=False))
        assert response.status == "SUCCESS", response.reason
        assert shop.cloud.clock.now() - began < 60
        assert response.attributes["DomainPackageStatus"] == "ASSOCIATING"
        assert response.attributes["PackageVersion"] == ""
        assert response.attributes["PackageID"] == package

    def test_tells_the_version_that_is_there_already(self, shop: Shop) -> None:
        package = shop.dictionary()
        shop.associate(package)
        assert shop.create(shop.properties(package, Wait=False)).attributes["PackageVersion"] == "v1"


class TestOverAnAssociationThatHadFailed:
    def _failed(self, shop: Shop, package_id: str) -> None:
        fails = Fault("AssociatePackages", "association-failed", message="no space", package_ids=[package_id])
        shop.cloud.model.behaviour.faults = [fails]
        shop.associate(package_id)
        assert shop.on_domain()[package_id] == "ASSOCIATION_FAILED"

    def test_asks_to_dissociate_it_once_although_reading_lags(self, shop: Shop) -> None:
        package = shop.dictionary()
        self._failed(shop, package)
        shop.cloud.model.behaviour.stale_associations = 12
        response = shop.create(shop.properties(package))
        assert response.status == "SUCCESS", response.reason
        assert shop.writes() == [("DissociatePackages", [package]), ("AssociatePackages", [package])]

    def test_fails_where_the_service_does_not_let_it_go_and_says_so(self, shop: Shop) -> None:
        package = shop.dictionary()
        self._failed(shop, package)
        refused = Fault("DissociatePackages", "error", code="ConflictException", message="not now", times=1000)
        shop.cloud.model.behaviour.faults = [refused]
        began = shop.cloud.clock.now()
        response = shop.create(shop.properties(package))
        assert response.reason.startswith(
            f"package 'synonyms' ({package}) could not be dissociated from domain '{DOMAIN}': "
            "DissociatePackages failed: ConflictException: not now"
        )
        assert 60 < shop.cloud.clock.now() - began < 90
        assert shop.on_domain() == {package: "ASSOCIATION_FAILED"}

    def test_does_not_take_it_off_where_an_index_may_use_it_because_another_package_is_refused(
        self, shop: Shop
    ) -> None:
        used, refused = shop.dictionary("used"), shop.dictionary("refused")
        shop.associate(used)
        shop.new_version(used)
        self._failed(shop, used)
        names_it: Any = lambda parameters: {"PackageID": refused} in parameters["PackageList"]  # noqa: E731
        shop.cloud.model.behaviour.faults = [
            Fault("AssociatePackages", "error", code="ValidationException", message="no", times=1000, when=names_it)
        ]
        assert "could not be associated" in shop.create(shop.properties(used, refused)).reason
        assert {operation for operation, _ in shop.writes()} == {"AssociatePackages"}
        assert shop.on_domain() == {used: "ASSOCIATION_FAILED"}
