"""Calls of whose response the function hears nothing, or hears an error, and processes that die between two calls."""

from __future__ import annotations

from typing import Any, cast

import pytest
from botocore.exceptions import ReadTimeoutError

from local_aws.packages.behaviour import Fault
from tests.support.clients import FOR_EVER, With, failed
from tests.support.faults import always
from tests.unit.lambda_handler.association.shop import DOMAIN, Shop
from tests.unit.lambda_handler.association.stories import STORIES, Story, Writes, told
from tests.unit.lambda_handler.deliveries import after_each_call, deliver_and_die

READS = ["DescribeDomain", "ListPackagesForDomain", "DescribePackages"]
ASSOCIATING = ["create", "create by name", "create over a failed one", "create in vain", "update"]
ASSOCIATING += ["update to another domain"]
DISSOCIATING = ["create over a failed one", "create in vain", "update", "roll back", "roll back from another domain"]
DISSOCIATING += ["delete", "delete what a failed create left", "delete of a cancelled create"]
WRITING = [
    *(("AssociatePackages", name) for name in ASSOCIATING),
    *(("DissociatePackages", name) for name in DISSOCIATING),
]
FAULTS: list[tuple[Any, int]] = [("throttle", 0), ("500", 3)]
METHODS = {"AssociatePackages": "associate_packages", "DissociatePackages": "dissociate_packages"}


def accepted(shop: Shop) -> Writes:
    """What is asked for from now on, and is accepted."""
    noted: Writes = []

    def note(operation: str, _: dict[str, Any]) -> None:
        if operation in METHODS:
            noted.append(shop.writes()[-1])

    after_each_call(shop.cloud, note)
    return noted


def ends_well(shop: Shop, story: Story) -> None:
    """It ends as if nothing had happened."""
    response = shop.cloud.deliver(story.event)
    assert response.status == story.status, response.reason
    assert story.is_so(shop)


def test_every_story_that_writes_is_told_here() -> None:
    assert {*ASSOCIATING, *DISSOCIATING} == STORIES.keys()


NO_RESPONSE = ReadTimeoutError(endpoint_url="https://es.us-east-1.amazonaws.com")
ERRORS = {
    "fault": failed("AssociatePackages", "InternalException", "Internal error", 500),
    "gateway": failed("AssociatePackages", "504", "Gateway Timeout", 504),
    "nothing": NO_RESPONSE,
}


def lose_once(shop: Shop, operation: str, error: Exception) -> list[Any]:
    """The first call of that operation is applied, and its response is that error. Gives the calls that were lost."""
    whole = shop.cloud.opensearch
    lost: list[Any] = []

    def call(**parameters: Any) -> Any:
        response = getattr(whole, METHODS[operation])(**parameters)
        if not lost:
            lost.append(parameters)
            raise error
        return response

    shop.cloud.opensearch = cast("Any", With(whole, **{METHODS[operation]: call}))
    shop.cloud.cold_start()
    return lost


@pytest.mark.parametrize(("operation", "name"), WRITING)
class TestAWrite:
    @pytest.mark.parametrize(("error", "stale"), [("fault", 0), ("nothing", 12)])
    def test_that_was_applied_although_the_response_was_lost_is_not_repeated(
        self, shop: Shop, operation: str, name: str, error: str, stale: float
    ) -> None:
        story = told(shop, name, stale_associations=stale)
        lost = lose_once(shop, operation, ERRORS[error])
        ends_well(shop, story)
        assert len(lost) == 1
        assert shop.writes() == story.writes

    def test_that_never_arrived_is_made_again(self, shop: Shop, operation: str, name: str) -> None:
        story, made = told(shop, name), accepted(shop)
        shop.cloud.model.behaviour.faults.insert(0, Fault(operation, "500", times=2))
        ends_well(shop, story)
        assert made == story.writes


@pytest.mark.parametrize(("operation", "name"), [("AssociatePackages", "create"), ("DissociatePackages", "delete")])
def test_a_lost_response_of_what_shows_late_is_waited_for_longer(shop: Shop, operation: str, name: str) -> None:
    story = told(shop, name, stale_associations=40)
    lose_once(shop, operation, ERRORS["gateway"])
    ends_well(shop, story)
    assert shop.writes() == story.writes


