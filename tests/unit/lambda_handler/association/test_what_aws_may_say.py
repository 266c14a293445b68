"""Answers that the service does not give today, or that leave out what is documented."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from tests.support.clients import With
from tests.unit.lambda_handler.association.shop import DOMAIN, ENGINE, Shop


def answers(shop: Shop, operation: str, members: str, change: Callable[[dict[str, Any]], None]) -> None:
    """Have each item of a list that the service gives be changed."""
    call = getattr(shop.cloud.opensearch, operation)

    def changed(**parameters: Any) -> Any:
        page = call(**parameters)
        for one in page[members]:
            change(one)
        return page

    shop.cloud.opensearch = cast("Any", With(shop.cloud.opensearch, **{operation: changed}))
    shop.cloud.cold_start()


def test_a_status_that_aws_may_add_is_waited_for_and_not_written_against(shop: Shop) -> None:
    package = shop.dictionary()
    shop.associate(package)
    shop.new_version(package)
    until = shop.cloud.clock.now() + 300

    def updating(one: dict[str, Any]) -> None:
        if shop.cloud.clock.now() < until:
            one["DomainPackageStatus"] = "UPDATING"

    answers(shop, "list_packages_for_domain", "DomainPackageDetailsList", updating)
    assert shop.create(shop.properties(package)).status == "SUCCESS"
    assert len(shop.writes()) <= 1


def test_a_package_whose_status_is_unknown_is_waited_for(shop: Shop) -> None:
    package = shop.dictionary()
    until = shop.cloud.clock.now() + 400

    def scanning(one: dict[str, Any]) -> None:
        if shop.cloud.clock.now() < until:
            one["PackageStatus"] = "SCANNING"
            one.pop("AvailablePackageVersion", None)

    answers(shop, "describe_packages", "PackageDetailsList", scanning)
    assert shop.create(shop.properties(package)).status == "SUCCESS"
    assert shop.cloud.clock.now() >= until


def test_already_in_desired_state_is_believed_where_versions_look_different(shop: Shop) -> None:
    shop.cloud.model.add_aws_package("G1", "aws-plugin", ENGINE)
    shop.associate("G1")
    answers(
        shop,
        "list_packages_for_domain",
        "DomainPackageDetailsList",
        lambda one: one.update(PackageVersion="2.17.0"),
    )
    response = shop.create(shop.named("aws-plugin"))
    assert len(shop.writes()) < 3  # 334 in an hour
    assert response.status == "SUCCESS"


def test_a_second_failure_is_noticed_where_nothing_tells_when_it_was(shop: Shop) -> None:
    package = shop.dictionary()
    properties = shop.properties(package)
    physical_id = shop.created(properties)
    shop.cloud.model.use_in_index(DOMAIN, package)
    answers(shop, "list_packages_for_domain", "DomainPackageDetailsList", lambda one: one.pop("LastUpdated", None))
    shop.delete(physical_id, properties)
    shop.cloud.model.calls.clear()
    again = shop.delete(physical_id, properties)
    assert "out of the settings of every index" in again.reason
    assert len(shop.writes()) < 3  # 157 in an hour
