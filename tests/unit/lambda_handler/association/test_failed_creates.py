"""A Create that fails: it takes back what it has put onto the domain, and leaves what was there."""

from __future__ import annotations

from typing import Any

import pytest

from local_aws.packages.behaviour import Fault
from tests.support.clients import failed as failed_call
from tests.unit.lambda_handler.association.shop import DOMAIN, ENGINE, Shop
from tests.unit.lambda_handler.association.stories import fails
from tests.unit.lambda_handler.deliveries import deliver_and_die


def _taken_over(shop: Shop) -> tuple[str, dict[str, Any], str]:
    """What a Create has left that failed with rollback disabled, and the next deployment has taken over: a package.

    Gives its id, the properties, and the physical id of the failed Create.
    """
    package = shop.dictionary()
    shop.cloud.model.behaviour.associating = 5000
    properties = shop.properties(package)
    failed = shop.create(properties)
    assert shop.create(properties).status == "SUCCESS"
    return package, properties, failed.physical_id


def test_takes_back_what_it_has_associated_and_leaves_what_was_there(shop: Shop) -> None:
    there, good, bad = shop.foreign_dictionary(), shop.dictionary("good"), shop.dictionary("bad")
    shop.associate(there)
    shop.new_version(there)
    shop.cloud.model.behaviour.faults = [fails(bad)]
    properties = shop.properties(there, good, bad)
    response = shop.create(properties)
    assert response.status == "FAILED"
    assert f"package 'bad' ({bad}) could not be associated with domain '{DOMAIN}'" in response.reason
    assert "no space" in response.reason
    assert shop.on_domain() == {there: "v2"}
    shop.cloud.model.calls.clear()
    assert shop.delete(response.physical_id, properties).status == "SUCCESS"
    assert shop.cloud.model.calls == []


def test_leaves_a_package_in_use_whose_new_version_had_failed_before(shop: Shop) -> None:
    there = shop.foreign_dictionary()
    shop.associate(there)
    shop.new_version(there)
    shop.cloud.model.behaviour.faults = [fails(there)]
    shop.associate(there)
    response = shop.create(shop.properties(there))
    assert response.status == "FAILED"
    assert response.physical_id.startswith("nothing-was-created-")
    [association] = shop.cloud.model.packages_on(DOMAIN)
    assert (association["DomainPackageStatus"], association["PackageVersion"]) == ("ASSOCIATION_FAILED", "v1")


def test_that_the_domain_does_not_let_go_yet_is_undone_by_the_delete_that_follows(shop: Shop) -> None:
    there, package = shop.foreign_dictionary(), shop.dictionary()
    shop.associate(there)
    shop.cloud.model.behaviour.associating = 5000
    properties = shop.properties(there, package)
    response = shop.create(properties)
    assert response.status == "FAILED"
    assert "timed out waiting for domain" in response.reason
    assert package in response.physical_id
    assert there not in response.physical_id
    deleted = shop.delete(response.physical_id, properties)
    assert deleted.status == "SUCCESS", deleted.reason
    assert shop.on_domain() == {there: "v1"}


def test_for_lack_of_time_says_how_far_the_domain_is_and_what_to_do(shop: Shop) -> None:
    shop.cloud.model.behaviour.blue_green = 7200
    response = shop.create(shop.properties(shop.plugin()))
    assert response.status == "FAILED"
    for told in ("timed out waiting for domain", "ASSOCIATING", "of 7 stages", "rollback disabled", "Wait"):
        assert told in response.reason, response.reason


def test_with_rollback_disabled_the_next_deployment_goes_on_where_it_is(shop: Shop) -> None:
    shop.cloud.model.behaviour.blue_green = 5000
    package = shop.plugin()
    properties = shop.properties(package)
    failed = shop.create(properties)
    shop.cloud.model.calls.clear()
    again = shop.create(properties)
    assert again.status == "SUCCESS", again.reason
    assert shop.writes() == []
    # CloudFormation cleans up the id of the failed one.
    assert shop.delete(failed.physical_id, properties).status == "SUCCESS"
    assert shop.on_domain() == {package: "v1"}


def test_with_rollback_disabled_keeps_what_the_next_deployment_has_taken_over_though_cloudformation_tells_it_late(
    shop: Shop,
) -> None:
    package, properties, left = _taken_over(shop)
    shop.cloud.stacks.lag = 5.0
    assert shop.delete(left, properties).status == "SUCCESS"
    assert shop.on_domain() == {package: "v1"}


