"""A Create: what it makes, what it meets, and what it says when it fails."""

from __future__ import annotations

import re
from typing import Any

import pytest

from local_aws.packages.behaviour import Fault
from tests.support.faults import always
from tests.unit.lambda_handler.harness import Cloud
from tests.unit.lambda_handler.strangers import by_hand, other_stack


class TestThePackage:
    def test_is_available_when_the_response_comes(self, cloud: Cloud) -> None:
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

    def test_has_every_attribute_even_those_that_the_service_leaves_out(self, cloud: Cloud) -> None:
        response = cloud.create(cloud.dictionary())
        assert response.attributes["AvailablePluginProperties.ClassName"] == ""
        assert response.attributes["EngineVersion"] == ""
        assert len(response.attributes) == 16
        assert all(isinstance(value, str) for value in response.attributes.values())

    def test_names_its_owner_where_a_person_can_read_it(self, cloud: Cloud) -> None:
        response = cloud.create(cloud.dictionary(PackageDescription="Shop synonyms"))
        package = cloud.model.package(response.physical_id)
        assert package is not None
        assert re.fullmatch(
            r"Shop synonyms \[cloudformation shop/Synonyms [0-9a-f-]{59}\]", package["PackageDescription"]
        )

    def test_is_named_after_the_logical_id_where_the_template_gives_no_name(self, cloud: Cloud) -> None:
        response = cloud.create(cloud.dictionary(PackageName=None))
        assert re.fullmatch("synonyms-[0-9a-f]{12}", response.attributes["PackageName"])

    def test_has_the_options_in_the_types_of_the_api(self, cloud: Cloud) -> None:
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

    @pytest.mark.parametrize("vended", [True, False])
    def test_is_vended_or_not_as_the_template_says(self, cloud: Cloud, vended: bool) -> None:
        cloud.create(cloud.dictionary(PackageVendingOptions={"VendingEnabled": vended}))
        sent = next(parameters for name, parameters in cloud.model.calls if name == "CreatePackage")
        assert sent["PackageVendingOptions"] == {"VendingEnabled": vended}

    def test_says_nothing_of_vending_where_the_template_does_not(self, cloud: Cloud) -> None:
        cloud.create(cloud.dictionary())
        sent = next(parameters for name, parameters in cloud.model.calls if name == "CreatePackage")
        assert "PackageVendingOptions" not in sent

    def test_can_be_text_in_the_template(self, cloud: Cloud) -> None:
        response = cloud.create(cloud.dictionary(PackageContent="Sofa, Couch, Kanapée\n"))
        assert response.status == "SUCCESS"
        assert cloud.content(response.physical_id) == "Sofa, Couch, Kanapée\n".encode()
        assert cloud.staged() == []

    def test_is_made_once_however_often_the_request_is_delivered(self, cloud: Cloud) -> None:
        event = cloud.event("Create", cloud.dictionary())
        first = cloud.deliver(event)
        second = cloud.deliver(event)
        assert (second.status, second.physical_id) == ("SUCCESS", first.physical_id)
        assert cloud.writes() == ["CreatePackage"]


