"""A rollback takes off the domain what the stack operation has put there, and leaves what was there before."""

from __future__ import annotations

import pytest

from local_aws.packages.behaviour import Fault
from tests.unit.lambda_handler.association.shop import DOMAIN, ENGINE, Shop
from tests.unit.lambda_handler.association.stories import INVENTED
from tests.unit.lambda_handler.deliveries import deliver_and_die
from tests.unit.lambda_handler.harness import OTHER_STACK_ID, STACK_ID

CLEAN_UP = "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"


def there_before(shop: Shop) -> str:
    """A dictionary of another stack, with two versions, that is on the domain."""
    package = shop.foreign_dictionary("there")
    shop.new_version(package)
    shop.associate(package)
    return package


class TestTheDeleteOfACreateThatSucceeded:
    """Another resource of the stack has failed."""

    def test_leaves_what_was_there_when_the_stacks_creation_is_rolled_back(self, shop: Shop) -> None:
        there = there_before(shop)
        shop.cloud.stacks.begin_creation(STACK_ID)
        properties = shop.properties(there, shop.dictionary("new"))
        physical_id = shop.create(properties).physical_id
        shop.stack_is("ROLLBACK_IN_PROGRESS")
        assert shop.delete(physical_id, properties).status == "SUCCESS"
        assert shop.on_domain() == {there: "v2"}

    def test_leaves_what_was_there_when_the_stacks_update_is_rolled_back(
        self, shop: Shop, caplog: pytest.LogCaptureFixture
    ) -> None:
        there, awss = there_before(shop), "G1"
        shop.cloud.model.add_aws_package(awss, "aws-plugin", ENGINE)
        properties = shop.properties(there, shop.dictionary("new"), awss)
        shop.cloud.stacks.begin_update(shop.cloud.stack_id)
        physical_id = shop.create(properties).physical_id
        shop.stack_is(CLEAN_UP)
        assert shop.delete(physical_id, properties).status == "SUCCESS"
        assert shop.on_domain() == {there: "v2"}
        assert caplog.text.count(f"package 'there' ({there}) may have been on domain {DOMAIN} before: it stays") == 1

    @pytest.mark.parametrize("root", ["ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS"])
    def test_leaves_what_was_there_when_the_parent_of_its_stack_is_rolled_back(self, shop: Shop, root: str) -> None:
        there = there_before(shop)
        shop.cloud.stacks.begin_creation(STACK_ID)
        properties = shop.properties(there, shop.dictionary("new"))
        shop.cloud.stacks.roots[STACK_ID] = OTHER_STACK_ID
        shop.cloud.stacks.statuses[OTHER_STACK_ID] = root
        shop.cloud.stacks.begin_update(OTHER_STACK_ID)
        physical_id = shop.create(properties).physical_id
        assert shop.delete(physical_id, properties).status == "SUCCESS"
        assert shop.on_domain() == {there: "v2"}

    @pytest.mark.parametrize("status", ["DELETE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"])
    @pytest.mark.parametrize("root", ["", "DELETE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"])
    def test_takes_off_all_that_is_listed_when_that_is_meant(self, shop: Shop, status: str, root: str) -> None:
        properties = shop.properties(there_before(shop), shop.dictionary("new"))
        physical_id = shop.create(properties).physical_id
        shop.stack_is(status)
        if root:
            shop.cloud.stacks.roots[STACK_ID] = OTHER_STACK_ID
            shop.cloud.stacks.statuses[OTHER_STACK_ID] = root
        assert shop.delete(physical_id, properties).status == "SUCCESS"
        assert shop.on_domain() == {}

    def test_takes_off_all_that_is_listed_where_cloudformation_cannot_be_asked(
        self, shop: Shop, caplog: pytest.LogCaptureFixture
    ) -> None:
        properties = shop.properties(there_before(shop), shop.dictionary("new"))
        physical_id = shop.create(properties).physical_id
        shop.cloud.stacks.error = "AccessDenied"
        assert shop.delete(physical_id, properties).status == "SUCCESS"
        assert shop.on_domain() == {}
        assert "CloudFormation cannot be asked whether it rolls back" in caplog.text

    def test_waits_until_cloudformation_can_be_asked_again(self, shop: Shop) -> None:
        there = there_before(shop)
        properties = shop.properties(there, shop.dictionary("new"))
        shop.cloud.stacks.begin_update(shop.cloud.stack_id)
        physical_id = shop.create(properties).physical_id
        shop.stack_is(CLEAN_UP)
        shop.cloud.stacks.error = "Throttling"
        _recovers_after(shop, 40)
        assert shop.delete(physical_id, properties).status == "SUCCESS"
        assert shop.on_domain() == {there: "v2"}


def test_a_replacement_that_is_rolled_back_with_its_own_id_leaves_what_was_on_the_other_domain(shop: Shop) -> None:
    shop.cloud.model.add_domain("another", ENGINE)
    package, there = shop.dictionary(), shop.foreign_dictionary("there")
    shop.new_version(there)
    on_another = {"DomainName": "another", "PackageList": [{"PackageID": there}]}
    shop.cloud.model.call("AssociatePackages", on_another)
    old, new = shop.properties(package), shop.properties(package, there, DomainName="another")
    physical_id = shop.created(old)
    replacement = shop.update(physical_id, old, new).physical_id
    assert shop.roll_back(replacement, new, old).physical_id == physical_id
    shop.stack_is(CLEAN_UP)
    assert shop.delete(replacement, new).status == "SUCCESS"
    assert (shop.on_domain(), shop.on_domain("another")) == ({package: "v1"}, {there: "v2"})


