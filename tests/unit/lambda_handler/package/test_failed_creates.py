"""A Create that fails: its response names what the Delete that follows has to remove, and nothing stays behind."""

from __future__ import annotations

from local_aws.packages.behaviour import Fault
from tests.support.faults import always
from tests.unit.lambda_handler.deliveries import deliver_and_die, leaves_nothing
from tests.unit.lambda_handler.harness import Cloud


def test_that_died_while_it_made_its_package_anew_goes_on_with_that(cloud: Cloud) -> None:
    cloud.model.behaviour.faults = [Fault("CreatePackage", "unreadable")]  # the grant is still spreading
    event = cloud.event("Create", cloud.dictionary())
    deliver_and_die(cloud, event, "DeletePackage")
    response = cloud.deliver(event)
    assert (response.status, cloud.package_ids()) == ("SUCCESS", [response.physical_id])


def test_says_nothing_of_permissions_as_a_fact_where_nobody_has_denied_anything(cloud: Cloud) -> None:
    cloud.model.behaviour.faults = always("CreatePackage", kind="unreadable")
    assert "(if access was denied: the service reads with" in cloud.create(cloud.dictionary()).reason


class TestWhatIsLeft:
    def test_is_nothing_and_the_delete_that_follows_looks_for_nothing(self, cloud: Cloud) -> None:
        cloud.model.behaviour.faults = [Fault("CreatePackage", "invalid", message="no")]
        properties = cloud.dictionary()
        response = cloud.create(properties)
        assert response.status == "FAILED"
        assert cloud.package_ids() == []
        before = len(cloud.model.calls)
        assert cloud.delete(response.physical_id, properties).status == "SUCCESS"
        assert len(cloud.model.calls) == before

    def test_is_removed_by_the_delete_that_follows_where_its_deletion_failed(self, cloud: Cloud) -> None:
        cloud.model.behaviour.faults = [
            Fault("CreatePackage", "invalid", message="no"),
            Fault("DeletePackage", "delete-failed"),
        ]
        properties = cloud.dictionary()
        response = cloud.create(properties)
        assert response.status == "FAILED"
        assert cloud.package_ids() == [response.physical_id]
        assert leaves_nothing(cloud, response, properties)

    def test_is_removed_by_the_delete_that_follows_where_its_deletion_takes_long(self, cloud: Cloud) -> None:
        cloud.model.behaviour.faults = [Fault("CreatePackage", "invalid", message="bad words")]
        cloud.model.behaviour.deleting = 1000
        properties = cloud.dictionary()
        response = cloud.create(properties)
        assert "bad words" in response.reason
        assert cloud.writes() == ["CreatePackage", "DeletePackage"]
        assert leaves_nothing(cloud, response, properties)

    def test_does_not_hide_the_services_own_words_where_its_deletion_is_denied(self, cloud: Cloud) -> None:
        cloud.model.behaviour.faults = [
            Fault("CreatePackage", "invalid", message="bad words"),
            *always("DeletePackage", kind="access-denied"),
        ]
        properties = cloud.dictionary()
        response = cloud.create(properties)
        assert response.status == "FAILED"
        assert "bad words" in response.reason
        assert cloud.package_ids() == [response.physical_id]
        assert leaves_nothing(cloud, response, properties)


class TestAPackageThatTheResponseCannotName:
    """The package is there, but the function could not learn its id."""

    def test_is_found_when_the_services_response_was_lost(self, cloud: Cloud) -> None:
        cloud.model.behaviour.faults = [
            Fault("CreatePackage", "error-after-apply", status=500),
            *always("DescribePackages", skip=1),
        ]
        properties = cloud.dictionary()
        response = cloud.create(properties)
        assert (response.status, len(cloud.package_ids())) == ("FAILED", 1)
        assert leaves_nothing(cloud, response, properties)

    def test_is_found_when_reading_lags_behind_a_lost_response(self, cloud: Cloud) -> None:
        cloud.model.behaviour.stale_reads = 100
        cloud.model.behaviour.faults = [
            Fault("CreatePackage", "error-after-apply", status=500),
            *always("CreatePackage", kind="500", skip=1),
        ]
        properties = cloud.dictionary(ServiceTimeout=30)
        response = cloud.create(properties)
        assert (response.status, len(cloud.package_ids())) == ("FAILED", 1)
        cloud.model.behaviour.stale_reads = 0
        assert leaves_nothing(cloud, response, properties)

    def test_is_named_when_the_retry_comes_too_late_to_write(self, cloud: Cloud) -> None:
        properties = cloud.dictionary(ServiceTimeout=300)
        event = cloud.event("Create", properties)
        deliver_and_die(cloud, event, "CreatePackage")
        cloud.clock.sleep(275)
        response = cloud.deliver(event)
        assert [response.physical_id] == cloud.package_ids(), "CloudFormation still listens: a look is worth while"
        assert leaves_nothing(cloud, response, properties)

    def test_is_found_when_the_retry_cannot_look(self, cloud: Cloud) -> None:
        properties = cloud.dictionary()
        event = cloud.event("Create", properties)
        deliver_and_die(cloud, event, "CreatePackage")
        cloud.model.behaviour.faults = always("DescribePackages")
        response = cloud.deliver(event)
        assert (response.status, len(cloud.package_ids())) == ("FAILED", 1)
        assert leaves_nothing(cloud, response, properties)

    def test_is_found_when_the_function_cannot_even_start(self, cloud: Cloud) -> None:
        properties = cloud.dictionary()
        event = cloud.event("Create", properties)
        deliver_and_die(cloud, event, "CreatePackage")
        cloud.resource.init_failure(RuntimeError("no region"))
        response = cloud.deliver(event)
        assert (response.status, len(cloud.package_ids())) == ("FAILED", 1)
        cloud.cold_start()
        assert leaves_nothing(cloud, response, properties)