@pytest.mark.parametrize("name", STORIES)
class TestAStory:
    def test_is_not_changed_by_looks_that_fail_for_a_while(self, shop: Shop, name: str) -> None:
        story = told(shop, name)
        looks = [*READS, "GetPackageVersionHistory"]
        shop.cloud.model.behaviour.faults += [
            Fault(look, kind, times=3, skip=skip) for look in looks for kind, skip in FAULTS
        ]
        ends_well(shop, story)
        assert shop.writes() == story.writes

    def test_is_not_changed_by_a_grant_that_spreads(self, shop: Shop, name: str) -> None:
        story, made = told(shop, name), accepted(shop)
        granted = shop.cloud.clock.now() + 20
        shop.cloud.model.behaviour.faults[:0] = [
            Fault(operation, "access-denied", times=FOR_EVER, when=lambda _: shop.cloud.clock.now() < granted)
            for operation in (*READS, *METHODS)
        ]
        if name != "create in vain":  # which is older than grants need
            ends_well(shop, story)
            assert made == story.writes

    def test_is_not_changed_by_cloudformation_throttling(self, shop: Shop, name: str) -> None:
        story = told(shop, name)
        stacks, until = shop.cloud.stacks, shop.cloud.clock.now() + 20
        called = stacks._called

        def call(operation: str) -> None:
            stacks.error = "Throttling" if shop.cloud.clock.now() < until else ""
            called(operation)

        vars(stacks)["_called"] = call
        shop.cloud.model.modify_domain(DOMAIN, 16)  # so that the request is not fresh any more
        ends_well(shop, story)
        assert shop.writes() == story.writes

    @pytest.mark.parametrize("operation", READS[:2])
    def test_that_dies_after_a_look_and_is_delivered_again_ends_well(
        self, shop: Shop, name: str, operation: str
    ) -> None:
        story = told(shop, name)
        deliver_and_die(shop.cloud, story.event, operation)
        shop.cloud.clock.sleep(60)
        ends_well(shop, story)
        assert shop.writes() == story.writes


@pytest.mark.parametrize(
    ("operation", "name", "stale", "after"),
    [(operation, name, stale, after) for operation, name in WRITING for stale, after in ((0, 1), (12, 60))],
)
def test_a_process_that_dies_right_after_a_write_and_is_delivered_again_ends_well(
    shop: Shop, operation: str, name: str, stale: float, after: float
) -> None:
    story, made = told(shop, name, stale_associations=stale), accepted(shop)
    deliver_and_die(shop.cloud, story.event, operation)
    shop.cloud.clock.sleep(after)
    ends_well(shop, story)
    if name != "create in vain":  # whose association is tried once more, because nobody remembers that it has failed
        assert made == story.writes


class TestForEver:
    """What never responds ends in a response that says so."""

    @pytest.mark.parametrize("operation", [*READS, "AssociatePackages"])
    def test_a_create_fails_in_time(self, shop: Shop, operation: str) -> None:
        properties = shop.properties(shop.dictionary(), ServiceTimeout=600)
        shop.cloud.model.behaviour.faults = always(operation)
        began = shop.cloud.clock.now()
        response = shop.create(properties)
        assert response.status == "FAILED"
        assert "Rate exceeded" in response.reason
        assert shop.cloud.clock.now() - began < 600
        shop.cloud.model.behaviour.faults = []
        assert shop.delete(response.physical_id, properties).status == "SUCCESS"
        assert shop.on_domain() == {}

    @pytest.mark.parametrize("operation", ["DescribeDomain", "ListPackagesForDomain", "DissociatePackages"])
    def test_a_delete_fails_in_time(self, shop: Shop, operation: str) -> None:
        properties = shop.properties(shop.dictionary(), ServiceTimeout=600)
        physical_id = shop.created(properties)
        shop.cloud.model.behaviour.faults = always(operation)
        response = shop.delete(physical_id, properties)
        assert (response.status, response.physical_id) == ("FAILED", physical_id)
        assert "Rate exceeded" in response.reason

    @pytest.mark.parametrize("operation", [*READS, "AssociatePackages"])
    def test_access_that_is_denied_is_told_after_a_minute(self, shop: Shop, operation: str) -> None:
        properties = shop.properties(shop.dictionary())
        shop.cloud.model.behaviour.faults = always(operation, kind="access-denied")
        began = shop.cloud.clock.now()
        response = shop.create(properties)
        assert f"{operation} failed: AccessDeniedException" in response.reason
        assert 59 < shop.cloud.clock.now() - began < 90
