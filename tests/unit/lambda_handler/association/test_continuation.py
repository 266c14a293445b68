"""However the work is cut into invocations: the same is written, and the same is responded."""

from __future__ import annotations

from typing import Any

import pytest

from local_aws.packages.behaviour import Fault
from tests.unit.lambda_handler.association.shop import DOMAIN, LOGICAL_ID, Shop
from tests.unit.lambda_handler.association.stories import STORIES, fails, told
from tests.unit.lambda_handler.deliveries import begin


@pytest.mark.parametrize("name", STORIES)
@pytest.mark.parametrize("seconds", [900, 6])
@pytest.mark.parametrize("stale", [0, 5])
def test_a_story_ends_alike_in_one_invocation_and_in_many(shop: Shop, name: str, seconds: float, stale: float) -> None:
    story = told(shop, name, associating=8, dissociating=8, blue_green=8, stale_associations=stale)
    response = shop.cloud.deliver(story.event, seconds)
    assert response.status == story.status, response.reason
    assert shop.writes() == story.writes
    assert story.is_so(shop)
    assert shop.cloud.invocations > 1 or seconds > 10


def test_what_a_plugin_takes_is_waited_for_over_several_invocations_of_the_usual_length(shop: Shop) -> None:
    shop.cloud.model.behaviour.blue_green = 3000
    package = shop.plugin()
    response = shop.create(shop.properties(package))
    assert (response.status, shop.cloud.invocations) == ("SUCCESS", 4), response.reason
    assert shop.writes() == [("AssociatePackages", [package])]


class TestWhatIsRemembered:
    def test_that_the_response_of_a_write_was_lost(self, shop: Shop) -> None:
        behaviour = shop.cloud.model.behaviour
        behaviour.associating, behaviour.stale_associations = 40, 20
        behaviour.faults = [Fault("AssociatePackages", "error-after-apply", status=504)]
        package = shop.dictionary()
        event = shop.event("Create", shop.properties(package))
        assert shop.cloud.deliver(event, seconds=6).status == "SUCCESS"
        assert shop.writes() == [("AssociatePackages", [package])]

    def test_how_long_a_write_has_been_refused(self, shop: Shop) -> None:
        shop.cloud.model.behaviour.faults = [
            Fault("AssociatePackages", "error", code="ValidationException", message="not here", times=1000)
        ]
        event = shop.event("Create", shop.properties(shop.dictionary()))
        began = shop.cloud.clock.now()
        response = shop.cloud.deliver(event, seconds=60)
        assert "not here" in response.reason
        assert 180 < shop.cloud.clock.now() - began < 240

    def test_since_when_a_package_does_not_show(self, shop: Shop) -> None:
        event = shop.event("Create", shop.properties("F404"))
        began = shop.cloud.clock.now()
        assert "there is no package F404" in shop.cloud.deliver(event, seconds=5).reason
        assert 15 < shop.cloud.clock.now() - began < 25

    def test_since_when_a_domain_does_not_show(self, shop: Shop) -> None:
        event = shop.event("Create", shop.properties("F404", DomainName="nowhere"))
        began = shop.cloud.clock.now()
        assert "does not exist" in shop.cloud.deliver(event, seconds=5).reason
        assert 15 < shop.cloud.clock.now() - began < 25

    def test_since_when_a_new_version_does_not_show(self, shop: Shop) -> None:
        package = shop.dictionary()
        shop.associate(package)
        properties = {"DomainName": DOMAIN, "Packages": [{"PackageID": package, "PackageVersion": "fingerprint"}]}
        began = shop.cloud.clock.now()
        assert shop.cloud.deliver(shop.event("Create", properties), seconds=5).status == "SUCCESS"
        assert 15 < shop.cloud.clock.now() - began < 25

    @pytest.mark.parametrize("domain", [DOMAIN, "not-made-yet"])
    def test_until_when_a_cancelled_creates_associations_are_looked_for(self, shop: Shop, domain: str) -> None:
        properties = shop.properties(shop.dictionary(), DomainName=domain)
        event = shop.event("Delete", properties, PhysicalResourceId=f"shop-{LOGICAL_ID}-1A2B3C4D5E6F")
        began = shop.cloud.clock.now()
        assert shop.cloud.deliver(event, seconds=5).status == "SUCCESS"
        assert 20 <= shop.cloud.clock.now() - began < 25

    def test_why_a_create_has_failed_that_takes_back_what_it_has_made(self, shop: Shop) -> None:
        good, bad = shop.dictionary("good"), shop.foreign_dictionary("bad")
        shop.associate(bad)
        shop.new_version(bad)
        event = shop.event("Create", shop.properties(good, bad))
        shop.cloud.model.behaviour.change({"associating": 8, "dissociating": 30, "faults": []})
        shop.cloud.model.behaviour.faults = [fails(bad)]
        response = shop.cloud.deliver(event, seconds=12)
        assert response.reason.startswith(f"package 'bad' ({bad}) could not be associated with domain '{DOMAIN}'")
        assert response.physical_id.startswith("nothing-was-created-")
        assert shop.on_domain() == {bad: "ASSOCIATION_FAILED"}


