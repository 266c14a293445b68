"""A package's Create, Update and Delete, as CloudFormation's users see them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from local_aws.packages.behaviour import Fault
from tests.support.physical_ids import INVENTED
from tests.unit.lambda_handler.harness import OTHER_STACK_ID, Cloud

OTHER_TEXT = b"couch, sofa, settee\n"


def other_stack(cloud: Cloud, **properties: Any) -> str:
    """A package that a resource of another stack owns. Gives its id."""
    cloud.stack_id, ours = OTHER_STACK_ID, cloud.stack_id
    response = cloud.create(cloud.dictionary(**properties))
    cloud.stack_id = ours
    assert response.status == "SUCCESS"
    return response.physical_id


def by_hand(cloud: Cloud, name: str = "synonyms", description: str = "made by hand") -> str:
    """A package that somebody made in the console. Gives its id."""
    made = cloud.opensearch.create_package(
        PackageName=name,
        PackageType="TXT-DICTIONARY",
        PackageDescription=description,
        PackageSource=cloud.store("by-hand.txt"),  # type: ignore[arg-type]
    )
    cloud.clock.sleep(60)
    cloud.model.calls.clear()
    return made["PackageDetails"]["PackageID"]


class TestCreate:
    def test_makes_the_package_and_responses_when_it_is_available(self, cloud: Cloud) -> None:
        response = cloud.create(cloud.dictionary(PackageDescription="Shop synonyms"))
        assert response.status == "SUCCESS"
        assert re.fullmatch("F[0-9]+", response.physical_id)
        assert response.attributes["PackageID"] == response.physical_id
        assert response.attributes["PackageVersion"] == response.attributes["AvailablePackageVersion"] == "v1"
        assert response.attributes["PackageStatus"] == "AVAILABLE"
        assert response.attributes["PackageDescription"] == "Shop synonyms"
        assert response.attributes["PackageOwner"] == "000000000000"
        assert response.attributes["CreatedAt"] == "2027-01-01T00:00:00.000Z"
        assert cloud.writes() == ["CreatePackage"]

    def test_gives_every_attribute_even_those_that_the_service_leaves_out(self, cloud: Cloud) -> None:
        response = cloud.create(cloud.dictionary())
        assert response.attributes["AvailablePluginProperties.ClassName"] == ""
        assert response.attributes["EngineVersion"] == ""
        assert all(isinstance(value, str) for value in response.attributes.values())

    def test_names_the_owner_where_a_person_can_read_it(self, cloud: Cloud) -> None:
        response = cloud.create(cloud.dictionary(PackageDescription="Shop synonyms"))
        package = cloud.model.package(response.physical_id)
        assert package is not None
        assert re.fullmatch(
            r"Shop synonyms \[cloudformation shop/Synonyms [0-9a-f-]{59}\]", package["PackageDescription"]
        )

    def test_without_a_name_takes_one_from_the_logical_id(self, cloud: Cloud) -> None:
        response = cloud.create(cloud.dictionary(PackageName=None))
        assert re.fullmatch("synonyms-[0-9a-f]{12}", response.attributes["PackageName"])

    def test_passes_the_options_on_in_the_types_of_the_api(self, cloud: Cloud) -> None:
        response = cloud.create(
            cloud.dictionary(
                PackageVendingOptions={"VendingEnabled": True},
                PackageConfiguration={
                    "LicenseRequirement": "NONE",
                    "ConfigurationRequirement": "OPTIONAL",
                    "RequiresRestartForConfigurationUpdate": False,
                },
            )
        )
        assert response.status == "SUCCESS"
        sent = next(parameters for name, parameters in cloud.model.calls if name == "CreatePackage")
        assert sent["PackageVendingOptions"] == {"VendingEnabled": True}
        assert sent["PackageConfiguration"]["RequiresRestartForConfigurationUpdate"] is False

    def test_takes_text_from_the_template(self, cloud: Cloud) -> None:
        response = cloud.create(cloud.dictionary(PackageContent="Sofa, Couch, Kanapée\n"))
        assert response.status == "SUCCESS"
        assert cloud.content(response.physical_id) == "Sofa, Couch, Kanapée\n".encode()
        assert cloud.staged() == []

    def test_that_fails_gives_the_services_own_words_and_leaves_nothing(self, cloud: Cloud) -> None:
        words = "PluginValidationFailureReason : The provided plugin could not be loaded"
        cloud.model.behaviour.faults = [Fault("CreatePackage", "invalid", message=words)]
        properties = cloud.dictionary()
        response = cloud.create(properties)
        assert response.status == "FAILED"
        assert words in response.reason
        assert response.reason.startswith("s3://sources/synonyms.txt could not be imported")
        assert response.reason.endswith("(log stream: 2027/01/01/[$LATEST]0123456789abcdef)")
        assert cloud.package_ids() == []
        before = len(cloud.model.calls)
        assert cloud.delete(response.physical_id, properties).status == "SUCCESS"
        assert len(cloud.model.calls) == before, "nothing was created, so nothing is looked for"

    def test_that_fails_and_cannot_clean_up_leaves_it_to_the_delete(self, cloud: Cloud) -> None:
        cloud.model.behaviour.faults = [
            Fault("CreatePackage", "invalid", message="no"),
            Fault("DeletePackage", "delete-failed"),
        ]
        properties = cloud.dictionary()
        response = cloud.create(properties)
        assert response.status == "FAILED"
        assert cloud.package_ids() == [response.physical_id]
        assert cloud.delete(response.physical_id, properties).status == "SUCCESS"
        assert cloud.package_ids() == []

    def test_of_a_name_that_is_taken_says_by_whom_and_does_not_touch_it(self, cloud: Cloud) -> None:
        taken = by_hand(cloud)
        response = cloud.create(cloud.dictionary())
        assert response.status == "FAILED"
        assert taken in response.reason
        assert "Package.from_package_id" in response.reason
        assert cloud.writes() == []
        assert cloud.delete(response.physical_id, cloud.dictionary()).status == "SUCCESS"
        assert cloud.package_ids() == [taken]

    def test_of_a_name_that_another_stack_has_does_not_touch_it(self, cloud: Cloud) -> None:
        taken = other_stack(cloud)
        response = cloud.create(cloud.dictionary())
        assert response.status == "FAILED"
        assert taken in response.reason
        assert cloud.package_ids() == [taken]

    def test_waits_for_a_name_whose_package_is_being_deleted(self, cloud: Cloud) -> None:
        going = by_hand(cloud)
        cloud.opensearch.delete_package(PackageID=going)
        response = cloud.create(cloud.dictionary())
        assert response.status == "SUCCESS"
        assert cloud.package_ids() == [response.physical_id]

    def test_ignores_the_record_of_a_deleted_package(self, cloud: Cloud) -> None:
        cloud.model.behaviour.deleted_record = 3600
        going = by_hand(cloud)
        cloud.opensearch.delete_package(PackageID=going)
        cloud.clock.sleep(60)
        assert cloud.create(cloud.dictionary()).status == "SUCCESS"

    def test_takes_up_what_an_earlier_request_of_the_same_resource_left(self, cloud: Cloud) -> None:
        first = cloud.create(cloud.dictionary())
        again = cloud.create(cloud.dictionary(PackageSource=cloud.store("new.txt", OTHER_TEXT)))
        assert (again.status, again.physical_id) == ("SUCCESS", first.physical_id)
        assert cloud.content(first.physical_id) == OTHER_TEXT

    def test_replaces_a_leftover_of_the_same_resource_that_never_became_available(self, cloud: Cloud) -> None:
        cloud.model.behaviour.faults = [
            Fault("CreatePackage", "invalid", message="no"),
            Fault("DeletePackage", "delete-failed"),
        ]
        left = cloud.create(cloud.dictionary())
        response = cloud.create(cloud.dictionary())
        assert response.status == "SUCCESS"
        assert response.physical_id != left.physical_id
        assert cloud.package_ids() == [response.physical_id]

    def test_goes_on_where_a_first_delivery_ended(self, cloud: Cloud) -> None:
        event = cloud.event("Create", cloud.dictionary())
        first = cloud.deliver(event)
        second = cloud.deliver(event)
        assert (second.status, second.physical_id) == ("SUCCESS", first.physical_id)
        assert cloud.writes() == ["CreatePackage"]

    def test_whose_response_from_the_service_was_lost_makes_one_package(self, cloud: Cloud) -> None:
        cloud.model.behaviour.faults = [Fault("CreatePackage", "error-after-apply", status=500)]
        response = cloud.create(cloud.dictionary())
        assert response.status == "SUCCESS"
        assert cloud.package_ids() == [response.physical_id]

    @pytest.mark.parametrize("kind", ["throttle", "500"])
    def test_survives_trouble_of_the_service(self, cloud: Cloud, kind: Any) -> None:
        cloud.model.behaviour.faults = [Fault(name, kind, times=3) for name in ("DescribePackages", "CreatePackage")]
        assert cloud.create(cloud.dictionary()).status == "SUCCESS"

    def test_waits_a_minute_for_a_new_grant(self, cloud: Cloud) -> None:
        cloud.model.behaviour.faults = [Fault("CreatePackage", "access-denied", times=10)]
        assert cloud.create(cloud.dictionary()).status == "SUCCESS"

    def test_without_permission_says_which_call_was_denied(self, cloud: Cloud) -> None:
        cloud.model.behaviour.faults = [Fault("CreatePackage", "access-denied", times=1000)]
        begun = cloud.clock.now()
        response = cloud.create(cloud.dictionary())
        assert response.status == "FAILED"
        assert response.reason.startswith("package 'synonyms' could not be created: CreatePackage failed: AccessDenied")
        assert "needs es:CreatePackage, and s3:GetObject on s3://sources/synonyms.txt" in response.reason
        assert 60 <= cloud.clock.now() - begun <= 75

    def test_tries_again_when_the_service_itself_met_a_new_grant(self, cloud: Cloud) -> None:
        cloud.model.behaviour.faults = [Fault("CreatePackage", "unreadable")]
        response = cloud.create(cloud.dictionary())
        assert response.status == "SUCCESS"
        assert cloud.package_ids() == [response.physical_id]

    def test_that_never_settles_fails_before_cloudformation_gives_up_and_can_be_deleted(self, cloud: Cloud) -> None:
        cloud.model.behaviour.faults = [Fault("CreatePackage", "stuck")]
        begun = cloud.clock.now()
        response = cloud.create(cloud.dictionary(ServiceTimeout=300))
        assert response.status == "FAILED"
        assert "COPYING" in response.reason
        assert 269 <= cloud.clock.now() - begun <= 271
        assert cloud.package_ids() == [response.physical_id]

    def test_that_comes_too_late_writes_nothing(self, cloud: Cloud) -> None:
        event = cloud.event("Create", cloud.dictionary(ServiceTimeout=300))
        cloud.clock.sleep(301)
        response = cloud.deliver(event)
        assert response.status == "FAILED"
        assert cloud.model.calls == []

    def test_at_the_quota_says_so(self, cloud: Cloud) -> None:
        cloud.model.behaviour.quota = 0
        response = cloud.create(cloud.dictionary())
        assert response.status == "FAILED"
        assert "CreatePackage failed: LimitExceededException: You may have 0 packages." in response.reason

    def test_gives_up_when_somebody_deletes_the_package_meanwhile(self, cloud: Cloud) -> None:
        cloud.model.behaviour.delete_while_importing = "accept"
        deleted: list[str] = []
        sleep = cloud.clock.sleep

        def sleep_and_delete(seconds: float) -> None:
            sleep(seconds)
            for package_id in cloud.package_ids():
                if package_id not in deleted:
                    deleted.append(package_id)
                    cloud.opensearch.delete_package(PackageID=package_id)

        cloud.clock.sleep = sleep_and_delete  # type: ignore[method-assign]
        response = cloud.create(cloud.dictionary())
        assert response.status == "FAILED"
        assert "was deleted while it was being imported" in response.reason
        assert cloud.package_ids() == []

    def test_of_a_name_that_only_aws_uses_is_the_services_business(self, cloud: Cloud) -> None:
        # AWS's own plugins are in every account's list, one of each name for every engine version.
        assert cloud.create(cloud.dictionary(PackageName="analysis-nori")).status == "SUCCESS"


class TestUpdate:
    @pytest.fixture
    def old(self, cloud: Cloud) -> dict[str, Any]:
        return cloud.dictionary(PackageDescription="Shop synonyms")

    @pytest.fixture
    def package_id(self, cloud: Cloud, old: dict[str, Any]) -> str:
        response = cloud.create(old)
        assert response.status == "SUCCESS"
        cloud.model.calls.clear()
        return response.physical_id

    def test_imports_new_content_under_the_same_id(self, cloud: Cloud, old: dict[str, Any], package_id: str) -> None:
        new = old | {"PackageSource": cloud.store("new.txt", OTHER_TEXT), "CommitMessage": "more sofas"}
        response = cloud.update(package_id, old, new)
        assert (response.status, response.physical_id) == ("SUCCESS", package_id)
        assert response.attributes["PackageVersion"] == "v2"
        assert cloud.content(package_id) == OTHER_TEXT
        assert (cloud.model.versions(package_id)[-1].commit_message or "").startswith("more sofas [request ")
        assert cloud.writes() == ["UpdatePackage"]

    def test_imports_again_when_only_the_source_hash_differs(
        self, cloud: Cloud, old: dict[str, Any], package_id: str
    ) -> None:
        response = cloud.update(package_id, old, old | {"SourceHash": "new"})
        assert response.attributes["PackageVersion"] == "v2"

    def test_changes_a_description(self, cloud: Cloud, old: dict[str, Any], package_id: str) -> None:
        response = cloud.update(package_id, old, old | {"PackageDescription": "All synonyms"})
        assert response.attributes["PackageDescription"] == "All synonyms"

    @pytest.mark.parametrize("change", [{"CommitMessage": "why"}, {"ServiceTimeout": 600}])
    def test_that_changes_nothing_the_service_knows_writes_nothing(
        self, cloud: Cloud, old: dict[str, Any], package_id: str, change: dict[str, Any]
    ) -> None:
        response = cloud.update(package_id, old, old | change)
        assert (response.status, response.attributes["PackageVersion"]) == ("SUCCESS", "v1")
        assert cloud.writes() == []

    def test_has_the_same_attributes_as_create(self, cloud: Cloud, old: dict[str, Any], package_id: str) -> None:
        created = json.loads(cloud.puts[-1][1])["Data"]
        response = cloud.update(package_id, old, old | {"SourceHash": "new"})
        assert response.attributes.keys() == created.keys()
        assert len(created) == 16

    def test_that_fails_keeps_the_id_and_its_rollback_brings_the_old_content_back(
        self, cloud: Cloud, old: dict[str, Any], package_id: str
    ) -> None:
        cloud.model.behaviour.faults = [Fault("UpdatePackage", "invalid", message="bad words")]
        new = old | {"PackageSource": cloud.store("new.txt", OTHER_TEXT)}
        failed = cloud.update(package_id, old, new)
        assert (failed.status, failed.physical_id) == ("FAILED", package_id)
        assert "bad words" in failed.reason
        rolled_back = cloud.update(package_id, new, old)
        assert (rolled_back.status, rolled_back.physical_id) == ("SUCCESS", package_id)
        assert cloud.content(package_id) == b"couch, sofa\n"
        assert rolled_back.attributes["PackageStatus"] == "AVAILABLE"

    def test_that_was_refused_outright_rolls_back_without_a_version(
        self, cloud: Cloud, old: dict[str, Any], package_id: str
    ) -> None:
        cloud.model.behaviour.faults = [
            Fault("UpdatePackage", "error", code="LimitExceededException", message="too many", status=409)
        ]
        new = old | {"SourceHash": "new"}
        assert "LimitExceededException: too many" in cloud.update(package_id, old, new).reason
        assert cloud.update(package_id, new, old).attributes["PackageVersion"] == "v1"

    def test_of_a_package_that_is_gone_makes_a_new_one(
        self, cloud: Cloud, old: dict[str, Any], package_id: str
    ) -> None:
        cloud.opensearch.delete_package(PackageID=package_id)
        response = cloud.update(package_id, old, old | {"SourceHash": "new"})
        assert response.status == "SUCCESS"
        assert response.physical_id != package_id
        assert cloud.package_ids() == [response.physical_id]

    def test_of_another_resources_package_is_refused(self, cloud: Cloud) -> None:
        foreign = other_stack(cloud)
        cloud.model.calls.clear()
        properties = cloud.dictionary()
        response = cloud.update(foreign, properties, properties | {"SourceHash": "new"})
        assert (response.status, response.physical_id) == ("FAILED", foreign)
        assert "other/Synonyms" in response.reason
        assert cloud.writes() == []

    def test_of_a_package_whose_description_a_person_edited_marks_it_again(
        self, cloud: Cloud, old: dict[str, Any], package_id: str
    ) -> None:
        source: Any = old["PackageSource"]
        cloud.opensearch.update_package(PackageID=package_id, PackageSource=source, PackageDescription="edited")
        cloud.clock.sleep(60)
        cloud.model.calls.clear()
        assert cloud.update(package_id, old, old | {"CommitMessage": "x"}).status == "SUCCESS"
        assert cloud.writes() == []
        assert cloud.update(package_id, old, old | {"SourceHash": "new"}).physical_id == package_id
        package = cloud.model.package(package_id)
        assert package is not None
        assert "[cloudformation shop/Synonyms" in package["PackageDescription"]

    def test_is_noticed_although_reading_lags_behind(self, cloud: Cloud, old: dict[str, Any], package_id: str) -> None:
        cloud.clock.sleep(60)
        cloud.model.behaviour.stale_reads = 5
        response = cloud.update(package_id, old, old | {"PackageSource": cloud.store("new.txt", OTHER_TEXT)})
        assert response.attributes["PackageVersion"] == "v2"
        assert cloud.writes() == ["UpdatePackage"]

    def test_delivered_twice_makes_one_version(self, cloud: Cloud, old: dict[str, Any], package_id: str) -> None:
        new = old | {"SourceHash": "new"}
        event = cloud.event("Update", new, PhysicalResourceId=package_id, OldResourceProperties=old)
        assert cloud.deliver(event).attributes == cloud.deliver(event).attributes
        assert cloud.writes() == ["UpdatePackage"]

    def test_delivered_again_after_somebody_edited_the_description_makes_no_second_version(
        self, cloud: Cloud, old: dict[str, Any], package_id: str
    ) -> None:
        new = old | {"SourceHash": "new"}
        event = cloud.event("Update", new, PhysicalResourceId=package_id, OldResourceProperties=old)
        cloud.deliver(event)
        source: Any = old["PackageSource"]
        cloud.opensearch.update_package(PackageID=package_id, PackageSource=source, PackageDescription="edited")
        cloud.clock.sleep(60)
        cloud.model.calls.clear()
        assert cloud.deliver(event).attributes["PackageVersion"] == "v3"
        assert cloud.writes() == []

    def test_never_refuses_old_properties(self, cloud: Cloud, old: dict[str, Any], package_id: str) -> None:
        response = cloud.update(package_id, {"Junk": {"deep": ["x"]}}, old | {"SourceHash": "new"})
        assert (response.status, response.physical_id) == ("SUCCESS", package_id)


class TestReplacement:
    @pytest.fixture
    def old(self, cloud: Cloud) -> dict[str, Any]:
        return cloud.dictionary()

    @pytest.fixture
    def package_id(self, cloud: Cloud, old: dict[str, Any]) -> str:
        return cloud.create(old).physical_id

    def test_of_the_name_makes_a_new_package_and_cloudformation_deletes_the_old_one(
        self, cloud: Cloud, old: dict[str, Any], package_id: str
    ) -> None:
        response = cloud.update(package_id, old, old | {"PackageName": "thesaurus"})
        assert response.status == "SUCCESS"
        assert sorted(cloud.package_ids()) == sorted([package_id, response.physical_id])
        assert cloud.delete(package_id, old).status == "SUCCESS"
        assert cloud.package_ids() == [response.physical_id]

    @pytest.mark.parametrize("id_in_the_event", ["old", "new"])
    def test_that_succeeded_rolls_back_to_the_old_package(
        self, cloud: Cloud, old: dict[str, Any], package_id: str, id_in_the_event: str
    ) -> None:
        new = old | {"PackageName": "thesaurus"}
        replacement = cloud.update(package_id, old, new).physical_id
        cloud.model.calls.clear()
        sent = package_id if id_in_the_event == "old" else replacement
        response = cloud.update(sent, new, old)
        assert (response.status, response.physical_id) == ("SUCCESS", package_id)
        assert "CreatePackage" not in cloud.writes()
        assert "UpdatePackage" not in cloud.writes()
        assert cloud.delete(replacement, new).status == "SUCCESS"
        assert cloud.package_ids() == [package_id]

    def test_that_fails_keeps_the_old_id_and_leaves_no_new_package(
        self, cloud: Cloud, old: dict[str, Any], package_id: str
    ) -> None:
        cloud.model.behaviour.faults = [Fault("CreatePackage", "invalid", message="no")]
        new = old | {"PackageName": "thesaurus"}
        response = cloud.update(package_id, old, new)
        assert (response.status, response.physical_id) == ("FAILED", package_id)
        assert cloud.package_ids() == [package_id]
        assert cloud.update(package_id, new, old).physical_id == package_id

    def test_that_runs_out_of_time_is_cleaned_up_by_its_rollback(
        self, cloud: Cloud, old: dict[str, Any], package_id: str
    ) -> None:
        cloud.model.behaviour.faults = [Fault("CreatePackage", "invalid", message="slow, then bad")]
        cloud.model.behaviour.copying = 400
        new = old | {"PackageName": "thesaurus", "ServiceTimeout": 300}
        response = cloud.update(package_id, old, new)
        assert (response.status, response.physical_id) == ("FAILED", package_id)
        assert len(cloud.package_ids()) == 2
        rolled_back = cloud.update(package_id, new, old)
        assert (rolled_back.status, rolled_back.physical_id) == ("SUCCESS", package_id)
        assert cloud.package_ids() == [package_id]

    def test_leaves_a_package_alone_that_a_retain_policy_kept(
        self, cloud: Cloud, old: dict[str, Any], package_id: str
    ) -> None:
        second = old | {"PackageName": "second"}
        third = old | {"PackageName": "third"}
        second_id = cloud.update(package_id, old, second).physical_id  # and no Delete of the first
        third_id = cloud.update(second_id, second, third).physical_id
        cloud.update(third_id, third, third | {"SourceHash": "x"})
        assert sorted(cloud.package_ids()) == sorted([package_id, second_id, third_id])

    def test_that_needs_the_name_of_the_old_package_is_refused_before_any_write(
        self, cloud: Cloud, old: dict[str, Any], package_id: str
    ) -> None:
        cloud.model.calls.clear()
        response = cloud.update(package_id, old, old | {"PackageVendingOptions": {"VendingEnabled": "true"}})
        assert (response.status, response.physical_id) == ("FAILED", package_id)
        assert "change PackageName too" in response.reason
        assert cloud.writes() == []

    def test_of_a_generated_name_needs_no_help(self, cloud: Cloud) -> None:
        old = cloud.dictionary(PackageName=None)
        first = cloud.create(old).physical_id
        response = cloud.update(first, old, old | {"PackageVendingOptions": {"VendingEnabled": "true"}})
        assert response.status == "SUCCESS"
        assert response.physical_id != first


class TestDelete:
    @pytest.fixture
    def properties(self, cloud: Cloud) -> dict[str, Any]:
        return cloud.dictionary()

    @pytest.fixture
    def package_id(self, cloud: Cloud, properties: dict[str, Any]) -> str:
        return cloud.create(properties).physical_id

    def test_deletes_and_responses_when_the_package_is_gone(
        self, cloud: Cloud, properties: dict[str, Any], package_id: str
    ) -> None:
        response = cloud.delete(package_id, properties)
        assert (response.status, response.physical_id) == ("SUCCESS", package_id)
        assert cloud.package_ids() == []

    def test_of_a_package_that_is_gone_succeeds(
        self, cloud: Cloud, properties: dict[str, Any], package_id: str
    ) -> None:
        assert cloud.delete(package_id, properties).status == "SUCCESS"
        assert cloud.delete(package_id, properties).status == "SUCCESS"

    @pytest.mark.parametrize(
        "properties",
        [{}, {"PackageType": "NONSENSE", "PackageName": {"a": [1]}, "Unknown": "x", "ServiceTimeout": "soon"}],
    )
    def test_needs_nothing_but_the_id(self, cloud: Cloud, properties: dict[str, Any], package_id: str) -> None:
        assert cloud.delete(package_id, properties).status == "SUCCESS"
        assert cloud.package_ids() == []

    def test_of_an_associated_package_names_the_domains(
        self, cloud: Cloud, properties: dict[str, Any], package_id: str
    ) -> None:
        cloud.model.add_domain("shop")
        cloud.opensearch.associate_package(PackageID=package_id, DomainName="shop")
        response = cloud.delete(package_id, properties)
        assert (response.status, response.physical_id) == ("FAILED", package_id)
        assert package_id in response.reason
        assert "domain shop" in response.reason
        assert "DeletePackage" not in cloud.writes()

    def test_waits_for_associations_that_are_going_away(
        self, cloud: Cloud, properties: dict[str, Any], package_id: str
    ) -> None:
        cloud.model.behaviour.dissociating = 30
        cloud.model.add_domain("shop")
        cloud.opensearch.associate_package(PackageID=package_id, DomainName="shop")
        cloud.clock.sleep(60)
        cloud.opensearch.dissociate_package(PackageID=package_id, DomainName="shop")
        assert cloud.delete(package_id, properties).status == "SUCCESS"
        assert cloud.package_ids() == []

    def test_of_another_resources_package_does_not_touch_it(self, cloud: Cloud) -> None:
        foreign = other_stack(cloud)
        cloud.model.calls.clear()
        assert cloud.delete(foreign, cloud.dictionary()).status == "SUCCESS"
        assert cloud.writes() == []

    def test_of_aws_own_package_does_not_touch_it(self, cloud: Cloud) -> None:
        assert cloud.delete("G240285063", cloud.dictionary()).status == "SUCCESS"
        assert cloud.writes() == []

    def test_of_a_package_without_a_mark_deletes_it(self, cloud: Cloud) -> None:
        assert cloud.delete(by_hand(cloud), cloud.dictionary()).status == "SUCCESS"
        assert cloud.package_ids() == []

    def test_that_the_service_fails_says_why(self, cloud: Cloud, properties: dict[str, Any], package_id: str) -> None:
        cloud.model.behaviour.faults = [Fault("DeletePackage", "delete-failed")]
        response = cloud.delete(package_id, properties)
        assert (response.status, response.physical_id) == ("FAILED", package_id)
        assert cloud.delete(package_id, properties).status == "SUCCESS"

    @pytest.mark.parametrize("accepts", ["accept", "conflict", "validation"])
    def test_meets_an_import_in_progress(
        self, cloud: Cloud, properties: dict[str, Any], package_id: str, accepts: Any
    ) -> None:
        cloud.model.behaviour.delete_while_importing = accepts
        cloud.opensearch.update_package(PackageID=package_id, PackageSource=properties["PackageSource"])
        assert cloud.delete(package_id, properties).status == "SUCCESS"
        assert cloud.package_ids() == []

    def test_with_an_invented_id_finds_the_package_of_a_cancelled_create(
        self, cloud: Cloud, properties: dict[str, Any], package_id: str
    ) -> None:
        response = cloud.delete(INVENTED, properties)
        assert response.status == "SUCCESS"
        assert cloud.package_ids() == []
        assert package_id

    def test_with_an_invented_id_and_nothing_to_find_succeeds_soon(self, cloud: Cloud) -> None:
        foreign = other_stack(cloud)
        begun = cloud.clock.now()
        response = cloud.delete(INVENTED, cloud.dictionary())
        assert response.status == "SUCCESS"
        assert 19 <= cloud.clock.now() - begun <= 21
        assert cloud.package_ids() == [foreign]

    def test_succeeds_without_a_staging_bucket_that_works(
        self, cloud: Cloud, properties: dict[str, Any], package_id: str
    ) -> None:
        cloud.staging_bucket = "no-such-bucket"
        cloud.cold_start()
        assert cloud.delete(package_id, properties).status == "SUCCESS"
