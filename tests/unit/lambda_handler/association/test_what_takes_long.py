"""Requests that need not fail, and must not forget what they have done."""

from __future__ import annotations

from collections.abc import Callable

from local_aws.packages.behaviour import Fault
from tests.support.responses import Response
from tests.unit.lambda_handler.association.shop import DOMAIN, ENGINE, Shop
from tests.unit.lambda_handler.association.stories import INVENTED, fails
from tests.unit.lambda_handler.deliveries import deliver_and_die

NEWER = "OpenSearch_2.19"


def test_a_domain_that_is_made_slowly_may_fail_to_take_packages_at_first(shop: Shop) -> None:
    shop.cloud.model.behaviour.unsettled_domain = "association-failed"
    shop.cloud.model.behaviour.domain_settles = 120
    package = shop.dictionary()
    shop.cloud.model.add_domain("young", ENGINE, creating=900)
    response = shop.create(shop.properties(package, DomainName="young"))
    assert response.status == "SUCCESS", response.reason


def test_a_package_whose_last_import_failed_is_left_alone_where_the_domain_has_it(shop: Shop) -> None:
    """Whether a failed import keeps the version before is not known. The domain keeps it."""
    package, added = shop.foreign_dictionary(), shop.dictionary("added")
    old, new = shop.properties(package), shop.properties(package, added)
    physical_id = shop.created(old)
    shop.cloud.model.behaviour.failed_update_keeps_version = False
    shop.cloud.model.behaviour.faults = [Fault("UpdatePackage", "invalid", message="bad words")]
    shop.new_version(package)
    response = shop.update(physical_id, old, new)
    assert response.status == "SUCCESS", response.reason


def test_a_throttled_look_does_not_make_a_repeated_create_forget_what_it_has_associated(shop: Shop) -> None:
    shop.foreign_dictionary("good")
    bad = shop.dictionary("bad")
    shop.cloud.model.behaviour.faults = [fails(bad)]
    properties = shop.named("good", "bad")
    event = shop.event("Create", properties)
    deliver_and_die(shop.cloud, event, "AssociatePackages")
    shop.cloud.clock.sleep(60)
    shop.cloud.model.behaviour.faults = [fails(bad), Fault("DescribePackages", "throttle", skip=1)]
    response = shop.cloud.deliver(event)
    assert response.status == "FAILED"
    shop.delete(response.physical_id, properties)
    assert shop.on_domain() == {}


def test_a_throttled_history_does_not_make_a_repeated_create_forget_what_it_has_associated(shop: Shop) -> None:
    good, bad = shop.foreign_dictionary("good"), shop.dictionary("bad")
    shop.cloud.model.behaviour.faults = [fails(bad)]
    properties = shop.properties(good, bad)
    event = shop.event("Create", properties)
    deliver_and_die(shop.cloud, event, "AssociatePackages")
    shop.cloud.clock.sleep(60)
    shop.cloud.model.behaviour.faults = [fails(bad), Fault("GetPackageVersionHistory", "throttle")]
    response = shop.cloud.deliver(event)
    assert response.status == "FAILED"
    shop.delete(response.physical_id, properties)
    assert shop.on_domain() == {}


def test_a_package_that_is_named_by_its_id_and_by_its_name_is_a_clear_error(shop: Shop) -> None:
    package = shop.dictionary("synonyms")
    packages = [{"PackageID": package}, {"PackageName": "synonyms"}]
    began = shop.cloud.clock.now()
    response = shop.create({"DomainName": DOMAIN, "Packages": packages})
    asked = [named for operation, named in shop.writes() if operation == "AssociatePackages"]
    assert all(len(set(named)) == len(named) for named in asked)
    assert response.status == "FAILED" or shop.on_domain() == {package: "v1"}
    assert shop.cloud.clock.now() - began < 60


class TestAsManyPackagesAsADomainTakes:
    """What is asked of each by itself is throttled, again and again."""

    SERVED = 6  # calls a second; a look at any number of packages takes five

    def test_leave_a_domain(self, shop: Shop) -> None:
        packages = [shop.dictionary(f"words-{number}") for number in range(20)]
        properties = shop.properties(*packages)
        physical_id = shop.created(properties)
        shop.cloud.model.behaviour.calls_per_second = self.SERVED
        assert _takes_less_than_a_minute(shop, lambda: shop.delete(physical_id, properties))
        assert shop.on_domain() == {}

    def test_leave_a_domain_that_they_have_left_and_are_gone_themselves(self, shop: Shop) -> None:
        package = shop.dictionary()
        physical_id = shop.created(shop.properties(package))
        shop.cloud.model.behaviour.calls_per_second = self.SERVED
        gone = shop.properties(package, *(f"F{number}" for number in range(400, 419)))
        assert _takes_less_than_a_minute(shop, lambda: shop.delete(physical_id, gone))
        assert shop.on_domain() == {}

    def test_leave_a_domain_when_their_cancelled_create_is_undone(self, shop: Shop) -> None:
        packages = [shop.dictionary(f"words-{number}") for number in range(20)]
        shop.associate(*packages)
        shop.cloud.model.behaviour.calls_per_second = self.SERVED
        assert _takes_less_than_a_minute(shop, lambda: shop.delete(INVENTED, shop.properties(*packages)))
        assert shop.on_domain() == {}

    def test_leave_a_domain_again_in_a_rollback(self, shop: Shop) -> None:
        """Of each, how many versions it has had is a call of its own."""
        kept = shop.dictionary("kept")
        added = [shop.foreign_dictionary(f"words-{number}") for number in range(18)]
        bad = shop.dictionary("bad")
        old, new = shop.properties(kept), shop.properties(kept, *added, bad)
        physical_id = shop.created(old)
        shop.cloud.model.behaviour.faults = [fails(bad)]
        assert shop.update(physical_id, old, new).status == "FAILED"
        shop.cloud.model.behaviour.calls_per_second = self.SERVED
        assert _takes_less_than_a_minute(shop, lambda: shop.roll_back(physical_id, new, old))
        assert shop.on_domain() == {kept: "v1"}


def _takes_less_than_a_minute(shop: Shop, request: Callable[[], Response]) -> bool:
    began = shop.cloud.clock.now()
    response = request()
    assert response.status == "SUCCESS", response.reason
    return shop.cloud.clock.now() - began < 60
