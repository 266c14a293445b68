"""The packages service as it is known."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from local_aws.packages import StoredObject
from tests.unit.local_aws.world import World

ZIP = {"PackageType": "ZIP-PLUGIN", "EngineVersion": "OpenSearch_2.17"}
Plugin = Callable[..., bytes]


class TestCreate:
    def test_passes_through_its_statuses(self, world: World) -> None:
        package_id = world.create()
        seen = []
        for _ in range(3):
            seen.append(world.described(package_id)["PackageStatus"])
            world.passes(0.5)
        assert seen == ["COPYING", "VALIDATING", "AVAILABLE"]

    def test_version_appears_when_it_is_available(self, world: World) -> None:
        package_id = world.create()
        assert "AvailablePackageVersion" not in world.described(package_id)
        world.passes(1)
        assert world.described(package_id)["AvailablePackageVersion"] == "v1"

    def test_ids_have_the_real_patterns(self, world: World, plugin: Plugin) -> None:
        world.objects["plugin.zip"] = StoredObject(plugin())
        assert re.fullmatch(r"F\d+", world.create())
        assert re.fullmatch(r"pkg-[0-9a-f]{40}", world.create("plugin", "plugin.zip", **ZIP))
        assert re.fullmatch(r"F\d+", world.create("license", PackageType="PACKAGE-LICENSE"))

    def test_details_are_those_that_the_service_shows(self, world: World) -> None:
        given: dict[str, Any] = {
            "PackageDescription": "Shop",
            "PackageVendingOptions": {"VendingEnabled": False},
            "PackageEncryptionOptions": {"EncryptionEnabled": True, "KmsKeyIdentifier": "alias/key"},
        }
        details = world.described(world.created(**given))
        assert {name: details[name] for name in given} == given
        assert details["PackageOwner"] == "000000000000"
        assert details["CreatedAt"] == datetime.fromtimestamp(world.time - 1, UTC)
        assert details["LastUpdatedAt"] == datetime.fromtimestamp(world.time, UTC)
        assert "PackageSource" not in details

    def test_configuration_is_that_of_the_available_version(self, world: World) -> None:
        configuration = {"LicenseRequirement": "NONE", "ConfigurationRequirement": "OPTIONAL"}
        package_id = world.create(PackageConfiguration=configuration)
        assert "AvailablePackageConfiguration" not in world.described(package_id)
        world.passes(1)
        assert world.described(package_id)["AvailablePackageConfiguration"] == configuration

    def test_name_is_unique(self, world: World) -> None:
        world.create()
        error = world.refused(
            "CreatePackage",
            PackageName="synonyms",
            PackageType="TXT-DICTIONARY",
            PackageSource={"S3BucketName": "bucket", "S3Key": "words.txt"},
        )
        assert (error.code, error.http_status) == ("ResourceAlreadyExistsException", 409)

    def test_plugins_name_is_unique_for_each_engine_version(self, world: World, plugin: Plugin) -> None:
        world.objects["plugin.zip"] = StoredObject(plugin())
        world.create("plugin", "plugin.zip", **ZIP)
        world.create("plugin", "plugin.zip", **{**ZIP, "EngineVersion": "OpenSearch_2.15"})
        error = world.refused(
            "CreatePackage", PackageName="plugin", PackageSource={"S3BucketName": "bucket", "S3Key": "x"}, **ZIP
        )
        assert error.code == "ResourceAlreadyExistsException"

    def test_quota(self, world: World) -> None:
        for number in range(25):
            world.create(f"package-{number}")
        with pytest.raises(Exception, match="LimitExceededException") as caught:
            world.create("one-too-many")
        assert getattr(caught.value, "http_status", 0) == 409

    def test_plugin_needs_an_engine_version(self, world: World) -> None:
        with pytest.raises(Exception, match="EngineVersion is a required parameter for this operation"):
            world.create(PackageType="ZIP-PLUGIN")

    def test_nothing_else_takes_an_engine_version(self, world: World) -> None:
        with pytest.raises(Exception, match="ValidationException"):
            world.create(EngineVersion="OpenSearch_2.17")

    @pytest.mark.parametrize(
        "wrong",
        [
            {"PackageName": "Upper"},
            {"PackageName": "ab"},
            {"PackageName": "a" * 257},
            {"PackageType": "BOOK"},
            {"PackageDescription": "x" * 1025},
            {"PackageSource": None},
            {"PackageSource": {"S3BucketName": "x", "S3Key": "y"}},
            {"PackageVendingOptions": {}},
            {"PackageVendingOptions": {"VendingEnabled": "false"}},
        ],
    )
    def test_input_is_checked_against_the_model(self, world: World, wrong: dict[str, Any]) -> None:
        with pytest.raises(Exception, match=r"ValidationException.*validation error") as caught:
            world.create(**wrong)
        assert getattr(caught.value, "http_status", 0) == 400
        assert world.model.own_packages() == []


class TestSource:
    @pytest.mark.parametrize(
        "unreadable",
        [
            None,
            StoredObject(b"", encryption="aws:kms"),
            StoredObject(b"", encryption="aws:kms:dsse"),
            StoredObject(b"\xff", content_type="application/octet-stream"),
        ],
    )
    def test_unreadable_ends_in_copy_failed(self, world: World, unreadable: StoredObject | None) -> None:
        if unreadable:
            world.objects["new.txt"] = unreadable
        package_id = world.created(key="new.txt")
        details = world.described(package_id)
        assert details["PackageStatus"] == "COPY_FAILED"
        assert details["ErrorDetails"]["ErrorType"] == ""
        assert details["ErrorDetails"]["ErrorMessage"]

    def test_must_stay_until_it_is_copied(self, world: World) -> None:
        package_id = world.create()
        world.passes(0.4)
        world.objects.clear()
        world.passes(1)
        assert world.described(package_id)["PackageStatus"] == "COPY_FAILED"

    def test_may_go_once_it_is_copied(self, world: World) -> None:
        package_id = world.create()
        world.passes(0.5)
        world.described(package_id)
        world.objects.clear()
        world.passes(0.5)
        assert world.described(package_id)["PackageStatus"] == "AVAILABLE"

    def test_is_taken_as_it_is_at_the_call(self, world: World) -> None:
        package_id = world.create()
        world.objects["words.txt"] = StoredObject(b"later")
        world.passes(1)
        assert [one.body for one in world.model.versions(package_id)] == [b"couch, sofa\n"]

    def test_failed_record_stays_and_holds_its_name(self, world: World) -> None:
        package_id = world.created(key="missing.txt")
        world.passes(86400)
        assert world.described(package_id)["PackageStatus"] == "COPY_FAILED"
        with pytest.raises(Exception, match="ResourceAlreadyExistsException"):
            world.create()
        world.call("DeletePackage", PackageID=package_id)
        world.passes(1)
        world.create()


class TestPlugin:
    def test_properties_come_from_the_descriptor(self, world: World, plugin: Plugin) -> None:
        world.objects["plugin.zip"] = StoredObject(plugin())
        properties = world.described(world.created("plugin", "plugin.zip", **ZIP))["AvailablePluginProperties"]
        assert properties.pop("UncompressedSizeInBytes") > 1000
        assert properties == {
            "Name": "analysis-shop",
            "Description": "Shop analysis",
            "Version": "1.0.0",
            "ClassName": "shop.Plugin",
        }

    def test_engine_version_must_match(self, world: World, plugin: Plugin) -> None:
        world.objects["plugin.zip"] = StoredObject(plugin())
        other = {**ZIP, "EngineVersion": "OpenSearch_2.11"}
        details = world.described(world.created("plugin", "plugin.zip", **other))
        assert details["PackageStatus"] == "VALIDATION_FAILED"
        assert details["ErrorDetails"]["ErrorMessage"].endswith("doesn't matches with the provided EngineVersion")
        assert details["ErrorDetails"]["ErrorType"] == ""

    @pytest.mark.parametrize("left_out", ["name", "description", "version", "java.version", "classname"])
    def test_descriptor_must_be_complete(self, world: World, plugin: Plugin, left_out: str) -> None:
        world.objects["plugin.zip"] = StoredObject(plugin(left_out=left_out))
        details = world.described(world.created("plugin", "plugin.zip", **ZIP))
        assert "could not be loaded" in details["ErrorDetails"]["ErrorMessage"]

    @pytest.mark.parametrize("broken", ["no zip", "nested", "patch version", "no engine version"])
    def test_what_cannot_be_loaded_fails(self, world: World, plugin: Plugin, broken: str) -> None:
        archive = {
            "no zip": b"text",
            "nested": plugin(name="opensearch/plugin-descriptor.properties"),
            "patch version": plugin(opensearch_version="2.17.1"),
            "no engine version": plugin(left_out="opensearch.version"),
        }[broken]
        world.objects["plugin.zip"] = StoredObject(archive)
        details = world.described(world.created("plugin", "plugin.zip", **ZIP))
        assert details["PackageStatus"] == "VALIDATION_FAILED"
        assert "could not be loaded" in details["ErrorDetails"]["ErrorMessage"]

    @pytest.mark.parametrize(
        ("package_type", "key"),
        [("PACKAGE-LICENSE", "words.txt"), ("PACKAGE-CONFIG", "words.txt")],
    )
    def test_type_asks_for_its_suffix(self, world: World, package_type: str, key: str) -> None:
        package_id = world.created(key=key, PackageType=package_type)
        assert world.described(package_id)["PackageStatus"] == "VALIDATION_FAILED"


class TestUpdate:
    def test_shows_the_old_version_while_it_copies(self, world: World) -> None:
        package_id = world.created()
        details = world.update(package_id)["PackageDetails"]
        assert (details["PackageStatus"], details["AvailablePackageVersion"]) == ("COPYING", "v1")
        world.passes(1)
        details = world.described(package_id)
        assert (details["PackageStatus"], details["AvailablePackageVersion"]) == ("AVAILABLE", "v2")

    def test_needs_a_source(self, world: World) -> None:
        error = world.refused("UpdatePackage", PackageID=world.created(), PackageDescription="new")
        assert "packageSource" in error.message

    def test_keeps_what_is_left_out(self, world: World) -> None:
        package_id = world.created(PackageDescription="Shop")
        world.update(package_id)
        assert world.described(package_id)["PackageDescription"] == "Shop"
        world.passes(1)
        world.update(package_id, PackageDescription="Store")
        assert world.described(package_id)["PackageDescription"] == "Store"

    def test_failure_keeps_the_version_and_says_why(self, world: World) -> None:
        package_id = world.created()
        world.update(package_id, key="missing.txt")
        world.passes(1)
        details = world.described(package_id)
        assert (details["PackageStatus"], details["AvailablePackageVersion"]) == ("COPY_FAILED", "v1")
        world.update(package_id)
        world.passes(1)
        details = world.described(package_id)
        assert (details["PackageStatus"], details["AvailablePackageVersion"]) == ("AVAILABLE", "v2")
        assert "ErrorDetails" not in details

    def test_history_has_every_version(self, world: World) -> None:
        package_id = world.created()
        world.update(package_id, CommitMessage="second")
        world.passes(1)
        history = world.call("GetPackageVersionHistory", PackageID=package_id)
        assert history["PackageID"] == package_id
        entries = history["PackageVersionHistoryList"]
        assert [(one["PackageVersion"], one.get("CommitMessage")) for one in entries] == [
            ("v2", "second"),
            ("v1", None),
        ]

    def test_commit_message_is_limited(self, world: World) -> None:
        package_id = world.created()
        with pytest.raises(Exception, match="commitMessage"):
            world.update(package_id, CommitMessage="x" * 161)

    def test_of_awss_own_is_refused(self, world: World) -> None:
        with pytest.raises(Exception, match="ValidationException"):
            world.update("G16029449")


class TestDelete:
    def test_takes_time(self, world: World) -> None:
        package_id = world.created()
        result = world.call("DeletePackage", PackageID=package_id)
        assert result["PackageDetails"]["PackageStatus"] == "DELETING"
        assert world.described(package_id)["PackageStatus"] == "DELETING"
        world.passes(0.5)
        assert world.listed(PackageID=[package_id]) == []
        assert world.model.package(package_id) is None

    def test_of_awss_own_is_refused_in_its_words(self, world: World) -> None:
        error = world.refused("DeletePackage", PackageID="G16029449")
        assert (error.code, error.message, error.http_status) == (
            "ValidationException",
            "Operation not allowed. This package cannot be deleted.",
            400,
        )

    def test_of_what_is_not_there(self, world: World) -> None:
        error = world.refused("DeletePackage", PackageID="F1")
        assert (error.code, error.message) == ("ValidationException", "Package not found")

    def test_id_must_look_like_one(self, world: World) -> None:
        assert "packageID" in world.refused("DeletePackage", PackageID="synonyms-1").message

    def test_of_an_associated_package_is_refused(self, world: World) -> None:
        package_id = world.created()
        world.model.add_domain("shop")
        world.call("AssociatePackage", PackageID=package_id, DomainName="shop")
        for seconds in (0, 2):
            world.passes(seconds)
            error = world.refused("DeletePackage", PackageID=package_id)
            assert (error.code, error.http_status) == ("ConflictException", 409)
        world.call("DissociatePackage", PackageID=package_id, DomainName="shop")
        assert world.refused("DeletePackage", PackageID=package_id).code == "ConflictException"
        world.passes(2)
        world.call("DeletePackage", PackageID=package_id)


class TestDescribe:
    def test_lists_awss_own_under_one_name(self, world: World) -> None:
        owned = world.listed(PackageName=["analysis-nori"])
        assert len({one["EngineVersion"] for one in owned}) == len(owned) == 2
        assert all(one["PackageID"].startswith("G") and one["PackageOwner"] != "000000000000" for one in owned)

    def test_filters_by_everything(self, world: World) -> None:
        package_id = world.created()
        world.created("other")
        for filters in (
            {"PackageName": ["synonyms"]},
            {"PackageID": [package_id]},
            {"PackageOwner": ["000000000000"], "PackageName": ["synonyms", "none"]},
            {"PackageStatus": ["AVAILABLE"], "PackageType": ["TXT-DICTIONARY"], "PackageID": [package_id]},
        ):
            assert [one["PackageID"] for one in world.listed(**filters)] == [package_id]
        assert world.listed(PackageStatus=["COPYING"]) == []

    def test_refuses_empty_filters(self, world: World) -> None:
        assert world.refused("DescribePackages", Filters=[{"Name": "PackageID", "Value": []}]).http_status == 400

    def test_pages(self, world: World) -> None:
        for number in range(3):
            world.create(f"package-{number}")
        seen, token = [], None
        while True:
            page = world.call("DescribePackages", MaxResults=2, **({"NextToken": token} if token else {}))
            assert len(page["PackageDetailsList"]) <= 2
            seen += page["PackageDetailsList"]
            token = page.get("NextToken")
            if not token:
                break
        assert len(seen) == 5

    def test_refuses_more_than_a_hundred(self, world: World) -> None:
        assert world.refused("DescribePackages", MaxResults=101).code == "ValidationException"

    def test_results_are_copies(self, world: World) -> None:
        package_id = world.created()
        world.described(package_id)["PackageName"] = "changed"
        assert world.described(package_id)["PackageName"] == "synonyms"


def test_every_call_is_recorded(world: World) -> None:
    package_id = world.create()
    world.refused("DeletePackage", PackageID="nonsense")
    assert [operation for operation, _ in world.model.calls] == ["CreatePackage", "DeletePackage"]
    assert world.model.calls[1] == ("DeletePackage", {"PackageID": "nonsense"})
    assert world.model.packages[package_id].name == "synonyms"
