"""Reasons that a reader who was woken can act on."""

from __future__ import annotations

from local_aws.packages.behaviour import Fault
from tests.unit.lambda_handler.association.shop import DOMAIN, Shop


def test_a_fault_of_the_service_that_does_not_end_is_told_in_its_words(shop: Shop) -> None:
    package = shop.dictionary()
    shop.cloud.model.behaviour.faults = [Fault("AssociatePackages", "500", times=1000)]
    response = shop.create(shop.properties(package))
    assert response.status == "FAILED"
    assert "InternalException" in response.reason, response.reason


def test_a_plugin_that_hangs_because_an_index_uses_it_says_so(shop: Shop) -> None:
    package = shop.plugin()
    properties = shop.properties(package)
    physical_id = shop.created(properties)
    shop.cloud.model.use_in_index(DOMAIN, package)
    response = shop.delete(physical_id, properties)
    assert response.status == "FAILED"
    assert "index" in response.reason, response.reason


def test_a_delete_that_runs_out_of_time_gives_no_advice_for_a_create(shop: Shop) -> None:
    properties = shop.properties(shop.dictionary())
    physical_id = shop.created(properties)
    shop.cloud.model.modify_domain(DOMAIN, 7200)
    response = shop.delete(physical_id, properties)
    assert response.status == "FAILED"
    assert "set Wait to false" not in response.reason, response.reason
