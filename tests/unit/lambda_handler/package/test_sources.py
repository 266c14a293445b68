"""What the service imports from: as it is, or staged where the service cannot read it."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.lambda_handler.harness import SOURCES, STAGING, Cloud


def imported_from(cloud: Cloud) -> dict[str, str]:
    """The PackageSource that the service was given last."""
    sent = [parameters["PackageSource"] for _, parameters in cloud.model.calls if "PackageSource" in parameters]
    source: dict[str, str] = sent[-1]
    return source


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


class Denying:
    """An S3 client that is not allowed to look at objects, at first or for ever."""

    def __init__(self, s3: Any, times: int) -> None:
        self._s3 = s3
        self._times = times

    def head_object(self, **parameters: str) -> Any:
        if self._times:
            self._times -= 1
            raise ClientError({"Error": {"Code": "403", "Message": "Forbidden"}}, "HeadObject")
        return self._s3.head_object(**parameters)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._s3, name)


def test_a_grant_that_spreads_slowly_is_waited_for(cloud: Cloud) -> None:
    cloud.s3 = Denying(cloud.s3, 5)  # type: ignore[assignment]
    cloud.cold_start()
    assert cloud.create(cloud.dictionary()).status == "SUCCESS"


def test_a_missing_grant_is_named_with_its_object_and_its_action(cloud: Cloud) -> None:
    cloud.s3 = Denying(cloud.s3, 10_000)  # type: ignore[assignment]
    cloud.cold_start()
    begun = cloud.clock.now()
    response = cloud.create(cloud.dictionary())
    assert response.status == "FAILED"
    assert response.reason.startswith("s3://sources/synonyms.txt cannot be read: s3:GetObject was denied")
    assert "S3 answers the same for both" in response.reason
    assert 60 <= cloud.clock.now() - begun < 75
    assert cloud.writes() == []
