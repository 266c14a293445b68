"""One package takes the place of another: the old one goes first where the service takes the new one only then."""

from __future__ import annotations

from tests.unit.lambda_handler.association.shop import ENGINE, Shop


def test_a_package_of_a_full_domain_can_be_exchanged(shop: Shop) -> None:
    ids = [shop.dictionary(f"words-{number}") for number in range(21)]
    old, new = shop.properties(*ids[:20]), shop.properties(*ids[1:])
    assert shop.update(shop.created(old), old, new).status == "SUCCESS"


def test_awss_plugin_can_be_exchanged_for_ones_own_of_the_same_name(shop: Shop) -> None:
    shop.cloud.model.add_aws_package("G1", "my-nori", ENGINE)
    old = shop.named("my-nori")
    physical_id = shop.created(old)
    new = shop.properties(shop.plugin("my-nori"))
    assert shop.update(physical_id, old, new).status == "SUCCESS"


def test_a_package_of_another_name_goes_only_when_the_new_one_is_there(shop: Shop) -> None:
    old, new = shop.dictionary("old"), shop.dictionary("new")
    before = shop.properties(old)
    physical_id = shop.created(before)
    assert shop.update(physical_id, before, shop.properties(new)).status == "SUCCESS"
    assert [operation for operation, _ in shop.writes()] == ["AssociatePackages", "DissociatePackages"]


def test_the_rollback_of_an_exchange_brings_the_old_one_back(shop: Shop) -> None:
    ids = [shop.dictionary(f"words-{number}") for number in range(21)]
    old, new = shop.properties(*ids[:20]), shop.properties(*ids[1:])
    physical_id = shop.created(old)
    shop.update(physical_id, old, new)
    assert shop.roll_back(physical_id, new, old).status == "SUCCESS"
    assert set(shop.on_domain()) == set(ids[:20])
