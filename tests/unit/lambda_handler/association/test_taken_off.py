"""What must not leave a domain: otherwise a live search loses a package."""

from __future__ import annotations

import pytest

from local_aws.packages.behaviour import Fault
from tests.unit.lambda_handler.association.shop import DOMAIN, ENGINE, Shop
from tests.unit.lambda_handler.association.stories import INVENTED, fails

ROLLING_BACK = "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"
CLEANING_UP = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
KEYS = {
    "KeyStoreAccessOption": {
        "KeyAccessRoleArn": "arn:aws:iam::000000000000:role/keys",
        "KeyStoreAccessEnabled": "true",
    }
}


def _begin_update(shop: Shop) -> None:
    shop.cloud.stacks.begin_update(shop.cloud.stack_id)
    shop.stack_is("UPDATE_IN_PROGRESS")


def test_an_update_in_place_keeps_the_physical_id_of_a_resource_that_came_from_elsewhere(shop: Shop) -> None:
    """A stack refactoring gives a resource another logical id or stack, and it keeps its physical id."""
    package = shop.dictionary()
    properties = shop.properties(package)
    physical_id = shop.create(properties, LogicalResourceId="Before").physical_id
    shop.cloud.clock.sleep(3600)
    response = shop.update(physical_id, properties, {**properties, "ServiceTimeout": 900})
    assert response.status == "SUCCESS"
    if response.physical_id != physical_id:  # CloudFormation takes it for a replacement, and cleans up
        shop.stack_is(CLEANING_UP)
        shop.delete(physical_id, properties)
    assert shop.on_domain() == {package: "v1"}


def test_the_rollback_of_a_new_stack_leaves_what_was_on_the_domain_before_it(shop: Shop) -> None:
    """The Create succeeded, another resource of the stack did not: CloudFormation deletes what it has created."""
    there = shop.foreign_dictionary()
    shop.associate(there)
    properties = shop.properties(there)
    response = shop.create(properties)
    assert (response.status, shop.writes()) == ("SUCCESS", [])
    shop.stack_is("ROLLBACK_IN_PROGRESS")
    shop.delete(response.physical_id, properties)
    assert shop.on_domain() == {there: "v1"}


def test_the_rollback_of_a_cancelled_create_leaves_what_was_there_before(shop: Shop) -> None:
    """A renamed association, in a deployment that fails: the old one is still a resource of the stack."""
    package = shop.dictionary()
    properties = shop.properties(package)
    shop.create(properties, LogicalResourceId="Before")
    shop.cloud.clock.sleep(3600)
    shop.cloud.stacks.begin_update(shop.cloud.stack_id)
    shop.stack_is(ROLLING_BACK)
    assert shop.delete(INVENTED, properties).status == "SUCCESS"
    assert shop.on_domain() == {package: "v1"}


def test_a_replacement_that_is_rolled_back_with_the_new_id_leaves_what_was_there_before(shop: Shop) -> None:
    shop.cloud.model.add_domain("another", ENGINE)
    there = shop.foreign_dictionary()
    shop.associate(there)
    listed = {"DomainName": "another", "PackageList": [{"PackageID": there}]}
    shop.cloud.model.call("AssociatePackages", listed)
    shop.cloud.clock.sleep(3600)
    old, new = shop.properties(there), shop.properties(there, DomainName="another")
    replaced = shop.created(old)
    replacement = shop.update(replaced, old, new).physical_id
    assert shop.roll_back(replacement, new, old).physical_id == replaced
    shop.stack_is(ROLLING_BACK)
    shop.delete(replacement, new)
    assert shop.on_domain("another") == {there: "v1"}


def test_a_throttled_question_does_not_take_off_what_the_next_deployment_has_taken_over(shop: Shop) -> None:
    """`cdk deploy --no-rollback`, deployed again; then CloudFormation cleans up the id of the failed Create."""
    shop.cloud.model.behaviour.blue_green = 5000
    package = shop.plugin()
    properties = shop.properties(package)
    failed = shop.create(properties)
    assert shop.create(properties).status == "SUCCESS"
    ask, asked = shop.cloud.stacks.describe_stack_resource, 0

    def throttled_once(**parameters: str) -> dict[str, object]:
        nonlocal asked
        asked += 1
        shop.cloud.stacks.error = "Throttling" if asked == 1 else ""
        return ask(**parameters)

    vars(shop.cloud.stacks)["describe_stack_resource"] = throttled_once
    shop.cloud.model.behaviour.blue_green = 3
    assert shop.delete(failed.physical_id, properties).status == "SUCCESS"
    assert shop.on_domain() == {package: "v1"}


def test_a_create_that_fails_leaves_a_package_whose_older_version_is_in_use(shop: Shop) -> None:
    package = shop.foreign_dictionary()
    shop.associate(package)
    shop.new_version(package)
    shop.cloud.model.behaviour.faults = [fails(package)]
    shop.associate(package)
    assert shop.on_domain() == {package: "ASSOCIATION_FAILED"}  # v1 still serves
    assert shop.create(shop.properties(package)).status == "FAILED"
    assert ("DissociatePackages", [package]) not in shop.writes()
    assert package in shop.on_domain()


