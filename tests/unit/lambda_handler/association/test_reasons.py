"""Reasons that a reader who was woken can act on."""

from __future__ import annotations

import pytest

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


class TestOfAsManyPackagesAsADomainTakes:
    """CloudFormation shows the beginning of a reason only. What the service says, and what to do, has to be in it."""

    @pytest.fixture
    def plugins(self, shop: Shop) -> list[str]:
        return [shop.plugin(f"analysis-of-our-shop-{number}") for number in range(20)]

    def test_a_timeout_says_what_to_do(self, shop: Shop, plugins: list[str]) -> None:
        shop.cloud.model.behaviour.blue_green = 7200
        reason = shop.create(shop.properties(*plugins)).reason
        assert "timed out waiting for domain" in reason
        assert "stages" in reason
        assert "set Wait to false" in reason

    @pytest.mark.parametrize("code", ["ValidationException", "AccessDeniedException"])
    def test_a_refusal_is_told_in_the_services_words(self, shop: Shop, plugins: list[str], code: str) -> None:
        told = Fault("AssociatePackages", "error", code=code, message="not on this domain", times=1000)
        shop.cloud.model.behaviour.faults = [told]
        reason = shop.create(shop.properties(*plugins)).reason
        assert f"'analysis-of-our-shop-0' ({plugins[0]})" in reason
        assert "more could not be associated" in reason
        assert "not on this domain" in reason

    def test_a_dissociation_that_is_refused_says_what_to_do(self, shop: Shop, plugins: list[str]) -> None:
        properties = shop.properties(*plugins)
        physical_id = shop.created(properties)
        told = Fault("DissociatePackages", "error", code="ValidationException", message="not now", times=1000)
        shop.cloud.model.behaviour.faults = [told]
        reason = shop.delete(physical_id, properties).reason
        assert "not now" in reason
        assert "delete the indexes that use it" in reason
