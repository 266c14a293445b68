"""Deliveries that come when CloudFormation has gone on: they write nothing, and undo nothing of a later request.

Unlike a package's, the id of an association comes again: every Create of the resource for that domain gives the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from local_aws.packages.behaviour import Fault
from tests.unit.lambda_handler.association.shop import DOMAIN, ENGINE, Shop
from tests.unit.lambda_handler.association.stories import INVENTED, fails
from tests.unit.lambda_handler.deliveries import begin, deliver_aside
from tests.unit.lambda_handler.harness import Cloud

NOT_AWAITED = "CloudFormation does not wait for this request any more"


@pytest.fixture
def package(shop: Shop) -> str:
    return shop.dictionary()


def write_nothing(shop: Shop, deliver: Callable[[], Any]) -> None:
    """Whatever is delivered changes nothing of the domain."""
    before, asked = shop.on_domain(), len(shop.writes())
    deliver()
    assert len(shop.writes()) == asked
    assert shop.on_domain() == before


def is_late(shop: Shop, late: dict[str, Any], now: dict[str, Any]) -> None:
    """It comes when another request has put the packages there, and that one waits until the service is done."""
    shop.cloud.model.behaviour.associating = 100
    continued = begin(shop.cloud, now, 30)
    while "ASSOCIATING" in shop.on_domain().values():
        shop.cloud.clock.sleep(10)
    write_nothing(shop, lambda: deliver_aside(shop.cloud, late))
    assert shop.cloud.deliver(continued).status == "SUCCESS"


class TestACreateThatIsDeliveredAgain:
    def test_associates_nothing_after_the_delete(self, shop: Shop, package: str) -> None:
        properties = shop.properties(package)
        event = shop.event("Create", properties)
        assert shop.delete(shop.cloud.deliver(event).physical_id, properties).status == "SUCCESS"
        shop.cloud.clock.sleep(60)
        write_nothing(shop, lambda: shop.cloud.deliver(event))

    def test_says_what_it_said_when_it_had_failed(self, shop: Shop, package: str) -> None:
        fails = Fault("AssociatePackages", "association-failed", message="no space", times=100)
        shop.cloud.model.behaviour.faults = [fails]
        event = shop.event("Create", shop.properties(package))
        first = shop.cloud.deliver(event)
        shop.cloud.model.behaviour.faults = []
        write_nothing(shop, lambda: shop.cloud.deliver(event))
        assert first.physical_id == shop.cloud.deliver(event).physical_id

    def test_takes_nothing_back_that_a_person_put_there_later(self, shop: Shop, package: str) -> None:
        fails = Fault("AssociatePackages", "association-failed", message="no space", times=100)
        shop.cloud.model.behaviour.faults = [fails]
        event = shop.event("Create", shop.properties(package, "F404"))
        shop.cloud.deliver(event)
        shop.cloud.model.behaviour.faults = []
        shop.associate(package)
        write_nothing(shop, lambda: shop.cloud.deliver(event))


class TestACreateThatWasCancelled:
    def test_associates_nothing_after_its_delete(self, shop: Shop, package: str) -> None:
        properties = shop.properties(package)
        shop.cloud.model.modify_domain(DOMAIN, 100)
        event = shop.event("Create", properties)
        continued = begin(shop.cloud, event, 30)
        shop.cloud.stacks.give_up(event)
        assert shop.delete(INVENTED, properties).status == "SUCCESS"
        shop.cloud.clock.sleep(100)
        write_nothing(shop, lambda: shop.cloud.deliver(continued))
        assert shop.on_domain() == {}

    def test_puts_nothing_back_that_its_delete_takes_off(self, shop: Shop, package: str) -> None:
        properties = shop.properties(package)
        shop.cloud.model.behaviour.associating = 100
        event = shop.event("Create", properties)
        continued = begin(shop.cloud, event, 30)
        shop.cloud.stacks.give_up(event)
        assert shop.delete(INVENTED, properties).status == "SUCCESS"
        assert shop.on_domain() == {}
        write_nothing(shop, lambda: shop.cloud.deliver(continued))

    def test_takes_back_what_it_has_put_there_in_vain_although_nobody_waits(self, shop: Shop, package: str) -> None:
        """It is of another stack, so that the Delete with the invented id has left it alone."""
        foreign, bad = shop.foreign_dictionary("foreign"), shop.dictionary("bad")
        shop.cloud.model.behaviour.associating = 200  # too long to try a failed association again
        shop.cloud.model.behaviour.faults = [fails(bad)]
        properties = shop.properties(foreign, bad)
        event = shop.event("Create", properties)
        continued = begin(shop.cloud, event, 30)
        shop.cloud.stacks.give_up(event)
        shop.cloud.clock.sleep(200)
        shop.cloud.deliver(continued)
        assert shop.on_domain() == {}

    def test_takes_nothing_back_that_another_association_has_put_there_since(self, shop: Shop) -> None:
        """It looks like what an earlier delivery has put there."""
        foreign = shop.foreign_dictionary("foreign")
        properties = shop.properties(foreign, "F404")
        event = shop.event("Create", properties)
        failed = shop.cloud.deliver(event)
        assert shop.delete(failed.physical_id, properties).status == "SUCCESS"
        assert shop.create(shop.properties(foreign), LogicalResourceId="Another").status == "SUCCESS"
        shop.cloud.clock.sleep(60)
        write_nothing(shop, lambda: shop.cloud.deliver(event))
        assert shop.on_domain() == {foreign: "v1"}

    def test_takes_nothing_back_that_a_later_create_is_putting_there(self, shop: Shop) -> None:
        foreign, bad = shop.foreign_dictionary("foreign"), shop.dictionary("bad")
        behaviour = shop.cloud.model.behaviour
        behaviour.associating, behaviour.dissociating = 200, 100  # too long to try a failed association again
        behaviour.faults = [Fault("AssociatePackages", "association-failed", message="no space", package_ids=[bad])]
        properties = shop.properties(foreign, bad)
        event = shop.event("Create", properties)
        late = begin(shop.cloud, event, 300)
        assert set(shop.on_domain().values()) == {"DISSOCIATING"}
        shop.cloud.stacks.give_up(event)
        shop.cloud.clock.sleep(100)
        is_late(shop, late, shop.event("Create", properties))
        assert shop.on_domain() == {foreign: "v1", bad: "v1"}


class TestAnUpdateThatIsDeliveredAgain:
    def test_brings_nothing_back_after_its_rollback(self, shop: Shop, package: str) -> None:
        bad = shop.dictionary("bad")
        shop.cloud.model.behaviour.faults = [fails(bad)]
        old, new = shop.properties(package), shop.properties(package, bad)
        physical_id = shop.created(old)
        shop.cloud.stacks.begin_update(shop.cloud.stack_id)
        event = shop.event("Update", new, PhysicalResourceId=physical_id, OldResourceProperties=old)
        assert shop.cloud.deliver(event).status == "FAILED"
        shop.cloud.clock.sleep(20)
        assert shop.roll_back(physical_id, new, old).status == "SUCCESS"
        shop.cloud.model.behaviour.faults = []
        shop.cloud.clock.sleep(60)
        write_nothing(shop, lambda: shop.cloud.deliver(event))
        assert shop.on_domain() == {package: "v1"}

    def test_puts_nothing_onto_the_domain_after_the_delete(self, shop: Shop, package: str) -> None:
        added = shop.dictionary("added")
        old, new = shop.properties(package), shop.properties(package, added)
        physical_id = shop.created(old)
        event = shop.event("Update", new, PhysicalResourceId=physical_id, OldResourceProperties=old)
        assert shop.cloud.deliver(event).status == "SUCCESS"
        assert shop.delete(physical_id, new).status == "SUCCESS"
        shop.cloud.clock.sleep(60)
        write_nothing(shop, lambda: shop.cloud.deliver(event))
        assert shop.on_domain() == {}

    def test_to_another_domain_brings_nothing_back_there(self, shop: Shop, package: str) -> None:
        shop.cloud.model.add_domain("another", ENGINE)
        old, new = shop.properties(package), shop.properties(package, DomainName="another")
        physical_id = shop.created(old)
        shop.cloud.stacks.begin_update(shop.cloud.stack_id)
        event = shop.event("Update", new, PhysicalResourceId=physical_id, OldResourceProperties=old)
        replacement = shop.cloud.deliver(event).physical_id
        shop.cloud.clock.sleep(20)
        assert shop.roll_back(replacement, new, old).physical_id == physical_id
        shop.stack_is("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
        assert shop.delete(replacement, new).status == "SUCCESS"
        shop.cloud.clock.sleep(60)
        write_nothing(shop, lambda: shop.cloud.deliver(event))
        assert shop.on_domain("another") == {}


class TestADeleteThatIsDeliveredAgain:
    def test_takes_nothing_off_that_a_later_create_is_putting_there(self, shop: Shop, package: str) -> None:
        properties = shop.properties(package)
        event = shop.event("Delete", properties, PhysicalResourceId=shop.created(properties))
        assert shop.cloud.deliver(event).status == "SUCCESS"
        shop.cloud.clock.sleep(60)
        is_late(shop, event, shop.event("Create", properties))
        assert shop.on_domain() == {package: "v1"}

    def test_takes_nothing_off_that_a_later_create_has_put_there(self, shop: Shop, package: str) -> None:
        properties = shop.properties(package)
        event = shop.event("Delete", properties, PhysicalResourceId=shop.created(properties))
        shop.cloud.deliver(event)
        shop.cloud.clock.sleep(60)
        shop.created(properties)
        write_nothing(shop, lambda: shop.cloud.deliver(event))

    def test_takes_nothing_off_a_domain_to_which_the_resource_comes_back(self, shop: Shop, package: str) -> None:
        """The Delete was that of the clean-up, when the resource went to another domain."""
        shop.cloud.model.add_domain("another", ENGINE)
        here, there = shop.properties(package), shop.properties(package, DomainName="another")
        physical_id = shop.created(here)
        replacement = shop.update(physical_id, here, there).physical_id
        event = shop.event("Delete", here, PhysicalResourceId=physical_id)
        assert shop.cloud.deliver(event).status == "SUCCESS"
        shop.cloud.clock.sleep(60)
        shop.cloud.stacks.begin_update(shop.cloud.stack_id)
        back = shop.event("Update", here, PhysicalResourceId=replacement, OldResourceProperties=there)
        is_late(shop, event, back)
        assert shop.on_domain() == {package: "v1"}

    def test_of_what_a_failed_create_left_takes_nothing_off_that_a_later_create_is_putting_there(
        self, shop: Shop, package: str
    ) -> None:
        shop.cloud.model.behaviour.associating = 700
        properties = shop.properties(package, ServiceTimeout=600)
        failed = shop.create(properties)
        assert package in failed.physical_id
        event = shop.event("Delete", properties, PhysicalResourceId=failed.physical_id)
        assert shop.cloud.deliver(event).status == "SUCCESS"
        shop.cloud.clock.sleep(60)
        shop.cloud.model.behaviour.associating = 100
        is_late(shop, event, shop.event("Create", properties))
        assert shop.on_domain() == {package: "v1"}

    def test_goes_on_while_cloudformation_waits_for_it(self, shop: Shop, package: str) -> None:
        properties = shop.properties(package)
        event = shop.event("Delete", properties, PhysicalResourceId=shop.created(properties))
        shop.cloud.model.modify_domain(DOMAIN, 100)
        assert shop.cloud.deliver(event, seconds=30).status == "SUCCESS"
        assert shop.on_domain() == {}


class TestTheDeleteOfACancelledCreate:
    def test_that_is_delivered_again_spares_what_a_later_create_has_put_there(self, shop: Shop, package: str) -> None:
        properties = shop.properties(package)
        event = shop.event("Delete", properties, PhysicalResourceId=INVENTED)
        shop.cloud.deliver(event)
        shop.cloud.clock.sleep(60)
        shop.created(properties)
        write_nothing(shop, lambda: shop.cloud.deliver(event))


def test_a_request_that_is_older_than_its_timeout_writes_nothing(shop: Shop, package: str) -> None:
    cloud: Cloud = shop.cloud
    properties = shop.properties(package, ServiceTimeout=300)
    physical_id = shop.created(properties)
    others = shop.properties(shop.dictionary("other"), ServiceTimeout=300)
    events = [
        shop.event("Create", others),
        shop.event("Update", others, PhysicalResourceId=physical_id, OldResourceProperties=properties),
        shop.event("Delete", properties, PhysicalResourceId=physical_id),
    ]
    cloud.stacks.error = "AccessDenied"
    cloud.clock.sleep(301)
    for event in events:
        write_nothing(shop, lambda event=event: cloud.deliver(event))  # type: ignore[misc]


def test_a_delete_that_comes_again_after_the_rollback_leaves_what_was_there_before(shop: Shop) -> None:
    """Lambda lost the invocation that had responded, and delivers the event again when nothing rolls back any more."""
    foreign = shop.foreign_dictionary()
    shop.associate(foreign)
    properties = shop.properties(foreign)
    made = shop.create(properties)
    shop.cloud.clock.sleep(10)
    shop.stack_is("ROLLBACK_IN_PROGRESS")
    event = shop.event("Delete", properties, PhysicalResourceId=made.physical_id)
    assert shop.cloud.deliver(event).status == "SUCCESS"
    shop.stack_is("ROLLBACK_COMPLETE")
    shop.cloud.clock.sleep(60)
    shop.cloud.deliver(event)
    assert shop.on_domain() == {foreign: "v1"}


def test_a_delete_that_comes_again_leaves_what_another_association_has_put_there_since(shop: Shop) -> None:
    package = shop.dictionary()
    properties = shop.properties(package)
    event = shop.event("Delete", properties, PhysicalResourceId=shop.created(properties))
    assert shop.cloud.deliver(event).status == "SUCCESS"
    assert shop.create(properties, LogicalResourceId="Another").status == "SUCCESS"
    shop.cloud.clock.sleep(60)
    shop.cloud.deliver(event)
    assert shop.on_domain() == {package: "v1"}