def test_a_package_in_use_is_not_dissociated_because_another_one_is_refused(shop: Shop) -> None:
    package, license_ = shop.dictionary(), shop.dictionary("license")
    properties = shop.properties(package)
    physical_id = shop.created(properties)
    shop.new_version(package)
    shop.cloud.model.behaviour.faults = [fails(package)]
    shop.associate(package)
    shop.cloud.model.behaviour.faults = []
    lacking = {"PackageID": license_, "PrerequisitePackageIDList": ["pkg-0123"]}  # not on the domain
    new = {**properties, "Packages": [{"PackageID": package}, lacking]}
    assert shop.update(physical_id, properties, new).status == "FAILED"
    assert ("DissociatePackages", [package]) not in shop.writes()
    assert package in shop.on_domain()


def test_what_a_name_meant_is_what_a_delete_takes_off(shop: Shop) -> None:
    """A dictionary of another team has the name of AWS's plugin, and is on the domain for longer."""
    dictionary = shop.foreign_dictionary("aws-plugin")
    shop.associate(dictionary)
    shop.cloud.model.add_aws_package("G1", "aws-plugin", ENGINE)
    listed = {"DomainName": DOMAIN, "PackageList": [{"PackageID": "G1"}]}
    shop.cloud.model.call("AssociatePackages", listed)
    shop.cloud.clock.sleep(3600)
    response = shop.create(shop.properties("G1"))
    old, new = shop.properties("G1"), shop.named("aws-plugin")
    update = shop.update(response.physical_id, old, new)
    shop.delete(response.physical_id, new if update.status == "SUCCESS" else old)
    assert shop.on_domain() == {dictionary: "v1"}


@pytest.mark.parametrize("how", ["not known", "invented"])
def test_what_the_next_deployment_has_made_survives_the_clean_up_of_the_failed_create(shop: Shop, how: str) -> None:
    package = shop.dictionary()
    properties = shop.properties(package)
    physical_id = INVENTED
    if how == "not known":
        shop.cloud.model.behaviour.faults = [Fault("DescribeDomain", "access-denied", times=1000)]
        physical_id = shop.create(properties).physical_id
        assert physical_id.startswith("not-known-")
        shop.cloud.model.behaviour.faults = []
    _begin_update(shop)  # cdk deploy --no-rollback, deployed again
    assert shop.create(properties).status == "SUCCESS"
    shop.stack_is(CLEANING_UP)
    shop.delete(physical_id, properties)
    assert shop.on_domain() == {package: "v1"}


def test_a_delete_by_name_leaves_somebody_elses_package_of_that_name(shop: Shop) -> None:
    shop.cloud.model.add_aws_package("G1", "aws-plugin", ENGINE)
    properties = shop.named("aws-plugin")
    physical_id = shop.created(properties)
    foreign = shop.foreign_dictionary("aws-plugin")
    shop.associate(foreign)
    assert shop.delete(physical_id, properties).status == "SUCCESS"
    assert shop.on_domain() == {foreign: "v1"}


def test_an_update_that_drops_a_name_leaves_somebody_elses_package_of_that_name(shop: Shop) -> None:
    shop.cloud.model.add_aws_package("G1", "aws-plugin", ENGINE)
    kept = shop.dictionary("kept")
    old = shop.named("aws-plugin", "kept")
    physical_id = shop.created(old)
    foreign = shop.foreign_dictionary("aws-plugin")
    shop.associate(foreign)
    assert shop.update(physical_id, old, shop.named("kept")).status == "SUCCESS"
    assert shop.on_domain() == {kept: "v1", foreign: "v1"}


def test_the_rollback_of_a_rename_with_a_new_version_leaves_the_package_to_the_old_association(shop: Shop) -> None:
    package = shop.dictionary()
    properties = shop.properties(package)
    shop.created(properties)
    _begin_update(shop)
    shop.new_version(package)
    renamed = shop.create(properties, LogicalResourceId="Renamed")
    shop.stack_is(ROLLING_BACK)
    shop.delete(renamed.physical_id, properties, LogicalResourceId="Renamed")
    assert shop.on_domain() == {package: "v2"}


def test_the_rollback_of_a_new_configuration_leaves_a_package_that_was_there(shop: Shop) -> None:
    shop.cloud.model.add_aws_package("G1", "aws-plugin", ENGINE)
    shop.associate("G1")
    old = shop.properties(shop.dictionary())
    physical_id = shop.created(old)
    configured = {"PackageName": "aws-plugin", "AssociationConfiguration": KEYS}
    new = {**old, "Packages": [*old["Packages"], configured]}
    assert shop.update(physical_id, old, new).status == "SUCCESS"
    assert shop.roll_back(physical_id, new, old).status == "SUCCESS"
    assert "G1" in shop.on_domain()
