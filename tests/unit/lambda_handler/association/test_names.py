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
