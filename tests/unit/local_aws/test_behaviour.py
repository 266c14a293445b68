"""What is unknown about the packages service can be played, each possibility."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import pytest

from local_aws.packages import Behaviour, Fault, ServiceError, StoredObject
from tests.unit.local_aws.world import World

CODES = {"conflict": "ConflictException", "validation": "ValidationException"}


@pytest.mark.parametrize(
    ("how", "code"), [("access-denied", "AccessDeniedException"), ("validation", "ValidationException")]
)
def test_unreadable_source_refused_at_the_call(world: World, how: Any, code: str) -> None:
    world.model.behaviour.unreadable_source = how
    with pytest.raises(ServiceError) as caught:
        world.create(key="missing.txt")
    assert caught.value.code == code
    assert world.model.own_packages() == []
    package_id = world.created()
    with pytest.raises(ServiceError):
        world.update(package_id, key="missing.txt")
    assert world.described(package_id)["PackageStatus"] == "AVAILABLE"


def test_kms_may_be_readable(world: World) -> None:
    world.model.behaviour.kms_unreadable = False
    world.objects["kms.txt"] = StoredObject(b"a, b", encryption="aws:kms")
    assert world.described(world.created(key="kms.txt"))["PackageStatus"] == "AVAILABLE"


ENCRYPTED: dict[str, Any] = {"PackageEncryptionOptions": {"EncryptionEnabled": True, "KmsKeyIdentifier": "alias/words"}}


@pytest.mark.parametrize(
    ("how", "code"), [("access-denied", "AccessDeniedException"), ("validation", "ValidationException")]
)
def test_a_key_that_the_caller_may_not_use_may_be_refused_at_the_call(world: World, how: Any, code: str) -> None:
    world.model.behaviour.key_refused = how
    package_id = world.created(**ENCRYPTED)
    world.keys["alias/words"] = "not authorized to perform: kms:Decrypt"
    with pytest.raises(ServiceError, match="kms:Decrypt") as caught:
        world.create("another", **ENCRYPTED)
    assert caught.value.code == code
    with pytest.raises(ServiceError, match="kms:Decrypt"):
        world.update(package_id)  # which keeps its key
    assert world.described(package_id)["PackageStatus"] == "AVAILABLE"
    assert len(world.model.own_packages()) == 1
    assert world.described(world.created("plain"))["PackageStatus"] == "AVAILABLE"


def test_a_key_that_the_caller_may_not_use_may_let_the_import_fail(world: World) -> None:
    world.model.behaviour.key_refused = "copy-failed"
    world.keys["alias/words"] = "not authorized to perform: kms:Decrypt"
    details = world.described(world.created(**ENCRYPTED))
    assert details["PackageStatus"] == "COPY_FAILED"
    assert "kms:Decrypt" in details["ErrorDetails"]["ErrorMessage"]


@pytest.mark.parametrize(("checked", "status"), [(True, "VALIDATION_FAILED"), (False, "AVAILABLE")])
def test_encoding_may_be_checked(world: World, checked: bool, status: str) -> None:
    world.model.behaviour.utf8_checked = checked
    world.objects["latin.txt"] = StoredObject("ü".encode("latin-1"))
    assert world.described(world.created(key="latin.txt"))["PackageStatus"] == status


def test_deleted_may_be_shown_for_a_while(world: World) -> None:
    world.model.behaviour.deleted_record = 10
    package_id = world.created()
    world.call("DeletePackage", PackageID=package_id)
    world.passes(5)
    assert world.described(package_id)["PackageStatus"] == "DELETED"
    assert world.refused("DeletePackage", PackageID=package_id).message == "Package not found"
    world.create()
    world.passes(10)
    assert world.listed(PackageID=[package_id]) == []


@pytest.mark.parametrize(
    ("how", "code"), [("validation", "ValidationException"), ("not-found", "ResourceNotFoundException")]
)
def test_missing_may_be_an_error(world: World, how: Any, code: str) -> None:
    world.model.behaviour.missing_described = world.model.behaviour.missing_named = how
    by_id = [{"Name": "PackageID", "Value": ["F1"]}]
    assert world.refused("DescribePackages", Filters=by_id).code == code
    assert world.refused("DeletePackage", PackageID="F1").code == code
    assert world.refused("GetPackageVersionHistory", PackageID="F1").code == code
    by_name = [{"Name": "PackageName", "Value": ["missing"]}]
    assert world.call("DescribePackages", Filters=by_name) == {}


@pytest.mark.parametrize("how", ["conflict", "validation"])
def test_deleting_an_associated_package(world: World, how: Literal["conflict", "validation"]) -> None:
    world.model.behaviour.delete_associated = how
    package_id = world.created()
    world.model.add_domain("shop")
    world.call("AssociatePackage", PackageID=package_id, DomainName="shop")
    assert world.refused("DeletePackage", PackageID=package_id).code == CODES[how]


@pytest.mark.parametrize("how", ["accept", "conflict", "validation"])
@pytest.mark.parametrize("elapsed", [0.0, 0.6])
def test_update_while_importing(world: World, how: Any, elapsed: float) -> None:
    world.model.behaviour.update_while_importing = how
    package_id = world.create()
    world.passes(elapsed)
    if how == "accept":
        world.update(package_id)
        world.passes(1)
        assert [one.name for one in world.model.versions(package_id)] == ["v1"]
    else:
        with pytest.raises(ServiceError, match=CODES[how]):
            world.update(package_id)


@pytest.mark.parametrize("how", ["accept", "conflict", "validation"])
def test_update_after_failure(world: World, how: Any) -> None:
    world.model.behaviour.update_after_failure = how
    package_id = world.created()
    world.update(package_id, key="missing.txt")
    world.passes(1)
    if how == "accept":
        world.update(package_id)
        world.passes(1)
        assert world.described(package_id)["AvailablePackageVersion"] == "v2"
    else:
        with pytest.raises(ServiceError, match=CODES[how]):
            world.update(package_id)


@pytest.mark.parametrize("how", ["accept", "conflict", "validation"])
def test_update_of_what_was_never_available(world: World, how: Any) -> None:
    world.model.behaviour.update_never_available = how
    package_id = world.created(key="missing.txt")
    if how == "accept":
        world.update(package_id)
    else:
        with pytest.raises(ServiceError, match=CODES[how]):
            world.update(package_id)
    once_available = world.created("thesaurus")
    world.update(once_available, key="missing.txt")
    world.passes(1)
    assert world.described(once_available)["PackageStatus"] == "COPY_FAILED"
    world.update(once_available)


@pytest.mark.parametrize(
    ("refused", "binary", "text", "plugin_file"),
    [
        ("binary-dictionaries", "COPY_FAILED", "AVAILABLE", "AVAILABLE"),
        ("every-type", "COPY_FAILED", "COPY_FAILED", "COPY_FAILED"),
        ("nothing", "AVAILABLE", "AVAILABLE", "AVAILABLE"),
    ],
)
@pytest.mark.parametrize("content_type", ["application/octet-stream", "Application/Octet-Stream; charset=UTF-8"])
def test_octet_streams(
    world: World,
    plugin: Callable[..., bytes],
    refused: Any,
    binary: str,
    text: str,
    plugin_file: str,
    content_type: str,
) -> None:
    world.model.behaviour.octet_stream_refused = refused
    for key, body, status, more in (
        ("system.dic", b"\xff\xfe\x00", binary, {}),
        ("words.dic", "Sofa, Kanapée".encode(), text, {}),
        ("p.zip", plugin(), plugin_file, {"PackageType": "ZIP-PLUGIN", "EngineVersion": "OpenSearch_2.17"}),
    ):
        world.objects[key] = StoredObject(body, content_type)
        package_id = world.created(key.replace(".", "-"), key, **more)
        assert world.described(package_id)["PackageStatus"] == status
        if status == "AVAILABLE":
            world.update(package_id, key)
            world.passes(1)
            assert world.described(package_id)["AvailablePackageVersion"] == "v2"


def test_other_content_types_are_taken(world: World) -> None:
    world.model.behaviour.octet_stream_refused = "every-type"
    for number, content_type in enumerate(("binary/octet-stream", "text/plain", "application/octet-stream-2", "")):
        world.objects["other.txt"] = StoredObject(b"a, b", content_type)
        package_id = world.created(f"other-{number}", "other.txt")
        assert world.described(package_id)["PackageStatus"] == "AVAILABLE"


def test_failed_update_may_take_the_version_away(world: World) -> None:
    world.model.behaviour.failed_update_keeps_version = False
    package_id = world.created()
    world.update(package_id, key="missing.txt")
    world.passes(1)
    assert "AvailablePackageVersion" not in world.described(package_id)


@pytest.mark.parametrize(("makes", "version"), [(True, "v2"), (False, "v1")])
def test_identical_update(world: World, makes: bool, version: str) -> None:
    world.model.behaviour.identical_update_makes_version = makes
    package_id = world.created()
    world.update(package_id)
    world.passes(1)
    assert world.described(package_id)["AvailablePackageVersion"] == version
    assert len(world.model.versions(package_id)) == int(version[1:])


@pytest.mark.parametrize(
    ("how", "during", "after_success", "after_failure"),
    [
        ("at-once", "new", "new", "new"),
        ("on-success", "old", "new", "old"),
        ("at-once-and-reverts", "new", "new", "old"),
    ],
)
def test_description_shows(world: World, how: Any, during: str, after_success: str, after_failure: str) -> None:
    world.model.behaviour.description_shows = how
    for key, after in (("words.txt", after_success), ("missing.txt", after_failure)):
        package_id = world.created(after + key[:4], PackageDescription="old")
        assert world.described(package_id)["PackageDescription"] == "old"
        world.update(package_id, key=key, PackageDescription="new")
        assert world.described(package_id)["PackageDescription"] == during
        world.passes(1)
        assert world.described(package_id)["PackageDescription"] == after


@pytest.mark.parametrize("how", ["accept", "conflict", "validation"])
def test_delete_while_importing(world: World, how: Any) -> None:
    world.model.behaviour.delete_while_importing = how
    package_id = world.create()
    if how == "accept":
        world.call("DeletePackage", PackageID=package_id)
        world.passes(10)
        assert world.model.package(package_id) is None
    else:
        assert world.refused("DeletePackage", PackageID=package_id).code == CODES[how]


@pytest.mark.parametrize("how", ["accept", "conflict", "validation"])
def test_delete_while_deleting(world: World, how: Any) -> None:
    world.model.behaviour.delete_while_deleting = how
    package_id = world.created()
    world.call("DeletePackage", PackageID=package_id)
    world.passes(0.4)
    if how == "accept":
        world.call("DeletePackage", PackageID=package_id)
    else:
        assert world.refused("DeletePackage", PackageID=package_id).code == CODES[how]
    world.passes(0.1)
    assert world.model.package(package_id) is None


def test_name_may_be_free_at_once(world: World) -> None:
    world.model.behaviour.name_taken_while_deleting = False
    world.call("DeletePackage", PackageID=world.created())
    world.create()


def test_name_may_stay_taken_for_a_while(world: World) -> None:
    world.model.behaviour.name_taken_after_delete = 10
    world.call("DeletePackage", PackageID=world.created())
    world.passes(10)
    with pytest.raises(ServiceError, match="ResourceAlreadyExistsException"):
        world.create()
    world.passes(0.5)
    world.create()


def test_reads_may_be_stale(world: World) -> None:
    world.model.behaviour.stale_reads = 2
    package_id = world.created()
    assert world.listed(PackageID=[package_id]) == []
    world.passes(1.4)
    assert world.described(package_id)["PackageStatus"] == "COPYING"
    world.passes(0.8)
    assert world.described(package_id)["PackageStatus"] == "AVAILABLE"
    world.update(package_id)
    assert world.described(package_id)["PackageStatus"] == "AVAILABLE"
    details = world.model.package(package_id)
    assert details
    assert details["PackageStatus"] == "COPYING"


@pytest.mark.parametrize(("order", "names"), [("newest-first", ["v2", "v1"]), ("oldest-first", ["v1", "v2"])])
def test_history_order(world: World, order: Any, names: list[str]) -> None:
    world.model.behaviour.history_order = order
    package_id = world.created()
    world.update(package_id)
    world.passes(1)
    entries = world.call("GetPackageVersionHistory", PackageID=package_id)["PackageVersionHistoryList"]
    assert [one["PackageVersion"] for one in entries] == names


def test_pages_may_be_small(world: World) -> None:
    world.model.behaviour.page_size = 1
    page = world.call("DescribePackages", MaxResults=100)
    assert len(page["PackageDetailsList"]) == 1
    assert page["NextToken"]


class TestFaults:
    @pytest.mark.parametrize(
        ("kind", "code", "status"),
        [
            ("throttle", "ThrottlingException", 400),
            ("500", "InternalException", 500),
            ("access-denied", "AccessDeniedException", 403),
        ],
    )
    def test_fail_the_planned_calls_only(self, world: World, kind: Any, code: str, status: int) -> None:
        world.model.behaviour.faults = [Fault("DescribePackages", kind, times=2, skip=1)]
        world.call("DescribePackages")
        for _ in range(2):
            error = world.refused("DescribePackages")
            assert (error.code, error.http_status) == (code, status)
        world.call("DescribePackages")

    def test_can_look_at_the_call(self, world: World) -> None:
        fault = Fault("CreatePackage", "error", code="BaseException", when=lambda call: call["PackageName"] == "two")
        world.model.behaviour.faults = [fault]
        world.create("one")
        with pytest.raises(ServiceError, match="BaseException"):
            world.create("two")

    def test_response_can_be_lost(self, world: World) -> None:
        world.model.behaviour.faults = [Fault("CreatePackage", "error-after-apply")]
        with pytest.raises(ServiceError, match="InternalException"):
            world.create()
        assert [one["PackageName"] for one in world.model.own_packages()] == ["synonyms"]

    def test_source_can_be_unreadable_for_a_while(self, world: World) -> None:
        world.model.behaviour.faults = [Fault("CreatePackage", "unreadable")]
        package_id = world.created()
        assert world.described(package_id)["PackageStatus"] == "COPY_FAILED"
        world.update(package_id)
        world.passes(1)
        assert world.described(package_id)["PackageStatus"] == "AVAILABLE"

    def test_content_can_be_found_invalid(self, world: World) -> None:
        world.model.behaviour.faults = [Fault("CreatePackage", "invalid", message="3 vulnerabilities")]
        details = world.described(world.created())
        assert details["PackageStatus"] == "VALIDATION_FAILED"
        assert details["ErrorDetails"] == {"ErrorType": "", "ErrorMessage": "3 vulnerabilities"}

    def test_import_can_be_stuck(self, world: World) -> None:
        world.model.behaviour.faults = [Fault("CreatePackage", "stuck")]
        package_id = world.create()
        world.passes(86400)
        assert world.described(package_id)["PackageStatus"] == "COPYING"

    def test_deletion_can_fail_or_be_stuck(self, world: World) -> None:
        world.model.behaviour.faults = [Fault("DeletePackage", "delete-failed"), Fault("DeletePackage", "stuck")]
        failed, stuck = world.created("failed"), world.created("stuck")
        for package_id in (failed, stuck):
            world.call("DeletePackage", PackageID=package_id)
        world.passes(86400)
        assert world.described(failed)["PackageStatus"] == "DELETE_FAILED"
        assert world.described(stuck)["PackageStatus"] == "DELETING"


def test_behaviour_is_changed_by_plain_data() -> None:
    behaviour = Behaviour()
    behaviour.change({"copying": 3, "faults": [{"operation": "CreatePackage", "kind": "throttle"}]})
    assert behaviour.copying == 3
    assert behaviour.faults == [Fault("CreatePackage", "throttle")]
    with pytest.raises(ValueError, match="misspelt"):
        behaviour.change({"misspelt": 1})
