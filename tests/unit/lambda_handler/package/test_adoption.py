"""Taking over a package that there is, with AdoptPackageID, instead of making a new one under another PackageID."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_handler.ownership import read
from local_aws.packages.behaviour import Fault
from tests.support.clients import FOR_EVER
from tests.support.faults import always
from tests.support.physical_ids import INVENTED
from tests.unit.lambda_handler.deliveries import after_each_call, deliver_and_die
from tests.unit.lambda_handler.harness import OTHER_STACK_ID, Cloud
from tests.unit.lambda_handler.strangers import by_hand, other_stack


@pytest.fixture
def package_id(cloud: Cloud) -> str:
    """Made in the console, with content of its own."""
    return by_hand(cloud, name="shop-words")


def adopting(cloud: Cloud, package_id: str, **more: Any) -> dict[str, Any]:
    return cloud.dictionary(**{"PackageName": None, "AdoptPackageID": package_id, **more})


def details(cloud: Cloud, package_id: str) -> Any:
    return cloud.model.package(package_id)


class TestAPackageWithoutAMark:
    @pytest.mark.parametrize("name", [None, "shop-words"])
    def test_keeps_its_id_and_gets_the_content_of_the_template(
        self, cloud: Cloud, package_id: str, name: str | None
    ) -> None:
        wanted = adopting(cloud, package_id, PackageName=name, PackageSource=cloud.store("ours.txt", b"ours"))
        response = cloud.create(wanted)
        assert (response.status, response.physical_id) == ("SUCCESS", package_id), response.reason
        assert response.attributes["PackageName"] == "shop-words"
        assert cloud.content(package_id) == b"ours"
        assert cloud.writes() == ["UpdatePackage"]
        assert cloud.owner().owns(read_mark(cloud, package_id))

    def test_is_this_resources_from_then_on(self, cloud: Cloud, package_id: str) -> None:
        wanted = adopting(cloud, package_id)
        cloud.create(wanted)
        cloud.clock.sleep(600)
        changed = wanted | {"PackageSource": cloud.store("new.txt", b"new")}
        updated = cloud.update(package_id, wanted, changed)
        assert (updated.status, updated.physical_id) == ("SUCCESS", package_id)
        assert cloud.content(package_id) == b"new"
        cloud.clock.sleep(600)
        assert cloud.delete(package_id, changed).status == "SUCCESS"
        assert cloud.package_ids() == []

    def test_keeps_its_id_when_the_template_does_not_say_any_more_that_it_was_adopted(
        self, cloud: Cloud, package_id: str
    ) -> None:
        wanted = adopting(cloud, package_id)
        cloud.create(wanted)
        later = cloud.dictionary(PackageName=None)
        for old, new in ((wanted, later), (later, later | {"PackageDescription": "x"})):
            cloud.clock.sleep(600)
            updated = cloud.update(package_id, old, new)
            assert (updated.status, updated.physical_id) == ("SUCCESS", package_id)
        assert cloud.package_ids() == [package_id]

    def test_keeps_its_id_when_its_name_is_written_into_the_template(self, cloud: Cloud, package_id: str) -> None:
        wanted = adopting(cloud, package_id)
        cloud.create(wanted)
        cloud.clock.sleep(600)
        assert cloud.update(package_id, wanted, wanted | {"PackageName": "shop-words"}).physical_id == package_id
        assert cloud.writes() == ["UpdatePackage"], "that of the adoption"

    @pytest.mark.parametrize("rollback_sends", ["old id", "new id"])
    def test_comes_back_when_its_replacement_is_rolled_back(
        self, cloud: Cloud, package_id: str, rollback_sends: str
    ) -> None:
        wanted = adopting(cloud, package_id)
        cloud.create(wanted)
        cloud.clock.sleep(600)
        other = wanted | {"PackageName": "other-words"}
        replaced = cloud.update(package_id, wanted, other).physical_id
        assert replaced != package_id
        back = cloud.roll_back(package_id if rollback_sends == "old id" else replaced, other, wanted)
        assert (back.status, back.physical_id) == ("SUCCESS", package_id)
        if rollback_sends == "new id":
            cloud.delete(replaced, other)
        assert cloud.package_ids() == [package_id]

    def test_keeps_its_name_across_engine_versions(self, cloud: Cloud) -> None:
        made = cloud.plugin("2.17")
        cloud.stack_id, ours = OTHER_STACK_ID, cloud.stack_id
        theirs = cloud.create(made | {"PackageName": "my-plugin"}).physical_id
        cloud.stack_id = ours
        wanted = made | {"AdoptPackageID": theirs, "AdoptFrom": "other/Synonyms"}
        assert cloud.create(wanted).physical_id == theirs
        cloud.clock.sleep(600)
        newer = wanted | cloud.plugin("2.19")
        upgraded = cloud.update(theirs, wanted, newer)
        assert upgraded.attributes["PackageName"] == "my-plugin"
        assert upgraded.physical_id != theirs
        for known_as in (theirs, upgraded.physical_id):
            back = cloud.roll_back(known_as, newer, wanted)
            assert (back.status, back.physical_id) == ("SUCCESS", theirs)
        assert cloud.package_ids() == [theirs]

    def test_is_adopted_once_however_often_the_request_is_delivered(self, cloud: Cloud, package_id: str) -> None:
        event = cloud.event("Create", adopting(cloud, package_id))
        deliver_and_die(cloud, event, "UpdatePackage")
        for _ in range(2):
            assert cloud.deliver(event).physical_id == package_id
        assert cloud.writes() == ["UpdatePackage"]


class TestAPackageOfAnotherResource:
    def test_is_not_taken_by_mistake(self, cloud: Cloud) -> None:
        theirs = other_stack(cloud)
        before = details(cloud, theirs)
        response = cloud.create(adopting(cloud, theirs))
        assert response.status == "FAILED"
        assert f"package 'synonyms' ({theirs}) belongs to another resource, other/Synonyms" in response.reason
        assert "agree with AdoptFrom: other/Synonyms" in response.reason
        assert cloud.writes() == []
        assert details(cloud, theirs) == before

    def test_is_taken_where_the_template_names_that_resource(self, cloud: Cloud) -> None:
        theirs = other_stack(cloud)
        response = cloud.create(adopting(cloud, theirs, AdoptFrom="other/Synonyms"))
        assert (response.status, response.physical_id) == ("SUCCESS", theirs), response.reason
        assert cloud.owner().owns(read_mark(cloud, theirs))

    @pytest.mark.parametrize("wrong", ["shop/Synonyms", "other/Words", "other", "/", "other/Synonyms/x"])
    def test_is_not_taken_from_whom_it_does_not_belong_to(self, cloud: Cloud, wrong: str) -> None:
        theirs = other_stack(cloud)
        response = cloud.create(adopting(cloud, theirs, AdoptFrom=wrong))
        assert response.status == "FAILED"
        assert f"agree with AdoptFrom: other/Synonyms, received {wrong!r}" in response.reason
        assert cloud.writes() == []

    def test_is_marked_anew_although_its_content_is_what_the_template_says(self, cloud: Cloud) -> None:
        theirs = other_stack(cloud, PackageDescription="Shop")
        wanted = adopting(cloud, theirs, AdoptFrom="other/Synonyms", PackageDescription="Shop")
        assert cloud.create(wanted).status == "SUCCESS"
        assert cloud.owner().owns(read_mark(cloud, theirs))

    def test_is_neither_changed_nor_deleted_by_its_old_owner_from_then_on(self, cloud: Cloud) -> None:
        theirs, old = other_stack(cloud), cloud.dictionary()
        cloud.create(adopting(cloud, theirs, AdoptFrom="other/Synonyms"))
        before, cloud.stack_id = details(cloud, theirs), OTHER_STACK_ID
        cloud.clock.sleep(600)
        failed = cloud.update(theirs, old, old | {"SourceHash": "new"})
        assert failed.status == "FAILED"
        assert "belongs to another resource, shop/Synonyms" in failed.reason
        assert cloud.delete(theirs, old).status == "SUCCESS"
        assert details(cloud, theirs) == before

    def test_with_a_long_name_is_named_in_full_or_as_its_mark_does(self, cloud: Cloud) -> None:
        stack, logical_id = "a" * 128, "B" * 255
        ours, cloud.stack_id = cloud.stack_id, OTHER_STACK_ID.replace("/other/", f"/{stack}/")
        theirs = cloud.create(cloud.dictionary(), LogicalResourceId=logical_id).physical_id
        mark, cloud.stack_id = read_mark(cloud, theirs), ours
        assert cloud.create(adopting(cloud, theirs, AdoptFrom=f"{stack}/{logical_id}")).status == "SUCCESS"
        assert len(mark.names) < 165

    def test_of_the_same_stack_moves_to_another_logical_id(self, cloud: Cloud) -> None:
        old = cloud.dictionary()
        package_id = cloud.create(old, LogicalResourceId="Words").physical_id
        moved = cloud.create(adopting(cloud, package_id, AdoptFrom="shop/Words"))
        assert moved.physical_id == package_id
        assert cloud.delete(package_id, old, LogicalResourceId="Words").status == "SUCCESS"
        assert cloud.package_ids() == [package_id]


class TestWhatCannotBeAdopted:
    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ({"PackageName": "other-words"}, "its PackageName is shop-words, and the template says other-words"),
            (
                {"PackageType": "PACKAGE-LICENSE"},
                "its PackageType is TXT-DICTIONARY, and the template says PACKAGE-LICENSE",
            ),
            (
                {"PackageVendingOptions": {"VendingEnabled": True}},
                "its PackageVendingOptions.VendingEnabled is false, and the template says true",
            ),
        ],
    )
    def test_is_said_with_what_differs(self, cloud: Cloud, package_id: str, change: dict[str, Any], told: str) -> None:
        before = details(cloud, package_id)
        response = cloud.create(adopting(cloud, package_id, **change))
        assert response.status == "FAILED"
        assert f"package 'shop-words' ({package_id}) cannot be adopted, and was not touched: {told}" in response.reason
        assert (cloud.writes(), details(cloud, package_id)) == ([], before)

    def test_is_a_plugin_for_another_engine_version(self, cloud: Cloud) -> None:
        made = cloud.plugin("2.17")
        cloud.stack_id, ours = OTHER_STACK_ID, cloud.stack_id
        theirs = cloud.create(made).physical_id
        cloud.stack_id = ours
        response = cloud.create(
            made | {"AdoptPackageID": theirs, "AdoptFrom": "other/Synonyms", "EngineVersion": "OpenSearch_2.19"}
        )
        assert "its EngineVersion is OpenSearch_2.17, and the template says OpenSearch_2.19" in response.reason

    def test_is_one_that_is_not_there(self, cloud: Cloud) -> None:
        response = cloud.create(adopting(cloud, "F404"))
        assert response.reason.startswith("package F404 cannot be adopted: there is no such package in this account")
        assert cloud.writes() == []

    def test_is_one_that_is_being_deleted(self, cloud: Cloud, package_id: str) -> None:
        cloud.opensearch.delete_package(PackageID=package_id)
        assert "cannot be adopted: it is DELETING" in cloud.create(adopting(cloud, package_id)).reason

    @pytest.mark.parametrize(
        ("properties", "told"),
        [
            ({"AdoptPackageID": "G123"}, "AdoptPackageID must be a package of this account"),
            ({"AdoptPackageID": "my-synonyms"}, "AdoptPackageID must match"),
            ({"AdoptFrom": "other/Synonyms"}, "AdoptFrom is only for AdoptPackageID"),
        ],
    )
    def test_is_refused_before_any_call(self, cloud: Cloud, properties: dict[str, Any], told: str) -> None:
        response = cloud.create(cloud.dictionary(**properties))
        assert told in response.reason
        assert cloud.model.calls == []


class TestTheOldOwner:
    def test_that_writes_meanwhile_makes_the_adoption_fail(self, cloud: Cloud) -> None:
        cloud.model.behaviour.update_while_importing = "accept"
        theirs = other_stack(cloud)
        description = details(cloud, theirs)["PackageDescription"]
        source = cloud.store("theirs.txt", b"theirs")

        def write_too(operation: str, _: dict[str, Any]) -> None:
            if operation == "UpdatePackage" and len(cloud.writes()) == 1:
                parameters = {"PackageID": theirs, "PackageDescription": description, "PackageSource": source}
                cloud.model.call("UpdatePackage", parameters)

        after_each_call(cloud, write_too)
        response = cloud.create(adopting(cloud, theirs, AdoptFrom="other/Synonyms"))
        assert response.status == "FAILED"
        assert "has been changed by its old owner, other/Synonyms, while it was adopted" in response.reason


class TestACancelledAdoption:
    def test_leaves_the_package_and_no_copy(self, cloud: Cloud, package_id: str) -> None:
        wanted = adopting(cloud, package_id, PackageName="shop-words", PackageSource=None, PackageContent="couch")
        create = cloud.event("Create", wanted)
        cloud.clock.sleep(3)
        delete = cloud.event("Delete", wanted, PhysicalResourceId=INVENTED)
        cloud.clock.sleep(3)
        deliver_and_die(cloud, create, "UpdatePackage")
        assert len(cloud.staged()) == 1
        cloud.clock.sleep(15)
        assert cloud.deliver(delete).status == "SUCCESS"
        assert (cloud.package_ids(), cloud.staged()) == ([package_id], [])


class TestAnAdoptionThatFails:
    @pytest.mark.parametrize("physical_id", ["as the response says", INVENTED, "not-known-0123456789ab"])
    @pytest.mark.parametrize("shows", ["at-once", "on-success", "at-once-and-reverts"])
    def test_leaves_the_package_whatever_cloudformation_deletes_then(
        self, cloud: Cloud, package_id: str, shows: Any, physical_id: str
    ) -> None:
        cloud.model.behaviour.description_shows = shows
        cloud.model.behaviour.faults = [Fault("UpdatePackage", "invalid", message="3 vulnerabilities")]
        wanted = adopting(cloud, package_id)
        response = cloud.create(wanted)
        assert response.status == "FAILED"
        assert f"3 vulnerabilities. Package 'shop-words' ({package_id}) stays: its available version" in response.reason
        names_us = "its description names shop/Synonyms by now" in response.reason
        assert names_us == cloud.owner().owns(read_mark(cloud, package_id))
        deleted = response.physical_id if physical_id == "as the response says" else physical_id
        assert cloud.delete(deleted, wanted).status == "SUCCESS"
        assert cloud.package_ids() == [package_id]
        assert "DeletePackage" not in cloud.writes()

    def test_for_want_of_time_says_what_the_package_is_doing(self, cloud: Cloud, package_id: str) -> None:
        cloud.model.behaviour.copying = 1000
        response = cloud.create(adopting(cloud, package_id, ServiceTimeout=120))
        assert response.status == "FAILED"
        stays = f"last seen: COPYING. Package 'shop-words' ({package_id}) stays: its available version is v1"
        assert f"{stays}, and its import goes on" in response.reason
        assert cloud.delete(response.physical_id, adopting(cloud, package_id)).status == "SUCCESS"
        assert cloud.package_ids() == [package_id]

    @pytest.mark.parametrize("kind", ["unreadable", "invalid", "access-denied", "throttle", "500"])
    def test_at_every_try_never_deletes_one_that_was_never_available(self, cloud: Cloud, kind: Any) -> None:
        cloud.model.behaviour.faults = [Fault("CreatePackage", "invalid", message="bad")]
        useless = by_hand(cloud, name="useless")
        cloud.model.behaviour.faults = always("UpdatePackage", kind=kind)
        assert cloud.create(adopting(cloud, useless, ServiceTimeout=300)).status == "FAILED"
        assert cloud.package_ids() == [useless]
        assert "DeletePackage" not in cloud.writes()

    def test_is_made_good_by_the_next_deployment(self, cloud: Cloud, package_id: str) -> None:
        cloud.model.behaviour.faults = [Fault("UpdatePackage", "invalid", message="bad")]
        wanted = adopting(cloud, package_id)
        cloud.delete(cloud.create(wanted).physical_id, wanted)
        cloud.clock.sleep(600)
        assert cloud.create(wanted).physical_id == package_id


class TestTheRollbackOfTheStack:
    @pytest.mark.parametrize(
        "status",
        [
            "ROLLBACK_IN_PROGRESS",
            "UPDATE_ROLLBACK_IN_PROGRESS",
            "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
            "ROLLBACK_COMPLETE",  # the request comes late
            "UPDATE_ROLLBACK_COMPLETE",
            "A_STATUS_OF_TOMORROW",
        ],
    )
    def test_leaves_the_package_that_the_same_operation_has_adopted(
        self, cloud: Cloud, package_id: str, status: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        wanted = adopting(cloud, package_id)
        cloud.create(wanted)
        cloud.stacks.statuses[cloud.stack_id] = status
        assert cloud.delete(package_id, wanted).status == "SUCCESS"
        assert cloud.package_ids() == [package_id]
        assert f"{package_id} was adopted, not made, and stays" in caplog.text

    @pytest.mark.parametrize("status", ["DELETE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"])
    def test_is_no_ordinary_deletion(self, cloud: Cloud, package_id: str, status: str) -> None:
        wanted = adopting(cloud, package_id)
        cloud.create(wanted)
        cloud.stacks.statuses[cloud.stack_id] = status
        assert cloud.delete(package_id, wanted).status == "SUCCESS"
        assert cloud.package_ids() == []

    def test_of_a_parent_leaves_the_package_of_its_nested_stack(self, cloud: Cloud, package_id: str) -> None:
        wanted = adopting(cloud, package_id)
        cloud.create(wanted)
        cloud.stacks.roots[cloud.stack_id] = OTHER_STACK_ID
        cloud.stacks.statuses[OTHER_STACK_ID] = "UPDATE_ROLLBACK_IN_PROGRESS"
        assert cloud.delete(package_id, wanted).status == "SUCCESS"
        assert cloud.package_ids() == [package_id]
        cloud.stacks.statuses[OTHER_STACK_ID] = "DELETE_IN_PROGRESS"
        assert cloud.delete(package_id, wanted).status == "SUCCESS"
        assert cloud.package_ids() == []

    def test_deletes_what_was_to_replace_the_package(self, cloud: Cloud, package_id: str) -> None:
        wanted = adopting(cloud, package_id)
        cloud.create(wanted)
        cloud.clock.sleep(600)
        other = wanted | {"PackageName": "other-words"}
        replaced = cloud.update(package_id, wanted, other).physical_id
        cloud.stacks.statuses[cloud.stack_id] = "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"
        assert cloud.delete(replaced, other).status == "SUCCESS"
        assert cloud.package_ids() == [package_id]

    @pytest.mark.parametrize("error", ["AccessDenied", "Throttling", "InternalFailure"])
    def test_is_assumed_where_cloudformation_cannot_be_asked(
        self, cloud: Cloud, package_id: str, caplog: pytest.LogCaptureFixture, error: str
    ) -> None:
        wanted = adopting(cloud, package_id)
        cloud.create(wanted)
        cloud.stacks.error = error
        begun = cloud.clock.now()
        assert cloud.delete(package_id, wanted).status == "SUCCESS"
        assert cloud.clock.now() - begun < 40
        assert cloud.package_ids() == [package_id]
        assert "CloudFormation cannot be asked whether the stack is rolled back" in caplog.text

    def test_deletes_what_the_operation_has_made(self, cloud: Cloud) -> None:
        properties = cloud.dictionary()
        package_id = cloud.create(properties).physical_id
        cloud.stacks.statuses[cloud.stack_id] = "ROLLBACK_IN_PROGRESS"
        assert cloud.delete(package_id, properties).status == "SUCCESS"
        assert cloud.package_ids() == []


def test_an_update_adopts_nothing_and_says_so(cloud: Cloud) -> None:
    old = cloud.dictionary(PackageName="ours")
    ours = cloud.create(old).physical_id
    theirs = by_hand(cloud, name="theirs")
    response = cloud.update(ours, old, old | {"PackageName": "theirs", "AdoptPackageID": theirs})
    assert response.status == "FAILED"
    assert "AdoptPackageID takes effect when a resource is created: give this one another logical id" in response.reason


@pytest.mark.parametrize("mark", ["", "other"])
def test_an_update_never_takes_the_package_of_adopt_package_id_that_it_does_not_own(cloud: Cloud, mark: str) -> None:
    old = cloud.dictionary(PackageName="ours")
    ours = cloud.create(old).physical_id
    theirs = by_hand(cloud, name="theirs") if not mark else other_stack(cloud, PackageName="theirs")
    new = cloud.dictionary(PackageName=None, AdoptPackageID=theirs, AdoptFrom="other/Synonyms")
    replaced = cloud.update(ours, old, new)
    assert replaced.status == "SUCCESS"
    assert replaced.physical_id not in (ours, theirs)


def test_a_name_that_is_taken_is_reported_with_how_to_adopt(cloud: Cloud) -> None:
    by_hand(cloud)
    assert (
        "take it over with AdoptPackageID, or delete it if nobody needs it" in cloud.create(cloud.dictionary()).reason
    )


def test_a_name_that_another_stack_has_is_reported_with_how_to_adopt(cloud: Cloud) -> None:
    other_stack(cloud)
    assert "AdoptPackageID and AdoptFrom: other/Synonyms" in cloud.create(cloud.dictionary()).reason


def test_looking_that_is_denied_is_told_and_changes_nothing(cloud: Cloud, package_id: str) -> None:
    cloud.model.behaviour.faults = [Fault("DescribePackages", "access-denied", times=FOR_EVER)]
    response = cloud.create(adopting(cloud, package_id))
    assert response.status == "FAILED"
    assert "DescribePackages failed: AccessDeniedException" in response.reason
    assert cloud.delete(response.physical_id, adopting(cloud, package_id)).status == "SUCCESS"
    assert cloud.writes() == []


def read_mark(cloud: Cloud, package_id: str) -> Any:
    return read(details(cloud, package_id)["PackageDescription"])[1]