def test_with_rollback_disabled_is_undone_when_the_next_deployment_is_rolled_back(shop: Shop) -> None:
    """CloudFormation deletes what that one has created first, and then what the failed one has left."""
    first, second = shop.dictionary("first"), shop.dictionary("second")
    shop.cloud.model.behaviour.associating = 5000
    failed, wanted = shop.properties(first), shop.properties(second)
    left = shop.create(failed).physical_id
    shop.cloud.model.behaviour.associating = 10
    shop.cloud.clock.sleep(5000)
    created = shop.create(wanted)
    assert (created.status, sorted(shop.on_domain())) == ("SUCCESS", sorted([first, second])), created.reason
    shop.stack_is("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
    assert shop.delete(created.physical_id, wanted).status == "SUCCESS"
    assert shop.delete(left, failed).status == "SUCCESS"
    assert shop.on_domain() == {}


def test_with_rollback_disabled_keeps_what_the_next_deployment_has_taken_over_though_cloudformation_throttles(
    shop: Shop,
) -> None:
    package, properties, left = _taken_over(shop)

    def throttled(**_: str) -> dict[str, object]:
        del vars(shop.cloud.stacks)["describe_stack_resource"]
        raise failed_call("DescribeStackResource", "Throttling", "Rate exceeded")

    vars(shop.cloud.stacks)["describe_stack_resource"] = throttled
    assert shop.delete(left, properties).status == "SUCCESS"
    assert shop.on_domain() == {package: "v1"}


def test_that_died_and_is_delivered_again_takes_back_what_it_had_associated(shop: Shop) -> None:
    package, bad = shop.foreign_dictionary("good"), shop.dictionary("bad")
    shop.cloud.model.behaviour.faults = [fails(bad)]
    event = shop.event("Create", shop.properties(package, bad))
    deliver_and_die(shop.cloud, event, "AssociatePackages")
    shop.cloud.clock.sleep(60)
    response = shop.cloud.deliver(event)
    assert response.status == "FAILED"
    assert shop.on_domain() == {}


def test_that_died_and_is_delivered_again_leaves_what_was_there(shop: Shop) -> None:
    there, bad = shop.foreign_dictionary("there"), shop.dictionary("bad")
    shop.associate(there)
    shop.new_version(there)
    shop.cloud.model.behaviour.faults = [fails(bad)]
    event = shop.event("Create", shop.properties(there, bad))
    deliver_and_die(shop.cloud, event, "AssociatePackages")
    shop.cloud.clock.sleep(60)
    assert shop.cloud.deliver(event).status == "FAILED"
    assert shop.on_domain() == {there: "v2"}


class TestLeavesOnTheDomain:
    """Each was there before, or is another's, although this Create has asked for it."""

    def test_a_package_in_use_whose_last_association_had_failed(self, shop: Shop) -> None:
        there, bad = shop.foreign_dictionary("there"), shop.dictionary("bad")
        shop.associate(there)
        shop.new_version(there)
        shop.cloud.model.behaviour.faults = [fails(there), fails(bad)]
        shop.associate(there)
        assert shop.on_domain() == {there: "ASSOCIATION_FAILED"}
        assert shop.create(shop.properties(there, bad)).status == "FAILED"
        assert list(shop.on_domain()) == [there]

    def test_one_that_it_had_to_dissociate_in_order_to_make_it_anew(self, shop: Shop) -> None:
        there = shop.foreign_dictionary("there")
        shop.associate(there)
        shop.new_version(there)
        shop.cloud.model.behaviour.faults = [fails(there)]
        shop.associate(there)
        shop.cloud.model.behaviour.associate_after_failure = "validation"
        assert shop.create(shop.properties(there)).status == "FAILED"
        assert [operation for operation, _ in shop.writes()][-2:] == ["DissociatePackages", "AssociatePackages"]
        assert list(shop.on_domain()) == [there]

    @pytest.mark.parametrize("refusal", ["conflict", "validation"])
    def test_one_that_another_resource_put_there_while_the_domain_was_busy_for_this_one(
        self, shop: Shop, refusal: str
    ) -> None:
        behaviour = shop.cloud.model.behaviour
        behaviour.busy_domain, behaviour.associating = refusal, 200  # type: ignore[assignment]
        theirs, bad = shop.foreign_dictionary("theirs"), shop.dictionary("bad")
        shop.new_version(theirs)
        behaviour.faults = [fails(bad)]
        shop.before_call("AssociatePackages", lambda: self._associate(shop, theirs))
        assert shop.create(shop.properties(theirs, bad)).status == "FAILED"
        assert shop.on_domain() == {theirs: "v2"}

    def test_one_of_which_the_service_says_that_it_is_there_already(self, shop: Shop) -> None:
        theirs, bad = shop.foreign_dictionary("theirs"), shop.dictionary("bad")
        shop.new_version(theirs)
        shop.cloud.model.behaviour.faults = [fails(bad)]

        def put_there() -> None:
            self._associate(shop, theirs)
            shop.cloud.clock.sleep(5)

        shop.before_call("AssociatePackages", put_there)
        assert shop.create(shop.properties(theirs, bad)).status == "FAILED"
        assert shop.on_domain() == {theirs: "v2"}

    def _associate(self, shop: Shop, package_id: str) -> None:
        shop.cloud.model.call("AssociatePackages", {"DomainName": DOMAIN, "PackageList": [{"PackageID": package_id}]})


def test_takes_back_what_the_service_began_although_it_refused_the_call(shop: Shop) -> None:
    """What becomes of the others when it refuses one of several is not known."""
    good, bad = shop.dictionary("good"), shop.dictionary("bad")
    refused = Fault(
        "AssociatePackages",
        "error",
        code="ConflictException",
        message="not this one",
        when=lambda parameters: len(parameters["PackageList"]) > 1,
    )
    shop.cloud.model.behaviour.faults = [refused, fails(bad)]
    one = {"DomainName": DOMAIN, "PackageList": [{"PackageID": good}]}
    shop.before_call("AssociatePackages", lambda: shop.cloud.model.call("AssociatePackages", one))
    assert shop.create(shop.properties(good, bad)).status == "FAILED"
    assert shop.on_domain() == {}


class TestSaysWhatIsWrong:
    def test_where_there_is_no_such_domain(self, shop: Shop) -> None:
        package = shop.dictionary()
        response = shop.create(shop.properties(package, DomainName="nowhere"))
        assert response.reason.startswith("domain 'nowhere' does not exist in this account and Region")
        assert f"package '{package}'" in response.reason
        assert "DescribeDomain failed: ResourceNotFoundException: Domain not found: nowhere" in response.reason
        assert response.physical_id.startswith("nothing-was-created-")

    def test_where_there_is_no_such_package(self, shop: Shop) -> None:
        assert shop.create(shop.properties("F404")).reason.startswith("there is no package F404")

    def test_where_a_plugin_is_for_another_engine_version(self, shop: Shop) -> None:
        package = shop.plugin(engine="OpenSearch_2.19")
        reason = shop.create(shop.properties(package)).reason
        assert f"package 'analysis-shop' ({package}) is for OpenSearch_2.19" in reason
        assert f"domain '{DOMAIN}' runs {ENGINE}" in reason

    def test_where_no_package_of_the_name_fits_the_engine_version(self, shop: Shop) -> None:
        shop.cloud.model.add_aws_package("G1", "aws-plugin", "OpenSearch_2.15")
        reason = shop.create(shop.named("aws-plugin")).reason
        assert f"there is no package named 'aws-plugin' for {ENGINE}" in reason
        assert "for OpenSearch_2.15" in reason

    def test_where_a_package_has_never_been_imported(self, shop: Shop) -> None:
        shop.cloud.model.behaviour.faults = [Fault("CreatePackage", "invalid", message="bad words")]
        source = shop.cloud.store("bad.txt")
        made = shop.cloud.model.call(
            "CreatePackage", {"PackageName": "bad", "PackageType": "TXT-DICTIONARY", "PackageSource": source}
        )
        shop.cloud.clock.sleep(60)
        package = made["PackageDetails"]["PackageID"]
        reason = shop.create(shop.properties(package)).reason
        assert package in reason
        assert "bad words" in reason

    def test_where_the_service_refuses_for_good(self, shop: Shop) -> None:
        package = shop.dictionary()
        shop.cloud.model.behaviour.faults = [
            Fault("AssociatePackages", "error", code="ValidationException", message="not on this domain", times=1000)
        ]
        response = shop.create(shop.properties(package))
        assert response.status == "FAILED"
        assert "not on this domain" in response.reason
        assert package in response.reason

    def test_where_access_is_denied(self, shop: Shop) -> None:
        package = shop.dictionary()
        shop.cloud.model.behaviour.faults = [Fault("AssociatePackages", "access-denied", times=1000)]
        reason = shop.create(shop.properties(package)).reason
        assert "es:AssociatePackages" in reason
        assert package in reason

    def test_where_the_properties_are_wrong(self, shop: Shop) -> None:
        response = shop.create({"DomainName": "Shop!", "Packages": [{"PackageID": "X"}, {}]})
        assert response.status == "FAILED"
        for told in ("DomainName", "Packages[0].PackageID", "Packages[1] names no package"):
            assert told in response.reason
        assert response.physical_id.startswith("nothing-was-created-")
        assert shop.cloud.model.calls == []
