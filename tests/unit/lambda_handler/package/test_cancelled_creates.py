"""The Delete of a Create that CloudFormation cancelled: it carries an id that CloudFormation has invented."""

from __future__ import annotations

from typing import Any, cast

import pytest
from botocore.exceptions import EndpointConnectionError

from local_aws.packages.behaviour import Fault
from tests.support.clients import FOR_EVER, Failing, With, failed
from tests.support.physical_ids import INVENTED
from tests.support.processes import Killed
from tests.support.responses import Response
from tests.unit.lambda_handler.deliveries import after_each_call, begin, deliver_and_die, deliver_aside, deliver_once
from tests.unit.lambda_handler.harness import Cloud
from tests.unit.lambda_handler.strangers import other_stack


def test_finds_the_package_that_the_create_has_made(cloud: Cloud) -> None:
    properties = cloud.dictionary()
    assert cloud.create_unheard(properties).status == "SUCCESS"
    response = cloud.delete(INVENTED, properties)
    assert (response.status, response.physical_id) == ("SUCCESS", INVENTED)
    assert cloud.package_ids() == []


@pytest.mark.parametrize("how", ["its response was lost", "it was not allowed to look"])
def test_leaves_what_the_next_deployment_has_made_the_resource(cloud: Cloud, how: str) -> None:
    """With rollback disabled CloudFormation creates it again, and then deletes the id of the Create that has failed."""
    properties, failed_id = cloud.dictionary(PackageName=None), INVENTED
    if how == "it was not allowed to look":
        cloud.model.behaviour.faults = [Fault("DescribePackages", "access-denied", times=FOR_EVER)]
        failed_id = cloud.create(properties).physical_id
        assert failed_id.startswith("not-known-")
        cloud.model.behaviour.faults = []
    else:
        cloud.create_unheard(properties)
    cloud.stacks.begin_update(cloud.stack_id)
    made = cloud.create(properties)
    cloud.stacks.statuses[cloud.stack_id] = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
    assert cloud.delete(failed_id, properties).status == "SUCCESS"
    assert cloud.package_ids() == [made.physical_id]


def test_finds_nothing_for_twenty_seconds_and_succeeds(cloud: Cloud) -> None:
    foreign = other_stack(cloud)
    begun = cloud.clock.now()
    assert cloud.delete(INVENTED, cloud.dictionary()).status == "SUCCESS"
    assert 20 <= cloud.clock.now() - begun <= 22
    assert cloud.package_ids() == [foreign]
    assert cloud.writes() == []


@pytest.mark.parametrize("timeout", [5, 10, 20, 22])
def test_responds_within_a_service_timeout_that_is_shorter_than_the_search(cloud: Cloud, timeout: int) -> None:
    begun = cloud.clock.now()
    assert cloud.delete(INVENTED, cloud.dictionary(ServiceTimeout=timeout)).status == "SUCCESS"
    assert cloud.clock.now() - begun < timeout


def test_goes_on_looking_when_looking_is_throttled(cloud: Cloud) -> None:
    properties = cloud.dictionary()
    cloud.create_unheard(properties)
    cloud.model.behaviour.faults = [Fault("DescribePackages", "throttle", times=10)]
    assert cloud.delete(INVENTED, properties).status == "SUCCESS"
    assert cloud.package_ids() == []


def test_does_nothing_where_the_create_could_not_read_its_properties(cloud: Cloud) -> None:
    unreadable = {"PackageType": "nonsense"}
    assert cloud.create(unreadable).status == "FAILED"
    assert cloud.delete(INVENTED, unreadable).status == "SUCCESS"
    assert cloud.model.calls == []


def test_is_final_for_a_create_that_continues_in_a_further_invocation(cloud: Cloud) -> None:
    cloud.model.behaviour.copying = 20
    properties = cloud.dictionary()
    deliver_once(cloud, cloud.event("Create", properties), seconds=10)
    [continued] = cloud.continued
    assert cloud.delete(INVENTED, properties).status == "SUCCESS"
    response = cloud.deliver(continued)
    assert (response.status, cloud.package_ids()) == ("FAILED", [])
    assert "was deleted while it was being imported" in response.reason


def test_is_final_for_a_delivery_of_the_create_that_overlaps_with_it(cloud: Cloud) -> None:
    cloud.model.behaviour.delete_while_importing = "accept"
    properties = cloud.dictionary()
    create = cloud.event("Create", properties)
    deliver_and_die(cloud, create, "CreatePackage")
    begun: list[str] = []
    deleted: list[Response] = []

    def delete_after_the_first_look(operation: str, _: dict[str, Any]) -> None:
        if operation == "DescribePackages" and not begun:
            begun.append(operation)
            delete = cloud.event("Delete", properties, PhysicalResourceId=INVENTED)
            deleted.append(deliver_aside(cloud, delete))

    after_each_call(cloud, delete_after_the_first_look)
    response = cloud.deliver(create)
    assert (response.status, deleted[0].status) == ("FAILED", "SUCCESS")
    assert cloud.package_ids() == []
    assert cloud.writes().count("CreatePackage") == 1


def test_removes_the_copy_that_the_create_has_staged_after_the_delete_was_sent(cloud: Cloud) -> None:
    # The Create ends too late to remove it: the staging bucket, and so the stack, could not be deleted.
    properties = cloud.dictionary(PackageContent="couch, sofa")
    create = cloud.event("Create", properties)
    cloud.clock.sleep(3)
    delete = cloud.event("Delete", properties, PhysicalResourceId=INVENTED)
    cloud.clock.sleep(3)
    deliver_and_die(cloud, create, "CreatePackage")
    assert len(cloud.staged()) == 1
    assert cloud.deliver(delete).status == "SUCCESS"
    assert (cloud.package_ids(), cloud.staged()) == ([], [])