class TestTheDeleteOfACancelledCreate:
    def test_leaves_what_was_on_the_domain_before_the_update(self, shop: Shop) -> None:
        """A resource that gets another logical id lists what the old one has on the domain."""
        there, new = shop.dictionary("there"), shop.dictionary("new")
        shop.created(shop.properties(there))
        shop.cloud.stacks.begin_update(shop.cloud.stack_id)
        shop.cloud.clock.sleep(10)
        renamed = shop.properties(there, new)
        shop.create_unheard(renamed, LogicalResourceId="Renamed")
        assert shop.on_domain() == {there: "v1", new: "v1"}
        shop.stack_is(CLEAN_UP)
        assert shop.delete("shop-Renamed-1A2B3C4D5E6F", renamed, LogicalResourceId="Renamed").status == "SUCCESS"
        assert shop.on_domain() == {there: "v1"}

    def test_takes_off_what_is_marked_where_cloudformation_cannot_be_asked(self, shop: Shop) -> None:
        ours = shop.dictionary()
        shop.associate(ours)
        shop.cloud.stacks.error = "AccessDenied"
        assert shop.delete(INVENTED, shop.properties(ours)).status == "SUCCESS"
        assert shop.on_domain() == {}


class TestTheEvidence:
    def test_is_read_again_when_the_service_throttles(self, shop: Shop) -> None:
        foreign, bad = shop.foreign_dictionary("good"), shop.dictionary("bad")
        fails = Fault("AssociatePackages", "association-failed", message="no space", times=100, package_ids=[bad])
        old, new = shop.properties(shop.dictionary("kept")), shop.properties(foreign, bad)
        physical_id = shop.created(old)
        shop.cloud.model.behaviour.faults = [fails]
        assert shop.update(physical_id, old, new).status == "FAILED"
        shop.cloud.model.behaviour.faults = [Fault("GetPackageVersionHistory", "throttle", times=5)]
        assert shop.roll_back(physical_id, new, old).status == "SUCCESS"
        assert shop.on_domain() == {old["Packages"][0]["PackageID"]: "v1"}

    def test_of_an_earlier_delivery_is_read_again_when_the_service_throttles(self, shop: Shop) -> None:
        foreign, bad = shop.foreign_dictionary("good"), shop.dictionary("bad")
        fails = Fault("AssociatePackages", "association-failed", message="no space", times=100, package_ids=[bad])
        shop.cloud.model.behaviour.faults = [fails, Fault("GetPackageVersionHistory", "throttle", times=5)]
        event = shop.event("Create", shop.properties(foreign, bad))
        deliver_and_die(shop.cloud, event, "AssociatePackages")
        shop.cloud.clock.sleep(60)
        assert shop.cloud.deliver(event).status == "FAILED"
        assert shop.on_domain() == {}

    def test_that_cannot_be_read_is_none(self, shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
        foreign = shop.foreign_dictionary("good")
        old, new = shop.properties(shop.dictionary("kept")), shop.properties(foreign)
        physical_id = shop.created(old)
        assert shop.update(physical_id, old, new).status == "SUCCESS"
        shop.cloud.model.behaviour.faults = [Fault("GetPackageVersionHistory", "access-denied", times=1000)]
        assert shop.roll_back(physical_id, new, old).status == "SUCCESS"
        assert shop.on_domain() == {old["Packages"][0]["PackageID"]: "v1", foreign: "v1"}
        assert f"the versions of {foreign} cannot be read" in caplog.text


class TestACreateThatFailed:
    def test_before_it_could_look_at_the_domain_says_that_it_does_not_know_and_its_delete_looks(
        self, shop: Shop
    ) -> None:
        package = shop.dictionary()
        properties = shop.properties(package)
        event = shop.event("Create", properties)
        deliver_and_die(shop.cloud, event, "AssociatePackages")
        shop.cloud.clock.sleep(60)
        shop.cloud.model.behaviour.faults = [Fault("ListPackagesForDomain", "access-denied", times=1000)]
        failed = shop.cloud.deliver(event)
        assert (failed.status, failed.physical_id[:10]) == ("FAILED", "not-known-")
        shop.cloud.model.behaviour.faults = []
        shop.stack_is("ROLLBACK_IN_PROGRESS")
        assert shop.delete(failed.physical_id, properties).status == "SUCCESS"
        assert shop.on_domain() == {}

    def test_and_was_made_again_is_not_undone_where_cloudformation_throttles(self, shop: Shop) -> None:
        shop.cloud.model.behaviour.blue_green = 5000
        package = shop.plugin()
        properties = shop.properties(package)
        failed = shop.create(properties)
        assert package in failed.physical_id
        assert shop.create(properties).status == "SUCCESS"  # with rollback disabled
        shop.cloud.stacks.error = "Throttling"
        _recovers_after(shop, 40)
        assert shop.delete(failed.physical_id, properties).status == "SUCCESS"
        assert shop.on_domain() == {package: "v1"}


def _recovers_after(shop: Shop, seconds: float) -> None:
    """CloudFormation responds again, that many seconds from now."""
    stacks, until = shop.cloud.stacks, shop.cloud.clock.now() + seconds
    called = stacks._called

    def call(operation: str) -> None:
        if shop.cloud.clock.now() >= until:
            stacks.error = ""
        called(operation)

    vars(stacks)["_called"] = call
