"""Packages and prerequisites that are given by their names."""

from __future__ import annotations

from tests.unit.lambda_handler.association.shop import DOMAIN, ENGINE, Shop


def test_a_name_that_looks_like_an_id_is_a_name(shop: Shop) -> None:
    shop.dictionary("pkg-abc")
    response = shop.create(shop.named("pkg-abc"))
    assert response.status == "SUCCESS", response.reason


def test_a_prerequisite_that_there_is_not_is_named_as_such(shop: Shop) -> None:
    entry = {"PackageID": shop.dictionary("license"), "PrerequisitePackageIDList": ["no-such-plugin"]}
    began = shop.cloud.clock.now()
    response = shop.create({"DomainName": DOMAIN, "Packages": [entry]})
    assert "there is no package named 'no-such-plugin'" in response.reason
    assert shop.cloud.clock.now() - began < 20


def test_an_update_by_name_works_when_somebody_elses_package_of_that_name_is_there(shop: Shop) -> None:
    shop.cloud.model.add_aws_package("G1", "aws-plugin", ENGINE)
    old = shop.named("aws-plugin")
    physical_id = shop.created(old)
    shop.associate(shop.foreign_dictionary("aws-plugin"))
    assert shop.update(physical_id, old, {**old, "ServiceTimeout": 900}).status == "SUCCESS"


def test_a_name_that_several_packages_have_is_refused_at_once_with_their_ids(shop: Shop) -> None:
    for package_id in ("G2", "G1"):
        shop.cloud.model.add_aws_package(package_id, "aws-plugin", ENGINE)
    began = shop.cloud.clock.now()
    response = shop.create(shop.named("aws-plugin"))
    assert "2 packages are named 'aws-plugin' (G1, G2): give the PackageID of one of them" in response.reason
    assert shop.cloud.clock.now() - began < 20
    assert shop.writes() == []


def test_a_name_means_the_accounts_own_package_whatever_other_accounts_share(shop: Shop) -> None:
    shop.shared_plugin("analysis-shop")
    own = shop.plugin("analysis-shop")
    response = shop.create(shop.named("analysis-shop"))
    assert response.status == "SUCCESS", response.reason
    assert shop.on_domain() == {own: "v1"}


def test_a_name_means_awss_own_package_whatever_other_accounts_share(shop: Shop) -> None:
    shop.shared_plugin("aws-plugin")
    shop.cloud.model.add_aws_package("G1", "aws-plugin", ENGINE)
    response = shop.create(shop.named("aws-plugin"))
    assert response.status == "SUCCESS", response.reason
    assert shop.on_domain() == {"G1": "v1"}


def test_a_name_means_what_another_account_shares_where_nothing_else_has_it(shop: Shop) -> None:
    shared = shop.shared_plugin("analysis-theirs")
    response = shop.create(shop.named("analysis-theirs"))
    assert response.status == "SUCCESS", response.reason
    assert shop.on_domain() == {shared: "v1"}


def test_a_dictionary_with_the_name_of_a_plugin_is_not_taken_for_what_an_upgrade_has_put_in_its_place(
    shop: Shop,
) -> None:
    shop.cloud.model.behaviour.names_unique_across_types = False
    plugin = shop.plugin("analysis-shop")
    properties = shop.properties(plugin)
    physical_id = shop.created(properties)
    shop.cloud.model.call("DissociatePackages", {"DomainName": DOMAIN, "PackageList": [plugin]})
    shop.cloud.clock.sleep(3600)
    shop.cloud.model.upgrade_domain(DOMAIN, "OpenSearch_2.19", 60)
    shop.cloud.clock.sleep(3600)
    somebody_elses = shop.foreign_dictionary("analysis-shop")
    shop.associate(somebody_elses)
    assert shop.delete(physical_id, properties).status == "SUCCESS"
    assert list(shop.on_domain()) == [somebody_elses]