class TestWhenTheTimeIsOver:
    @pytest.mark.parametrize("timeout", [30, 120, 3600])
    def test_a_response_comes_before_cloudformation_gives_up(self, shop: Shop, timeout: int) -> None:
        shop.cloud.model.behaviour.associating = 7200
        properties = shop.properties(shop.dictionary(), ServiceTimeout=timeout)
        began = shop.cloud.clock.now()
        response = shop.create(properties)
        assert response.status == "FAILED"
        assert shop.cloud.clock.now() - began < timeout

    def test_it_says_what_was_waited_for(self, shop: Shop) -> None:
        package, theirs = shop.dictionary(), shop.foreign_dictionary("theirs")
        shop.cloud.model.behaviour.associating = 7200
        shop.cloud.model.call("AssociatePackages", {"DomainName": DOMAIN, "PackageList": [{"PackageID": theirs}]})
        reason = shop.create(shop.properties(package)).reason
        assert f"timed out waiting for domain '{DOMAIN}' to finish its change" in reason
        assert f"'theirs' ({theirs}) ASSOCIATING" in reason
        assert "stages" not in reason  # the domain tells nothing of a dictionary's change

    def test_of_a_delete_it_says_what_helps_a_delete(self, shop: Shop) -> None:
        properties = shop.properties(shop.dictionary())
        physical_id = shop.created(properties)
        shop.cloud.model.modify_domain(DOMAIN, 7200)
        response = shop.delete(physical_id, properties)
        assert (response.status, response.physical_id) == ("FAILED", physical_id)
        assert "of 7 stages" in response.reason
        assert "Wait" not in response.reason
        assert "Delete again when that has ended" in response.reason

    def test_that_the_progress_cannot_be_told_changes_nothing(self, shop: Shop) -> None:
        shop.cloud.model.behaviour.faults = [Fault("DescribeDomainChangeProgress", "access-denied", times=100)]
        shop.cloud.model.modify_domain(DOMAIN, 7200)
        reason = shop.create(shop.properties(shop.dictionary())).reason
        assert "timed out waiting for domain" in reason
        assert "set Wait to false" in reason


class TestAContinuation:
    def test_of_an_older_release_is_understood(self, shop: Shop) -> None:
        """It knows less: what it does not say counts as not remembered."""
        shop.cloud.model.behaviour.associating = 30
        package = shop.dictionary()
        continued = begin(shop.cloud, shop.event("Create", shop.properties(package)), 8)
        for name in ("had", "refused_of"):
            del continued["Continuation"]["State"]["Change"][name]
        assert shop.cloud.deliver(continued).status == "SUCCESS"
        assert shop.writes() == [("AssociatePackages", [package])]

    @pytest.mark.parametrize(
        "junk", [None, [], "text", {"Change": 7}, {"Change": {"asked": []}, "Failure": [1]}], ids=repr
    )
    def test_that_makes_no_sense_begins_anew(self, shop: Shop, junk: Any) -> None:
        shop.cloud.model.behaviour.associating = 30
        package = shop.dictionary()
        continued = begin(shop.cloud, shop.event("Create", shop.properties(package)), 8)
        continued["Continuation"]["State"] = junk
        assert shop.cloud.deliver(continued).status == "SUCCESS"
        assert shop.writes() == [("AssociatePackages", [package])]
