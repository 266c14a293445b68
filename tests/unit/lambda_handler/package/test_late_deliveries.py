"""Deliveries that come when CloudFormation has gone on: they write nothing, and lose nothing of a later request."""

from __future__ import annotations

from typing import Any

import pytest

from local_aws.packages.behaviour import Fault
from tests.support.clients import With
from tests.support.physical_ids import INVENTED
from tests.unit.lambda_handler.deliveries import begin
from tests.unit.lambda_handler.harness import STAGING, Cloud, Context

NOT_AWAITED = "CloudFormation does not wait for this request any more"


class TestAnUpdateThatIsDeliveredAgain:
    def test_leaves_the_copy_of_its_rollback_alone_and_imports_nothing(self, cloud: Cloud) -> None:
        cloud.model.behaviour.utf8_checked = True
        old = cloud.dictionary(PackageSource=cloud.store("old.txt", b"old", ServerSideEncryption="aws:kms"))
        bad = old | {"PackageSource": cloud.store("bad.txt", b"\xff\xfe")}
        package_id = cloud.create(old).physical_id
        cloud.clock.sleep(100)
        cloud.stacks.begin_update(cloud.stack_id)
        update = cloud.event("Update", bad, PhysicalResourceId=package_id, OldResourceProperties=old)
        assert cloud.deliver(update).status == "FAILED"
        cloud.clock.sleep(20)
        cloud.model.behaviour.copying = 60
        rollback = cloud.event("Update", old, PhysicalResourceId=package_id, OldResourceProperties=bad)
        continued = begin(cloud, rollback, 30)
        [copy] = cloud.staged()
        written = len(cloud.writes())
        cloud.model.behaviour.copying = 4
        assert NOT_AWAITED in cloud.deliver(update).reason
        assert cloud.staged() == [copy]
        assert len(cloud.writes()) == written
        assert cloud.deliver(continued).status == "SUCCESS"
        assert cloud.content(package_id) == b"old"
        assert cloud.staged() == []

    def test_makes_no_package_when_a_later_request_has_deleted_it(self, cloud: Cloud) -> None:
        old = cloud.dictionary()
        new = old | {"SourceHash": "new"}
        package_id = cloud.create(old).physical_id
        update = cloud.event("Update", new, PhysicalResourceId=package_id, OldResourceProperties=old)
        assert cloud.deliver(update).status == "SUCCESS"
        assert cloud.delete(package_id, new).status == "SUCCESS"
        cloud.clock.sleep(60)
        assert NOT_AWAITED in cloud.deliver(update).reason
        assert cloud.package_ids() == []

    def test_makes_no_package_when_a_person_has_deleted_it(self, cloud: Cloud) -> None:
        old = cloud.dictionary()
        package_id = cloud.create(old).physical_id
        new = old | {"SourceHash": "new"}
        update = cloud.event("Update", new, PhysicalResourceId=package_id, OldResourceProperties=old)
        assert cloud.deliver(update).status == "SUCCESS"
        cloud.model.call("DeletePackage", {"PackageID": package_id})
        cloud.clock.sleep(60)
        assert NOT_AWAITED in cloud.deliver(update).reason
        assert cloud.package_ids() == []

    def test_brings_no_replacement_back_that_was_rolled_back(self, cloud: Cloud) -> None:
        old = cloud.dictionary()
        new = old | {"PackageName": "thesaurus"}
        package_id = cloud.create(old).physical_id
        cloud.stacks.begin_update(cloud.stack_id)
        update = cloud.event("Update", new, PhysicalResourceId=package_id, OldResourceProperties=old)
        replacement = cloud.deliver(update).physical_id
        cloud.clock.sleep(20)
        assert cloud.roll_back(replacement, new, old).physical_id == package_id
        cloud.delete(replacement, new)
        cloud.clock.sleep(60)
        assert NOT_AWAITED in cloud.deliver(update).reason
        assert cloud.package_ids() == [package_id]


class TestACreateThatIsDeliveredAgain:
    def test_says_what_it_said_although_the_fault_has_passed(self, cloud: Cloud) -> None:
        cloud.model.behaviour.copying = 1000
        cloud.model.behaviour.faults = [Fault("CreatePackage", "invalid", message="bad words")]
        event = cloud.event("Create", cloud.dictionary())
        first = cloud.deliver(event)
        second = cloud.deliver(event)
        assert (first.status, first.physical_id) == (second.status, second.physical_id)
        assert cloud.package_ids() == []

    @pytest.mark.parametrize("forgets", [True, False])
    def test_makes_nothing_after_the_delete(self, cloud: Cloud, forgets: bool) -> None:
        cloud.stacks.forgets_deleted = forgets
        properties = cloud.dictionary()
        event = cloud.event("Create", properties)
        cloud.delete(cloud.deliver(event).physical_id, properties)
        cloud.clock.sleep(60)
        assert NOT_AWAITED in cloud.deliver(event).reason
        assert cloud.package_ids() == []


