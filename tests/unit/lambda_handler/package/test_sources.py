"""What the service imports from: as it is, or staged where the service cannot read it."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from tests.support.clients import Counting, Failing, forbidden, slow_down
from tests.unit.lambda_handler.deliveries import deliver_once
from tests.unit.lambda_handler.harness import SOURCES, STAGING, Cloud


def imported_from(cloud: Cloud) -> dict[str, str]:
    """The PackageSource that the service was given last."""
    sent = [parameters["PackageSource"] for _, parameters in cloud.model.calls if "PackageSource" in parameters]
    source: dict[str, str] = sent[-1]
    return source


def with_s3(cloud: Cloud, s3: Any) -> None:
    """Let the function use that client."""
    cloud.s3 = s3
    cloud.cold_start()


def test_an_object_that_the_service_can_read_is_not_copied(cloud: Cloud) -> None:
    assert cloud.create(cloud.dictionary()).status == "SUCCESS"
    assert imported_from(cloud) == {"S3BucketName": SOURCES, "S3Key": "synonyms.txt"}


@pytest.mark.parametrize(
    "options",
    [
        {"ServerSideEncryption": "aws:kms"},
        {"ServerSideEncryption": "aws:kms:dsse"},
        {"ContentType": "application/octet-stream"},
    ],
)
def test_an_object_that_the_service_cannot_read_is_staged_and_the_copy_removed(
    cloud: Cloud, options: dict[str, str]
) -> None:
    source = cloud.store("folder/synonyms.txt", b"couch, sofa\n", **options)
    response = cloud.create(cloud.dictionary(PackageSource=source))
    assert response.status == "SUCCESS"
    assert cloud.content(response.physical_id) == b"couch, sofa\n"
    assert imported_from(cloud)["S3BucketName"] == STAGING
    assert imported_from(cloud)["S3Key"].endswith("/synonyms.txt"), "the service looks at the ending"
    assert cloud.staged() == []


def test_a_version_of_an_object_is_imported_although_a_newer_one_exists(cloud: Cloud) -> None:
    cloud.s3.put_bucket_versioning(Bucket=SOURCES, VersioningConfiguration={"Status": "Enabled"})
    first = cloud.s3.put_object(Bucket=SOURCES, Key="v.txt", Body=b"first", ServerSideEncryption="AES256")
    cloud.s3.put_object(Bucket=SOURCES, Key="v.txt", Body=b"second", ServerSideEncryption="AES256")
    source = {"S3BucketName": SOURCES, "S3Key": "v.txt", "S3ObjectVersion": first["VersionId"]}
    response = cloud.create(cloud.dictionary(PackageSource=source))
    assert response.status == "SUCCESS"
    assert cloud.content(response.physical_id) == b"first"


def test_the_copy_is_removed_when_the_import_fails(cloud: Cloud) -> None:
    cloud.model.behaviour.utf8_checked = True
    source = cloud.store("kms.txt", b"\xff\xfe\xff", ServerSideEncryption="aws:kms")
    assert cloud.create(cloud.dictionary(PackageSource=source)).status == "FAILED"
    assert cloud.staged() == []


def test_the_copy_stays_until_the_import_has_ended(cloud: Cloud) -> None:
    cloud.model.behaviour.copying = 1000
    source = cloud.store("kms.txt", ServerSideEncryption="aws:kms")
    deliver_once(cloud, cloud.event("Create", cloud.dictionary(PackageSource=source)))
    assert (len(cloud.continued), cloud.puts) == (1, [])
    assert len(cloud.staged()) == 1
    assert cloud.deliver(cloud.continued.pop()).status == "SUCCESS"
    assert cloud.staged() == []


def test_a_source_is_copied_once_however_often_the_name_is_tried(cloud: Cloud) -> None:
    cloud.model.behaviour.name_taken_after_delete = 30
    properties = cloud.dictionary(PackageSource=cloud.store("kms.txt", ServerSideEncryption="aws:kms"))
    cloud.delete(cloud.create(properties).physical_id, properties)
    counting = Counting(cloud.s3, "copy_object")
    with_s3(cloud, counting)
    assert cloud.create(properties).status == "SUCCESS"
    assert cloud.writes().count("CreatePackage") > 2
    assert counting.count == 1
    assert cloud.staged() == []


@pytest.mark.parametrize("kind", ["Create", "Update", "Delete"])
def test_every_request_removes_what_an_earlier_one_of_its_resource_left(cloud: Cloud, kind: str) -> None:
    owner = cloud.owner()
    left = f"{owner.stack}/{owner.resource}/{owner.request}/left.txt"
    for key in (left, "another/resource/request/copy.txt"):
        cloud.s3.put_object(Bucket=STAGING, Key=key, Body=b"x")
    event: dict[str, Any] = {} if kind == "Create" else {"PhysicalResourceId": "F1"}
    cloud.send(kind, cloud.dictionary(), **event)
    assert cloud.staged() == ["another/resource/request/copy.txt"]


@pytest.mark.parametrize(
    "properties",
    [
        {"PackageContent": "couch, sofa"},
        {"PackageSource": {"S3BucketName": SOURCES, "S3Key": "kms.txt"}},
    ],
)
def test_without_a_staging_bucket_the_reason_names_the_remedy(cloud: Cloud, properties: dict[str, Any]) -> None:
    cloud.store("kms.txt", ServerSideEncryption="aws:kms")
    cloud.staging_bucket = None
    cloud.cold_start()
    response = cloud.create(cloud.dictionary(**properties))
    assert response.status == "FAILED"
    assert "this provider has no staging bucket: give the provider one" in response.reason
    assert cloud.writes() == []


def test_a_missing_object_fails_without_a_package(cloud: Cloud) -> None:
    response = cloud.create(cloud.dictionary(PackageSource={"S3BucketName": SOURCES, "S3Key": "typo.txt"}))
    assert response.status == "FAILED"
    assert response.reason.startswith("s3://sources/typo.txt cannot be read: there is no such object")
    assert cloud.writes() == []


class TestTroubleOfS3:
    @pytest.mark.parametrize(
        ("method", "properties"),
        [
            ("head_object", {}),
            ("copy_object", {"PackageSource": {"S3BucketName": SOURCES, "S3Key": "kms.txt"}}),
            ("put_object", {"PackageContent": "couch, sofa"}),
        ],
    )
    def test_passes(self, cloud: Cloud, method: str, properties: dict[str, Any]) -> None:
        cloud.store("kms.txt", ServerSideEncryption="aws:kms")
        given = cloud.dictionary(**properties)
        troubled = Failing(cloud.s3, method, slow_down(method), times=3)
        with_s3(cloud, troubled)
        assert cloud.create(given).status == "SUCCESS"
        assert troubled.failures_left == 0

    def test_that_lasts_fails_no_delete(self, cloud: Cloud) -> None:
        properties = cloud.dictionary()
        package_id = cloud.create(properties).physical_id
        with_s3(cloud, Failing(cloud.s3, "get_paginator", EndpointConnectionError(endpoint_url="https://s3")))
        assert cloud.delete(package_id, properties).status == "SUCCESS"
        assert cloud.package_ids() == []

    def test_with_a_grant_that_spreads_slowly_passes(self, cloud: Cloud) -> None:
        with_s3(cloud, Failing(cloud.s3, "head_object", forbidden("HeadObject"), times=5))
        assert cloud.create(cloud.dictionary()).status == "SUCCESS"

    def test_with_a_grant_that_is_missing_is_named_with_the_object_and_the_action(self, cloud: Cloud) -> None:
        with_s3(cloud, Failing(cloud.s3, "head_object", forbidden("HeadObject")))
        begun = cloud.clock.now()
        response = cloud.create(cloud.dictionary())
        assert response.status == "FAILED"
        assert response.reason.startswith("s3://sources/synonyms.txt cannot be read: s3:GetObject was denied")
        assert "S3 answers the same for both" in response.reason
        assert 60 <= cloud.clock.now() - begun < 75
        assert cloud.writes() == []
