"""What a step remembers goes on into the next invocation."""

from __future__ import annotations

from typing import Any

import pytest

from local_aws.packages.behaviour import Fault
from tests.unit.lambda_handler.deliveries import begin, deliver_and_die
from tests.unit.lambda_handler.harness import OTHER_STACK_ID, STACK_ID, Cloud

FOREVER = 100_000


@pytest.mark.parametrize("copying", [100, 1000])
def test_a_create_that_fails_in_a_later_invocation_leaves_nothing(cloud: Cloud, copying: float) -> None:
    cloud.model.behaviour.copying = copying
    cloud.model.behaviour.faults = [Fault("CreatePackage", "invalid", message="bad words")]
    response = cloud.create(cloud.dictionary())
    assert response.status == "FAILED"
    assert "bad words" in response.reason
    assert response.physical_id.startswith("nothing-was-created-")
    assert cloud.package_ids() == []


def test_a_removal_of_what_failed_goes_on_in_a_later_invocation(cloud: Cloud) -> None:
    cloud.model.behaviour.deleting = 1000
    cloud.model.behaviour.faults = [Fault("CreatePackage", "invalid", message="bad words")]
    response = cloud.create(cloud.dictionary())
    assert cloud.invocations == 2
    assert "bad words" in response.reason
    assert response.physical_id.startswith("nothing-was-created-")
    assert cloud.writes() == ["CreatePackage", "DeletePackage"]
    assert cloud.package_ids() == []


@pytest.mark.parametrize("then", ["LimitExceededException", "AccessDeniedException", "source gone"])
def test_that_a_response_was_lost_is_remembered(cloud: Cloud, then: str) -> None:
    """CreatePackage was applied, its response got lost, and reading lags when the next invocation fails."""
    behaviour, properties = cloud.model.behaviour, cloud.dictionary()
    behaviour.stale_reads = 20
    begun = cloud.clock.now()
    behaviour.faults = [
        Fault("DescribePackages", "throttle", times=FOREVER, when=lambda _: cloud.clock.now() < begun + 278),
        Fault("CreatePackage", "error-after-apply"),
    ]
    if then != "source gone":
        behaviour.faults.append(Fault("CreatePackage", "error", code=then, message="no", times=100))
    continued = begin(cloud, cloud.event("Create", properties), 300)
    if then == "source gone":
        cloud.s3.delete_object(Bucket="sources", Key="synonyms.txt")
    response = cloud.deliver(continued, 300)
    assert response.status == "FAILED"
    cloud.clock.sleep(60)
    behaviour.faults = []
    cloud.delete(response.physical_id, properties)
    assert cloud.package_ids() == []


@pytest.mark.parametrize("left", [8.0, 5.0, 2.0])
def test_the_last_write_is_remembered_while_reading_lags(cloud: Cloud, left: float) -> None:
    old = cloud.dictionary()
    package_id = cloud.create(old).physical_id
    cloud.clock.sleep(600)
    behaviour = cloud.model.behaviour
    behaviour.stale_reads, behaviour.copying, behaviour.update_while_importing = 10, 30, "accept"
    new = cloud.dictionary(PackageSource=cloud.store("new.txt", b"new\n"))
    cloud.stacks.begin_update(cloud.stack_id)
    event = cloud.event("Update", new, PhysicalResourceId=package_id, OldResourceProperties=old)
    begun = cloud.clock.now()
    behaviour.faults = [
        Fault("DescribePackages", "throttle", times=FOREVER, when=lambda _: cloud.clock.now() < begun + 54 - left)
    ]
    assert cloud.deliver(event, seconds=60).status == "SUCCESS"
    assert cloud.invocations > 1
    assert cloud.writes() == ["CreatePackage", "UpdatePackage"]


def test_that_a_package_has_vanished_is_noticed_in_short_invocations(cloud: Cloud) -> None:
    cloud.model.behaviour.copying = 55
    cloud.model.behaviour.delete_while_importing = "accept"
    continued = begin(cloud, cloud.event("Create", cloud.dictionary()), 30)
    cloud.model.call("DeletePackage", {"PackageID": cloud.package_ids()[0]})
    cloud.clock.sleep(10)
    assert "was deleted while it was being imported" in cloud.deliver(continued, 30).reason


def test_a_second_deletion_is_not_asked_for_while_reading_lags(cloud: Cloud) -> None:
    properties = cloud.dictionary()
    package_id = cloud.create(properties).physical_id
    cloud.clock.sleep(60)
    cloud.model.behaviour.stale_reads, cloud.model.behaviour.deleting = 25, 40
    event = cloud.event("Delete", properties, PhysicalResourceId=package_id)
    assert cloud.deliver(event, seconds=12).status == "SUCCESS"
    assert cloud.writes() == ["CreatePackage", "DeletePackage"]