class TestAName:
    def test_that_somebody_has_is_reported_with_the_package_which_is_not_touched(self, cloud: Cloud) -> None:
        taken = by_hand(cloud)
        response = cloud.create(cloud.dictionary())
        assert response.status == "FAILED"
        assert taken in response.reason
        assert "Package.from_package_id" in response.reason
        assert cloud.delete(response.physical_id, cloud.dictionary()).status == "SUCCESS"
        assert cloud.package_ids() == [taken]
        assert cloud.writes() == []

    def test_that_another_stack_has_is_reported_with_the_package_which_is_not_touched(self, cloud: Cloud) -> None:
        taken = other_stack(cloud)
        response = cloud.create(cloud.dictionary())
        assert response.status == "FAILED"
        assert taken in response.reason
        assert cloud.delete(response.physical_id, cloud.dictionary()).status == "SUCCESS"
        assert cloud.package_ids() == [taken]
        assert cloud.writes() == []

    def test_that_another_resource_of_the_stack_has_is_reported_with_what_to_do_after_a_renaming(
        self, cloud: Cloud
    ) -> None:
        renamed = cloud.create(cloud.dictionary(), LogicalResourceId="Words").physical_id
        reason = cloud.create(cloud.dictionary()).reason
        assert f"is taken by package 'synonyms' ({renamed}), AVAILABLE, which another resource of this stack" in reason
        assert "shop/Words" in reason
        assert "keep its logical id (overrideLogicalId), or give the new one another PackageName" in reason
        assert "delete it" not in reason
        assert cloud.package_ids() == [renamed]

    def test_that_this_resources_own_package_of_another_type_has_is_reported_as_its_own(self, cloud: Cloud) -> None:
        kept = cloud.create(cloud.dictionary()).physical_id  # by a Retain policy
        cloud.clock.sleep(86_400)
        license_ = {"PackageType": "PACKAGE-LICENSE", "PackageName": "synonyms", "PackageContent": "{}"}
        reason = cloud.create(license_).reason
        assert f"'synonyms' ({kept}), AVAILABLE, which is this resource's own from before, a TXT-DICTIONARY" in reason
        vended = cloud.create(cloud.dictionary(PackageVendingOptions={"VendingEnabled": True}))
        assert "It cannot be changed into what is wanted now, and somebody may still use it" in vended.reason
        assert cloud.package_ids() == [kept]

    def test_that_an_earlier_stack_of_the_same_name_has_kept_is_said_so(self, cloud: Cloud) -> None:
        kept = cloud.create(cloud.dictionary()).physical_id
        cloud.stack_id = f"{cloud.stack_id[:-1]}f"  # deleted, and created again
        reason = cloud.create(cloud.dictionary()).reason
        assert f"({kept}), AVAILABLE, which was kept by an earlier stack of this name, shop/Synonyms" in reason

    def test_whose_package_is_being_deleted_is_waited_for(self, cloud: Cloud) -> None:
        going = by_hand(cloud)
        cloud.opensearch.delete_package(PackageID=going)
        response = cloud.create(cloud.dictionary())
        assert response.status == "SUCCESS"
        assert cloud.package_ids() == [response.physical_id] != [going]

    def test_is_free_although_the_service_still_shows_the_record_of_a_deleted_package(self, cloud: Cloud) -> None:
        cloud.model.behaviour.deleted_record = 3600
        deleted = by_hand(cloud)
        cloud.opensearch.delete_package(PackageID=deleted)
        cloud.clock.sleep(60)
        response = cloud.create(cloud.dictionary())
        assert response.status == "SUCCESS"
        assert response.physical_id != deleted

    def test_that_aws_uses_for_packages_of_its_own_is_not_taken(self, cloud: Cloud) -> None:
        # AWS's own plugins are in every account's list, one of each name for every engine version.
        response = cloud.create(cloud.dictionary(PackageName="analysis-nori"))
        assert (response.status, response.attributes["PackageName"]) == ("SUCCESS", "analysis-nori")


class TestAPackageOfTheSameResource:
    def test_is_taken_up_with_its_content_changed(self, cloud: Cloud) -> None:
        first = cloud.create(cloud.dictionary())
        again = cloud.create(cloud.dictionary(PackageSource=cloud.store("new.txt", b"new")))
        assert (again.status, again.physical_id) == ("SUCCESS", first.physical_id)
        assert cloud.content(first.physical_id) == b"new"

    def test_is_replaced_where_it_never_became_available(self, cloud: Cloud) -> None:
        cloud.model.behaviour.faults = [
            Fault("CreatePackage", "invalid", message="no"),
            Fault("DeletePackage", "delete-failed"),
        ]
        left = cloud.create(cloud.dictionary())
        assert cloud.package_ids() == [left.physical_id]
        response = cloud.create(cloud.dictionary())
        assert response.status == "SUCCESS"
        assert response.physical_id != left.physical_id
        assert cloud.package_ids() == [response.physical_id]