class TestACreateThatWasCancelled:
    """It lives, but is slow; the Delete has looked for 20 s, found nothing, and is over."""

    def goes_on_after_the_delete(self, cloud: Cloud, properties: dict[str, Any], seconds: float = 30) -> None:
        event = cloud.event("Create", properties)
        continued = begin(cloud, event, seconds)
        cloud.stacks.give_up(event)
        assert cloud.delete(INVENTED, properties).status == "SUCCESS"
        cloud.model.behaviour.faults = []
        response = cloud.deliver(continued)
        assert response.status == "FAILED"
        assert cloud.package_ids() == []
        assert cloud.staged() == []

    def test_makes_nothing_when_its_grant_has_spread(self, cloud: Cloud) -> None:
        cloud.model.behaviour.faults = [Fault("CreatePackage", "access-denied", times=1000)]
        self.goes_on_after_the_delete(cloud, cloud.dictionary())

    def test_makes_nothing_when_it_is_not_throttled_any_more(self, cloud: Cloud) -> None:
        cloud.model.behaviour.faults = [Fault("CreatePackage", "throttle", times=1000)]
        self.goes_on_after_the_delete(cloud, cloud.dictionary())

    def test_makes_nothing_when_it_can_look_again(self, cloud: Cloud) -> None:
        cloud.model.behaviour.faults = [Fault("DescribePackages", "throttle", times=30)]
        self.goes_on_after_the_delete(cloud, cloud.dictionary())

    def test_makes_nothing_when_the_name_is_free(self, cloud: Cloud) -> None:
        properties = cloud.dictionary()
        cloud.model.behaviour.deleting = 60
        package_id = cloud.create(properties).physical_id
        cloud.model.call("DeletePackage", {"PackageID": package_id})
        self.goes_on_after_the_delete(cloud, properties)

    def test_makes_nothing_after_a_large_copy(self, cloud: Cloud) -> None:
        source = cloud.store("kms.txt", ServerSideEncryption="aws:kms")
        properties = cloud.dictionary(PackageSource=source)
        event = cloud.event("Create", properties)
        copy_object = cloud.s3.copy_object

        def copy_slowly(**parameters: Any) -> Any:
            copied = copy_object(**parameters)
            cloud.clock.sleep(100)
            cloud.stacks.give_up(event)
            return copied

        cloud.s3 = With(cloud.s3, copy_object=copy_slowly)  # type: ignore[assignment]
        cloud.cold_start()
        assert NOT_AWAITED in cloud.deliver(event).reason
        assert cloud.package_ids() == []
        assert cloud.staged() == []


class TestTheDeleteOfACancelledCreate:
    def test_spares_what_a_later_create_has_made(self, cloud: Cloud) -> None:
        properties = cloud.dictionary()
        late = cloud.event("Delete", properties, PhysicalResourceId=INVENTED)
        cloud.deliver(late)
        cloud.clock.sleep(100)
        made = cloud.create(properties).physical_id
        cloud.clock.sleep(100)
        cloud.deliver(late)
        assert cloud.package_ids() == [made]

    def test_spares_it_also_where_cloudformation_cannot_be_asked(self, cloud: Cloud) -> None:
        cloud.stacks.error = "AccessDenied"
        self.test_spares_what_a_later_create_has_made(cloud)

    def test_spares_one_that_was_made_right_afterwards(self, cloud: Cloud) -> None:
        """The first delivery found and deleted at once, and the user was quick: only CloudFormation can tell."""
        properties = cloud.dictionary()
        cancelled = cloud.event("Create", properties)
        cloud.deliver(cancelled)
        cloud.stacks.give_up(cancelled)
        late = cloud.event("Delete", properties, PhysicalResourceId=INVENTED)
        cloud.deliver(late)
        cloud.clock.sleep(10)
        made = cloud.create(properties).physical_id
        cloud.clock.sleep(5)
        cloud.deliver(late)
        assert cloud.package_ids() == [made]

    def test_spares_what_a_retain_policy_kept(self, cloud: Cloud) -> None:
        properties = cloud.dictionary()
        kept = cloud.create(properties).physical_id
        cloud.clock.sleep(86_400)
        assert cloud.delete(INVENTED, properties).status == "SUCCESS"
        assert cloud.package_ids() == [kept]

    def test_finds_what_the_create_makes_while_it_looks(self, cloud: Cloud) -> None:
        properties = cloud.dictionary()
        cloud.model.behaviour.faults = [Fault("CreatePackage", "throttle", times=12)]
        create = cloud.event("Create", properties)
        delete = cloud.event("Delete", properties, PhysicalResourceId=INVENTED)
        cloud.clock.sleep(1)
        begun: list[str] = []
        call = cloud.model.call

        def create_meanwhile(name: str, parameters: dict[str, Any]) -> dict[str, Any]:
            if name == "DescribePackages" and cloud.model.calls and not begun and len(cloud.model.calls) > 3:
                begun.append(name)
                resource = cloud.resource
                cloud.cold_start()
                cloud.resource(create, Context(cloud.clock, cloud.clock.now() + 900))
                cloud.resource = resource
            return call(name, parameters)

        vars(cloud.model)["call"] = create_meanwhile
        cloud.resource(delete, Context(cloud.clock, cloud.clock.now() + 900))
        assert begun
        assert cloud.package_ids() == []


def test_a_late_request_removes_no_copy_of_a_later_one(cloud: Cloud) -> None:
    early = cloud.event("Update", cloud.dictionary(), PhysicalResourceId="F1", OldResourceProperties={})
    cloud.clock.sleep(100)
    prefix = f"{cloud.owner().stack}/{cloud.owner().resource}/"
    cloud.s3.put_object(Bucket=STAGING, Key=f"{prefix}later/x", Body=b"x")
    cloud.deliver(early)
    assert cloud.staged() == [f"{prefix}later/x"]
    cloud.clock.sleep(10)
    cloud.delete("nothing-was-created-x", {})
    assert cloud.staged() == []
