"""What the service imports from: as it is, or staged where the service cannot read it."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from tests.support.clients import Counting, Failing, With, failed, forbidden, slow_down
from tests.support.plugin_archives import plugin_archive
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


UNREADABLE = [
    {"ServerSideEncryption": "aws:kms"},
    {"ServerSideEncryption": "aws:kms:dsse"},
    {"ContentType": "application/octet-stream"},
    {"ContentType": "application/octet-stream; charset=UTF-8"},
    {"ContentType": "Application/Octet-Stream ;charset=utf-8"},
]


@pytest.mark.parametrize("options", UNREADABLE)
def test_a_dictionary_that_the_service_may_not_read_is_staged_and_the_copy_removed(
    cloud: Cloud, options: dict[str, Any]
) -> None:
    source = cloud.store("folder/synonyms.txt", b"couch, sofa\n", **options)
    response = cloud.create(cloud.dictionary(PackageSource=source))
    assert response.status == "SUCCESS"
    assert cloud.content(response.physical_id) == b"couch, sofa\n"
    assert imported_from(cloud)["S3BucketName"] == STAGING
    assert imported_from(cloud)["S3Key"].endswith("/synonyms.txt"), "the service looks at the ending"
    assert cloud.staged() == []


@pytest.mark.parametrize("options", UNREADABLE)
def test_a_copy_has_a_content_type_that_the_service_takes(cloud: Cloud, options: dict[str, Any]) -> None:
    copies: list[str] = []

    def copy_object(**parameters: Any) -> None:
        copies.append(parameters["ContentType"])
        s3.copy_object(**parameters)

    s3 = cloud.s3
    with_s3(cloud, With(s3, copy_object=copy_object))
    cloud.create(cloud.dictionary(PackageSource=cloud.store("words.txt", **options)))
    assert copies == ["text/plain" if "ContentType" not in options else "binary/octet-stream"]


@pytest.mark.parametrize("content_type", ["application/octet-stream", "binary/octet-stream", "text/plain; x=y"])
def test_what_the_service_takes_is_not_copied(cloud: Cloud, content_type: str) -> None:
    source = cloud.store("shop.zip", plugin_archive(), ContentType=content_type)
    plugin = {"PackageType": "ZIP-PLUGIN", "EngineVersion": "OpenSearch_2.17", "PackageSource": source}
    assert cloud.create(plugin).status == "SUCCESS"
    assert imported_from(cloud) == source


@pytest.mark.parametrize("options", UNREADABLE)
def test_without_a_staging_bucket_the_service_decides_what_it_can_read(cloud: Cloud, options: dict[str, Any]) -> None:
    source = cloud.store("words.txt", **options)
    cloud.staging_bucket = None
    cloud.cold_start()
    cloud.create(cloud.dictionary(PackageSource=source))
    assert imported_from(cloud) == source


@pytest.mark.parametrize("status", ["Enabled", "Suspended"])
def test_a_copy_is_really_gone_where_the_bucket_keeps_versions(cloud: Cloud, status: Any) -> None:
    cloud.s3.put_bucket_versioning(Bucket=STAGING, VersioningConfiguration={"Status": status})
    properties = cloud.dictionary(PackageContent="couch, sofa")
    left = f"{cloud.owner().stack}/{cloud.owner().resource}/earlier/left.txt"
    for body in (b"one", b"two"):
        cloud.s3.put_object(Bucket=STAGING, Key=left, Body=body)
    cloud.s3.delete_object(Bucket=STAGING, Key=left)
    cloud.clock.sleep(2)
    assert cloud.create(properties).status == "SUCCESS"
    listed = cloud.s3.list_object_versions(Bucket=STAGING)
    assert (listed.get("Versions", []), listed.get("DeleteMarkers", [])) == ([], [])


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
    ("what", "properties"),
    [
        ("PackageContent", {"PackageContent": "couch, sofa"}),
        (
            "an S3ObjectVersion",
            {"PackageSource": {"S3BucketName": SOURCES, "S3Key": "v.txt", "S3ObjectVersion": "null"}},
        ),
    ],
)
def test_what_cannot_do_without_a_staging_bucket_names_the_remedy(
    cloud: Cloud, what: str, properties: dict[str, Any]
) -> None:
    cloud.store("v.txt")
    cloud.staging_bucket = None
    cloud.cold_start()
    response = cloud.create(cloud.dictionary(**properties))
    assert response.status == "FAILED"
    assert response.reason.startswith(f"{what} needs a staging bucket")
    assert "this provider has none: give the provider one" in response.reason
    assert cloud.writes() == []


class TestALicenseInTheTemplate:
    @pytest.mark.parametrize(
        ("text", "ending"),
        [
            ('{"licensee": "shop"}', "json"),
            ("[1e400, 2]", "json"),
            ('"shop"', "json"),
            ("9" * 5_000, "json"),
            ("<license/>", "xml"),
            ('<?xml version="1.0" encoding="ISO-8859-1"?>\n<license>caf\u00e9</license>', "xml"),
            ("\ufeff<license/>", "xml"),
            ('\ufeff{"licensee": "shop"}', "json"),
        ],
    )
    def test_is_staged_under_the_ending_of_its_format(self, cloud: Cloud, text: str, ending: str) -> None:
        response = cloud.create({"PackageType": "PACKAGE-LICENSE", "PackageContent": text})
        assert response.status == "SUCCESS", response.reason
        assert imported_from(cloud)["S3Key"].endswith(f"/content.{ending}")
        assert cloud.content(response.physical_id) == text.encode()

    def test_is_told_by_its_type_and_not_by_its_first_letter(self, cloud: Cloud) -> None:
        cloud.create(cloud.dictionary(PackageContent="{couch, sofa"))
        assert imported_from(cloud)["S3Key"].endswith("/content.txt")


def test_a_missing_object_fails_without_a_package(cloud: Cloud) -> None:
    response = cloud.create(cloud.dictionary(PackageSource={"S3BucketName": SOURCES, "S3Key": "typo.txt"}))
    assert response.status == "FAILED"
    assert response.reason.startswith("s3://sources/typo.txt cannot be read: there is no such bucket or object")
    assert cloud.writes() == []


class TestWhatS3Says:
    @pytest.mark.parametrize(
        ("code", "message"),
        [
            ("KMS.DisabledException", "arn:aws:kms:us-east-1:1:key/1 is disabled."),
            ("KMS.KMSInvalidStateException", "arn:aws:kms:us-east-1:1:key/1 is pending deletion."),
            ("InvalidRequest", "The specified copy source is larger than the maximum allowable size"),
            ("InvalidObjectState", "The operation is not valid for the object's storage class"),
        ],
    )
    def test_reaches_the_user_and_no_permission_is_blamed(self, cloud: Cloud, code: str, message: str) -> None:
        properties = cloud.dictionary(PackageSource=cloud.store("kms.txt", ServerSideEncryption="aws:kms"))
        with_s3(cloud, Failing(cloud.s3, "copy_object", failed("CopyObject", code, message)))
        reason = cloud.create(properties).reason
        assert reason.startswith("s3://sources/kms.txt could not be copied to s3://staging/")
        assert f"CopyObject failed: {code}: {message}" in reason
        assert "role" not in reason

    def test_comes_with_advice_where_access_was_denied(self, cloud: Cloud) -> None:
        properties = cloud.dictionary(PackageSource=cloud.store("kms.txt", ServerSideEncryption="aws:kms"))
        denied = failed("CopyObject", "AccessDenied", "not authorized to perform: kms:Decrypt", 403)
        with_s3(cloud, Failing(cloud.s3, "copy_object", denied))
        reason = cloud.create(properties).reason
        assert "not authorized to perform: kms:Decrypt" in reason
        assert "The provider's role needs s3:GetObject on the object" in reason

    @pytest.mark.parametrize("code", ["AccessDenied", "InvalidRequest"])
    def test_of_a_text_reaches_the_user_too(self, cloud: Cloud, code: str) -> None:
        with_s3(cloud, Failing(cloud.s3, "put_object", failed("PutObject", code, "in its own words")))
        reason = cloud.create(cloud.dictionary(PackageContent="couch")).reason
        assert f"PutObject failed: {code}: in its own words" in reason
        assert ("s3:PutObject" in reason) == (code == "AccessDenied")

    @pytest.mark.parametrize(
        ("status", "explained"),
        [
            (400, "the key of KMS that encrypts the object is disabled or pending deletion"),
            (301, "the bucket is in another Region"),
        ],
    )
    def test_without_words_is_explained_by_what_it_can_be(self, cloud: Cloud, status: int, explained: str) -> None:
        with_s3(cloud, Failing(cloud.s3, "head_object", failed("HeadObject", str(status), "Bad Request", status)))
        reason = cloud.create(cloud.dictionary()).reason
        assert reason.startswith("s3://sources/synonyms.txt cannot be looked at: ")
        assert explained in reason
        assert "S3ObjectVersion" not in reason, "none was given"

    @pytest.mark.parametrize(
        ("status", "explained"),
        [
            (400, "the S3ObjectVersion is no version id of S3, or the key of KMS"),
            (405, "the S3ObjectVersion is that of a delete marker"),
            (404, "there is no such bucket, object or version"),
        ],
    )
    def test_of_a_version_names_the_version_too(self, cloud: Cloud, status: int, explained: str) -> None:
        with_s3(cloud, Failing(cloud.s3, "head_object", failed("HeadObject", str(status), "x", status)))
        source = {"S3BucketName": SOURCES, "S3Key": "v.txt", "S3ObjectVersion": "v1"}
        assert explained in cloud.create(cloud.dictionary(PackageSource=source)).reason

    @pytest.mark.parametrize("code", ["KMS.ThrottlingException", "KMS.KMSInternalException", "OperationAborted"])
    def test_of_what_passes_is_waited_for(self, cloud: Cloud, code: str) -> None:
        properties = cloud.dictionary(PackageSource=cloud.store("kms.txt", ServerSideEncryption="aws:kms"))
        with_s3(cloud, Failing(cloud.s3, "copy_object", failed("CopyObject", code, "x"), times=2))
        assert cloud.create(properties).status == "SUCCESS"


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