@pytest.mark.parametrize("available", [True, False])
def test_a_continuation_cannot_name_another_stacks_package(cloud: Cloud, available: bool) -> None:
    cloud.stack_id = OTHER_STACK_ID
    properties = cloud.dictionary(PackageName="theirs")
    theirs = cloud.create(properties).physical_id
    if not available:
        cloud.model.behaviour.faults = [Fault("UpdatePackage", "unreadable", times=50)]
        cloud.update(theirs, properties, properties | {"SourceHash": "x"})
    cloud.model.behaviour.faults = []
    cloud.stack_id = STACK_ID
    event = cloud.event("Create", cloud.dictionary(PackageName="mine"))
    event["Continuation"] = {"Claimed": theirs, "State": {"Import": {"made": theirs}}}
    written = len(cloud.writes())
    response = cloud.deliver(event)
    assert response.physical_id != theirs
    assert "belongs to another resource, other/Synonyms, and was not touched" in response.reason
    assert cloud.writes()[written:] == []


def test_the_end_of_a_chain_removes_the_copy_when_it_cannot_continue(cloud: Cloud) -> None:
    def refuse(function_arn: str, event: dict[str, Any]) -> None:
        raise RuntimeError("throttled")

    cloud.resource.invoke = refuse
    cloud.model.behaviour.copying = 1000
    source = cloud.store("kms.txt", ServerSideEncryption="aws:kms")
    assert cloud.create(cloud.dictionary(PackageSource=source)).status == "FAILED"
    assert cloud.staged() == []


def test_the_history_is_read_once_in_an_invocation(cloud: Cloud) -> None:
    old = cloud.dictionary()
    package_id = cloud.create(old).physical_id
    cloud.model.behaviour.faults = [Fault("UpdatePackage", "throttle", times=5)]
    assert cloud.update(package_id, old, old | {"SourceHash": "new"}).status == "SUCCESS"
    assert [name for name, _ in cloud.model.calls].count("GetPackageVersionHistory") == 1


def test_a_copy_that_is_gone_is_made_again(cloud: Cloud) -> None:
    properties = cloud.dictionary(PackageSource=cloud.store("kms.txt", ServerSideEncryption="aws:kms"))
    call = cloud.model.call
    lost: list[str] = []

    def lose_the_copy(name: str, parameters: dict[str, Any]) -> dict[str, Any]:
        made = call(name, parameters)
        if name == "CreatePackage" and not lost:
            lost.extend(cloud.staged())
            cloud.s3.delete_object(Bucket="staging", Key=lost[0])
        return made

    vars(cloud.model)["call"] = lose_the_copy
    assert cloud.create(properties).status == "SUCCESS"
    assert len(lost) == 1


@pytest.mark.parametrize("seconds", [900, 12])
@pytest.mark.parametrize("stale_reads", [0, 5])
def test_a_first_import_that_met_a_spreading_grant_is_made_anew(
    cloud: Cloud, stale_reads: float, seconds: float
) -> None:
    """A package that has failed cannot always be updated."""
    behaviour = cloud.model.behaviour
    behaviour.update_after_failure, behaviour.stale_reads = "conflict", stale_reads
    behaviour.faults = [Fault("CreatePackage", "unreadable", times=2)]
    response = cloud.deliver(cloud.event("Create", cloud.dictionary()), seconds)
    assert response.status == "SUCCESS"
    assert cloud.package_ids() == [response.physical_id]
    assert cloud.writes() == ["CreatePackage", "DeletePackage"] * 2 + ["CreatePackage"]


@pytest.mark.parametrize("behind", [90, -90])
def test_clocks_that_disagree_orphan_nothing(cloud: Cloud, behind: float) -> None:
    """The first delivery dies right after CreatePackage; the second finds that the import has failed."""
    now = cloud.model.now
    cloud.model.now = lambda: now() - behind
    properties = cloud.dictionary()
    cloud.model.behaviour.faults = [Fault("CreatePackage", "invalid", message="bad words")]
    event = cloud.event("Create", properties)

    deliver_and_die(cloud, event, "CreatePackage")
    cloud.clock.sleep(60)
    cloud.delete(cloud.deliver(event).physical_id, properties)
    assert cloud.package_ids() == []


def test_a_stack_of_another_account_than_the_functions_is_served(cloud: Cloud) -> None:
    cloud.stack_id = "arn:aws:cloudformation:us-east-1:999999999999:stack/shop/1"
    event = cloud.event("Create", cloud.dictionary())
    first, second = cloud.deliver(event), cloud.deliver(event)
    assert (first.status, first.physical_id) == ("SUCCESS", second.physical_id)
    assert cloud.writes() == ["CreatePackage"]