@pytest.mark.parametrize("known_by", ["the response to the Create", "CloudFormation's invention"])
def test_removes_the_copy_of_a_create_that_died_before_it_made_a_package(cloud: Cloud, known_by: str) -> None:
    properties = cloud.dictionary(PackageContent="couch, sofa")
    create = cloud.event("Create", properties)
    cloud.clock.sleep(3)
    physical_id = INVENTED if "invention" in known_by else f"not-known-{cloud.owner(create['RequestId']).request}"
    delete = cloud.event("Delete", properties, PhysicalResourceId=physical_id)
    cloud.clock.sleep(3)
    whole = cloud.s3

    def put_and_die(**parameters: Any) -> None:
        whole.put_object(**parameters)
        raise Killed

    cloud.s3 = cast("Any", With(whole, put_object=put_and_die))
    cloud.cold_start()
    with pytest.raises(Killed):
        deliver_once(cloud, create)
    cloud.s3 = whole
    cloud.cold_start()
    assert cloud.deliver(delete).status == "SUCCESS"
    assert cloud.staged() == []


def test_delivered_once_more_removes_no_copy_of_a_later_create(cloud: Cloud) -> None:
    properties = cloud.dictionary(PackageContent="couch, sofa")
    cloud.event("Create", properties)
    delete = cloud.event("Delete", properties, PhysicalResourceId=INVENTED)
    cloud.deliver(delete)
    cloud.clock.sleep(30)
    cloud.model.behaviour.copying = 100
    later = begin(cloud, cloud.event("Create", properties), seconds=20)
    [copy] = cloud.staged()
    cloud.model.behaviour.copying = 4
    assert cloud.deliver(delete).status == "SUCCESS"
    assert cloud.staged() == [copy]
    assert cloud.deliver(later).status == "SUCCESS"


@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError(endpoint_url="https://es.us-east-1.amazonaws.com"),
        failed("DescribePackages", "OptInRequired", "You are not subscribed", 403),
        failed("DescribePackages", "UnrecognizedClientException", "The security token is invalid", 403),
        failed("DescribePackages", "DisabledOperationException", "x", 409),
    ],
)
def test_a_stack_can_be_deleted_where_the_service_cannot_be_reached_or_refuses(cloud: Cloud, error: Exception) -> None:
    cloud.opensearch = cast("Any", Failing(cloud.opensearch, "describe_packages", error))
    cloud.cold_start()
    properties = cloud.dictionary(ServiceTimeout=300)
    created = cloud.create(properties)
    assert created.status == "FAILED"
    assert cloud.delete(created.physical_id, properties).status == "SUCCESS"


class TestWhereLookingIsDenied:
    @pytest.fixture
    def denied(self, cloud: Cloud) -> None:
        """By a service control policy, for instance."""
        cloud.model.behaviour.faults = [Fault("DescribePackages", "access-denied", times=FOR_EVER)]

    @pytest.mark.usefixtures("denied")
    @pytest.mark.parametrize("known_by", ["the response to the Create", "CloudFormation's invention"])
    def test_the_stack_can_be_deleted_and_the_log_says_what_to_look_for(
        self, cloud: Cloud, caplog: pytest.LogCaptureFixture, known_by: str
    ) -> None:
        properties = cloud.dictionary()
        failed = cloud.create(properties)
        assert failed.status == "FAILED"
        begun = cloud.clock.now()
        physical_id = failed.physical_id if known_by == "the response to the Create" else INVENTED
        assert cloud.delete(physical_id, properties).status == "SUCCESS"
        assert 60 <= cloud.clock.now() - begun < 75
        assert "its name is 'synonyms' and its description names shop/Synonyms: DescribePackages failed" in caplog.text
        assert cloud.writes() == []

    @pytest.mark.usefixtures("denied")
    @pytest.mark.parametrize("timeout", [5, 20, 60, 66])
    def test_it_can_be_deleted_in_a_time_that_is_shorter_than_grants_need(self, cloud: Cloud, timeout: int) -> None:
        properties = cloud.dictionary(ServiceTimeout=timeout)
        begun = cloud.clock.now()
        assert cloud.delete(INVENTED, properties).status == "SUCCESS"
        assert cloud.clock.now() - begun < timeout

    @pytest.mark.usefixtures("denied")
    def test_further_invocations_go_on_looking(self, cloud: Cloud) -> None:
        delete = cloud.event("Delete", cloud.dictionary(), PhysicalResourceId=INVENTED)
        assert cloud.deliver(delete, seconds=20).status == "SUCCESS"
        assert cloud.invocations > 1

    def test_for_a_moment_only_what_the_create_has_made_goes(self, cloud: Cloud) -> None:
        properties = cloud.dictionary()
        cloud.create_unheard(properties)
        cloud.model.behaviour.faults = [Fault("DescribePackages", "access-denied", times=10)]
        assert cloud.delete(INVENTED, properties).status == "SUCCESS"
        assert cloud.package_ids() == []

    def test_the_delete_of_a_known_package_fails_and_says_so(self, cloud: Cloud) -> None:
        properties = cloud.dictionary()
        package_id = cloud.create(properties).physical_id
        cloud.model.behaviour.faults = [Fault("DescribePackages", "access-denied", times=FOR_EVER)]
        response = cloud.delete(package_id, properties)
        assert response.status == "FAILED"
        assert "DescribePackages failed: AccessDeniedException" in response.reason