class TestTrouble:
    @pytest.mark.parametrize("kind", ["throttle", "500"])
    def test_of_the_service_passes(self, cloud: Cloud, kind: Any) -> None:
        cloud.model.behaviour.faults = [Fault(name, kind, times=3) for name in ("DescribePackages", "CreatePackage")]
        response = cloud.create(cloud.dictionary())
        assert response.status == "SUCCESS"
        assert cloud.package_ids() == [response.physical_id]

    def test_with_a_grant_that_has_not_reached_everywhere_passes(self, cloud: Cloud) -> None:
        cloud.model.behaviour.faults = [Fault("CreatePackage", "access-denied", times=10)]
        assert cloud.create(cloud.dictionary()).status == "SUCCESS"

    def test_with_a_grant_that_never_comes_fails_after_a_minute_naming_the_denied_call(self, cloud: Cloud) -> None:
        cloud.model.behaviour.faults = always("CreatePackage", kind="access-denied")
        begun = cloud.clock.now()
        response = cloud.create(cloud.dictionary())
        assert response.status == "FAILED"
        assert response.reason.startswith("package 'synonyms' could not be created: CreatePackage failed: AccessDenied")
        assert "needs es:CreatePackage, and s3:GetObject on s3://sources/synonyms.txt" in response.reason
        assert 60 <= cloud.clock.now() - begun <= 75

    def test_of_the_service_with_a_new_grant_is_overcome_by_making_the_package_anew(self, cloud: Cloud) -> None:
        cloud.model.behaviour.faults = [Fault("CreatePackage", "unreadable")]
        response = cloud.create(cloud.dictionary())
        assert response.status == "SUCCESS"
        assert cloud.package_ids() == [response.physical_id]
        assert cloud.writes() == ["CreatePackage", "DeletePackage", "CreatePackage"]


class TestAFailure:
    def test_has_the_services_own_words_and_leaves_nothing(self, cloud: Cloud) -> None:
        words = "PluginValidationFailureReason : The provided plugin could not be loaded"
        cloud.model.behaviour.faults = [Fault("CreatePackage", "invalid", message=words)]
        response = cloud.create(cloud.dictionary())
        assert response.status == "FAILED"
        assert words in response.reason
        assert response.reason.startswith("s3://sources/synonyms.txt could not be imported")
        assert response.reason.endswith("(log stream: 2027/01/01/[$LATEST]0123456789abcdef)")
        assert cloud.package_ids() == []

    def test_at_the_quota_says_so(self, cloud: Cloud) -> None:
        cloud.model.behaviour.quota = 0
        response = cloud.create(cloud.dictionary())
        assert response.status == "FAILED"
        assert "CreatePackage failed: LimitExceededException: You may have 0 packages." in response.reason

    def test_comes_before_cloudformation_gives_up_and_the_package_can_be_deleted(self, cloud: Cloud) -> None:
        cloud.model.behaviour.faults = [Fault("CreatePackage", "stuck")]
        cloud.model.behaviour.delete_while_importing = "accept"
        properties = cloud.dictionary(ServiceTimeout=300)
        begun = cloud.clock.now()
        response = cloud.create(properties)
        assert response.status == "FAILED"
        assert "last seen: COPYING" in response.reason
        assert 269 <= cloud.clock.now() - begun <= 271
        assert cloud.package_ids() == [response.physical_id]
        assert cloud.delete(response.physical_id, properties).status == "SUCCESS"
        assert cloud.package_ids() == []

    def test_of_a_package_that_somebody_deleted_meanwhile_makes_no_other(self, cloud: Cloud) -> None:
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
        assert cloud.writes().count("CreatePackage") == 1
