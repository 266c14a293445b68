"""Bad input: it is refused at once, in words that say what was received and what is allowed, without a single call."""

from __future__ import annotations

import copy
from typing import Any

import boto3
import pytest
from botocore.model import ServiceModel

from lambda_handler.errors import PropertyError
from lambda_handler.ownership import Owner
from lambda_handler.package import properties
from tests.unit.lambda_handler.harness import SOURCES, STACK_ID, Cloud

SOURCE = {"S3BucketName": SOURCES, "S3Key": "synonyms.txt"}
DICTIONARY: dict[str, Any] = {"PackageType": "TXT-DICTIONARY", "PackageSource": SOURCE}
PLUGIN: dict[str, Any] = {
    "PackageType": "ZIP-PLUGIN",
    "PackageSource": SOURCE,
    "EngineVersion": "OpenSearch_2.17",
}
OWNER = Owner(STACK_ID, "Synonyms", "request")


def without(given: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name not in names}


BAD = {
    "no type": (without(DICTIONARY, "PackageType"), "PackageType is missing"),
    "unknown type": (
        DICTIONARY | {"PackageType": "DICTIONARY"},
        'PackageType must be one of TXT-DICTIONARY, ZIP-PLUGIN, PACKAGE-LICENSE, PACKAGE-CONFIG, received "DICTIONARY"',
    ),
    "unknown property": (DICTIONARY | {"PackageNane": "x"}, "did you mean PackageName?"),
    "unknown property like nothing": (DICTIONARY | {"Colour": "x"}, "Colour is no property of this resource"),
    "no source": (without(DICTIONARY, "PackageSource"), "there is no source"),
    "both sources": (DICTIONARY | {"PackageContent": "x"}, "both PackageSource and PackageContent are given"),
    "source is a string": (DICTIONARY | {"PackageSource": "s3://b/k"}, "PackageSource must be a map with S3BucketName"),
    "source is a list": (DICTIONARY | {"PackageSource": [SOURCE]}, "PackageSource must be a map with"),
    "source without key": (DICTIONARY | {"PackageSource": without(SOURCE, "S3Key")}, "PackageSource.S3Key is missing"),
    "empty source": (DICTIONARY | {"PackageSource": {}}, "PackageSource.S3BucketName is missing"),
    "junk in the source": (
        DICTIONARY | {"PackageSource": SOURCE | {"Bucket": {"deep": ["x"]}}},
        "PackageSource.Bucket is unknown: allowed are S3BucketName, S3Key, S3ObjectVersion",
    ),
    "nested junk": (DICTIONARY | {"PackageName": {"a": [{"b": "c"}]}}, "PackageName must be a string"),
    "empty type": (DICTIONARY | {"PackageType": ""}, "PackageType is missing"),
    "empty key": (DICTIONARY | {"PackageSource": SOURCE | {"S3Key": ""}}, "PackageSource.S3Key is missing"),
    "empty text": (without(DICTIONARY, "PackageSource") | {"PackageContent": ""}, "there is no source"),
    "empty engine version of a plugin": (PLUGIN | {"EngineVersion": ""}, "EngineVersion is missing"),
    "a bucket's ARN": (
        DICTIONARY | {"PackageSource": SOURCE | {"S3BucketName": "arn:aws:s3:::shop-words"}},
        "PackageSource.S3BucketName must be the bucket's name alone, no ARN, no address and no blanks, "
        'received "arn:aws:s3:::shop-words"',
    ),
    "a bucket's URL": (
        DICTIONARY | {"PackageSource": SOURCE | {"S3BucketName": "s3://shop-words"}},
        "PackageSource.S3BucketName must be the bucket's name alone",
    ),
    "a bucket's address": (
        DICTIONARY | {"PackageSource": SOURCE | {"S3BucketName": "shop-words.s3.amazonaws.com"}},
        "PackageSource.S3BucketName must be the bucket's name alone",
    ),
    "a bucket with a blank": (
        DICTIONARY | {"PackageSource": SOURCE | {"S3BucketName": "shop words"}},
        'no ARN, no address and no blanks, received "shop words"',
    ),
    "an object's URL in capitals as key": (
        DICTIONARY | {"PackageSource": SOURCE | {"S3Key": "S3://shop-words/de.txt"}},
        "PackageSource.S3Key must be the object's key in its bucket",
    ),
    "a bucket with a folder": (
        DICTIONARY | {"PackageSource": SOURCE | {"S3BucketName": "shop-words/de"}},
        "PackageSource.S3BucketName must be the bucket's name alone",
    ),
    "an access point": (
        DICTIONARY | {"PackageSource": SOURCE | {"S3BucketName": "arn:aws:s3:eu-west-1:1:accesspoint/words"}},
        "PackageSource.S3BucketName must be the bucket's name alone",
    ),
    "an object's URL as key": (
        DICTIONARY | {"PackageSource": SOURCE | {"S3Key": "s3://shop-words/de.txt"}},
        "PackageSource.S3Key must be the object's key in its bucket, no ARN and no URL, "
        'received "s3://shop-words/de.txt"',
    ),
    "an object's ARN as key": (
        DICTIONARY | {"PackageSource": SOURCE | {"S3Key": "arn:aws:s3:::shop-words/de.txt"}},
        "PackageSource.S3Key must be the object's key in its bucket",
    ),
    "name with capitals": (
        DICTIONARY | {"PackageName": "Synonyms"},
        r'PackageName must match [a-z][a-z0-9\-]+, received "Synonyms"',
    ),
    "short name": (DICTIONARY | {"PackageName": "ab"}, "PackageName must have 3 to 256 characters, received 2"),
    "long description": (DICTIONARY | {"PackageDescription": "x" * 701}, "PackageDescription has 701 characters"),
    "long commit message": (DICTIONARY | {"CommitMessage": "x" * 121}, "CommitMessage has 121 characters"),
    "much text": (
        without(DICTIONARY, "PackageSource") | {"PackageContent": "ß" * 128_001},
        "PackageContent has 256,002 bytes in UTF-8: at most 256,000 are allowed",
    ),
    "much text in Cyrillic": (
        without(DICTIONARY, "PackageSource") | {"PackageContent": "ж" * 70_000},
        "PackageContent has 420,002 characters as JSON in ASCII: at most 400,000 are allowed",
    ),
    "a license that is neither JSON nor XML": (
        {"PackageType": "PACKAGE-LICENSE", "PackageContent": "licensed to: shop"},
        "PackageContent of a PACKAGE-LICENSE must be JSON or XML",
    ),
    "a license that is broken XML": (
        {"PackageType": "PACKAGE-LICENSE", "PackageContent": "<license>"},
        "PackageContent of a PACKAGE-LICENSE must be JSON or XML",
    ),
    "a license that is two documents of JSON": (
        {"PackageType": "PACKAGE-LICENSE", "PackageContent": "{}{}"},
        "PackageContent of a PACKAGE-LICENSE must be JSON or XML",
    ),
    "a license with a number that only Python knows": (
        {"PackageType": "PACKAGE-LICENSE", "PackageContent": '{"seats": NaN}'},
        "PackageContent of a PACKAGE-LICENSE must be JSON or XML",
    ),
    "half a surrogate pair": (
        without(DICTIONARY, "PackageSource") | {"PackageContent": "\ud800"},
        "PackageContent is not valid Unicode",
    ),
    "a boolean that is neither": (
        DICTIONARY | {"PackageVendingOptions": {"VendingEnabled": "yes"}},
        'PackageVendingOptions.VendingEnabled must be true or false, received "yes"',
    ),
    "a boolean with a capital": (
        DICTIONARY | {"PackageEncryptionOptions": {"EncryptionEnabled": "True"}},
        "PackageEncryptionOptions.EncryptionEnabled must be true or false",
    ),
    "options without what they need": (
        DICTIONARY | {"PackageConfiguration": {"LicenseRequirement": "NONE"}},
        "PackageConfiguration.ConfigurationRequirement is missing",
    ),
    "plugin without engine version": (without(PLUGIN, "EngineVersion"), "EngineVersion is missing"),
    "plugin with a bare number": (PLUGIN | {"EngineVersion": "2.17"}, "EngineVersion must match"),
    "dictionary with engine version": (
        DICTIONARY | {"EngineVersion": "OpenSearch_2.17"},
        'EngineVersion is only for ZIP-PLUGIN, received "OpenSearch_2.17" for TXT-DICTIONARY',
    ),
    "plugin as text": (
        without(PLUGIN, "PackageSource") | {"PackageContent": "x"},
        "PackageContent is for TXT-DICTIONARY and PACKAGE-LICENSE",
    ),
    "timeout of zero": (DICTIONARY | {"ServiceTimeout": "0"}, "ServiceTimeout must be whole seconds from 1 to 3600"),
    "timeout in words": (DICTIONARY | {"ServiceTimeout": "soon"}, 'received "soon"'),
    "type is a map": (DICTIONARY | {"PackageType": {"a": "b"}}, "PackageType must be a string"),
}


@pytest.mark.parametrize(("bad", "message"), BAD.values(), ids=BAD.keys())
class TestBadInput:
    def test_fails_at_once_without_asking_the_service(self, cloud: Cloud, bad: dict[str, Any], message: str) -> None:
        begun = cloud.clock.now()
        response = cloud.create(bad)
        assert response.status == "FAILED"
        assert message in response.reason
        assert cloud.model.calls == []
        assert cloud.clock.now() == begun

    def test_fails_an_update_without_touching_the_package(
        self, cloud: Cloud, bad: dict[str, Any], message: str
    ) -> None:
        response = cloud.update("F123", DICTIONARY, bad)
        assert (response.status, response.physical_id) == ("FAILED", "F123")
        assert message in response.reason
        assert cloud.model.calls == []

    def test_never_fails_the_delete(self, cloud: Cloud, bad: dict[str, Any], message: str) -> None:
        failed = cloud.create(bad)
        assert message in failed.reason
        assert cloud.delete(failed.physical_id, bad).status == "SUCCESS"
        assert cloud.model.calls == []


def test_all_problems_are_named_at_once(cloud: Cloud) -> None:
    response = cloud.create({"PackageName": "X", "Junk": "x"})
    assert response.status == "FAILED"
    for part in ("Junk", "PackageType is missing", "there is no source", "PackageName must"):
        assert part in response.reason


class TestTheTextOfAPackage:
    """It may be confidential: it is in no reason and in no log."""

    def test_is_shown_to_nobody_when_something_else_is_wrong(
        self, cloud: Cloud, caplog: pytest.LogCaptureFixture
    ) -> None:
        response = cloud.create(DICTIONARY | {"PackageContent": "secret recipe", "PackageDescription": "x" * 701})
        assert "both PackageSource and PackageContent" in response.reason
        assert "secret recipe" not in response.reason
        assert "secret recipe" not in caplog.text

    @pytest.mark.parametrize("name", ["PackageContent", "PackageSource"])
    @pytest.mark.parametrize("value", [["secret recipe"], {"a": "secret recipe"}, "secret recipe"], ids=type)
    def test_is_shown_to_nobody_when_it_has_the_wrong_form(
        self, cloud: Cloud, caplog: pytest.LogCaptureFixture, name: str, value: object
    ) -> None:
        response = cloud.create({"PackageType": "ZIP-PLUGIN", "EngineVersion": "OpenSearch_2.17", name: value})
        assert response.status == "FAILED"
        assert name in response.reason
        assert "secret recipe" not in response.reason
        assert "secret recipe" not in caplog.text


@pytest.fixture(scope="module")
def model() -> ServiceModel:
    return boto3.client("opensearch", region_name="us-east-1").meta.service_model


class TestIdentity:
    def test_a_generated_name_is_never_longer_than_every_model_of_aws_allows(self, model: ServiceModel) -> None:
        for logical_id in ("S", "Synonyms", "9Lives", "A" * 255):
            name = properties.parse(DICTIONARY, Owner(STACK_ID, logical_id, "r"), model).identity.name
            assert len(name) <= 28
            assert properties.parse(DICTIONARY | {"PackageName": name}, OWNER, model).identity.name == name

    def test_a_generated_name_never_changes_between_releases(self, model: ServiceModel) -> None:
        # A name that changed would replace the packages of everybody's stacks.
        assert properties.parse(DICTIONARY, OWNER, model).identity.name == "synonyms-81b38b427d7e"

    def test_a_plugin_keeps_its_generated_name_across_engine_versions(self, model: ServiceModel) -> None:
        old = properties.parse(PLUGIN, OWNER, model)
        new = properties.parse(PLUGIN | {"EngineVersion": "OpenSearch_2.19"}, OWNER, model)
        assert old.identity.name == new.identity.name
        assert not new.identity.takes_the_place_of(old.identity)

    @pytest.mark.parametrize(
        "change",
        [{"PackageType": "PACKAGE-LICENSE"}, {"PackageVendingOptions": {"VendingEnabled": "true"}}],
    )
    def test_other_replacements_get_another_generated_name(self, model: ServiceModel, change: dict[str, Any]) -> None:
        old = properties.parse(DICTIONARY, OWNER, model)
        new = properties.parse(DICTIONARY | change, OWNER, model)
        assert old.identity.name != new.identity.name

    def test_saying_that_a_package_is_not_vended_replaces_nothing(self, model: ServiceModel) -> None:
        said = DICTIONARY | {"PackageVendingOptions": {"VendingEnabled": "false"}}
        assert properties.parse(said, OWNER, model).identity == properties.parse(DICTIONARY, OWNER, model).identity


class TestAnEmptyString:
    """What a template's parameter gives by its default."""

    @pytest.mark.parametrize(
        "empty",
        [
            {"PackageName": ""},
            {"PackageDescription": "", "CommitMessage": "", "SourceHash": "", "ServiceTimeout": ""},
            {"EngineVersion": ""},
            {"PackageContent": ""},
            {"PackageSource": SOURCE | {"S3ObjectVersion": ""}},
            {"PackageVendingOptions": {"VendingEnabled": ""}},
            {"PackageEncryptionOptions": {"EncryptionEnabled": "", "KmsKeyIdentifier": ""}},
            {"PackageEncryptionOptions": ""},
        ],
    )
    def test_counts_as_left_out(self, model: ServiceModel, empty: dict[str, Any]) -> None:
        assert properties.parse(DICTIONARY | empty, OWNER, model) == properties.parse(DICTIONARY, OWNER, model)

    def test_in_an_option_leaves_its_other_members_as_they_are(self, model: ServiceModel) -> None:
        said = DICTIONARY | {"PackageEncryptionOptions": {"EncryptionEnabled": "true", "KmsKeyIdentifier": ""}}
        assert properties.parse(said, OWNER, model).options == {"PackageEncryptionOptions": {"EncryptionEnabled": True}}

    def test_leaves_a_source_in_s3_beside_it(self, model: ServiceModel) -> None:
        text = {"PackageType": "TXT-DICTIONARY", "PackageContent": "couch", "PackageSource": dict.fromkeys(SOURCE, "")}
        assert str(properties.parse(text, OWNER, model).source) == "PackageContent (5 bytes)"


class TestFingerprint:
    @pytest.mark.parametrize(
        "change",
        [
            {"PackageSource": SOURCE | {"S3Key": "other"}},
            {"PackageSource": SOURCE | {"S3ObjectVersion": "v"}},
            {"SourceHash": "x"},
            {"PackageEncryptionOptions": {"EncryptionEnabled": "true", "KmsKeyIdentifier": "k"}},
        ],
    )
    def test_changes_with_what_is_imported(self, model: ServiceModel, change: dict[str, Any]) -> None:
        old, new = (properties.parse(raw, OWNER, model) for raw in (DICTIONARY, DICTIONARY | change))
        assert old.fingerprint != new.fingerprint

    @pytest.mark.parametrize("change", [{"CommitMessage": "x"}, {"PackageDescription": "x"}, {"ServiceTimeout": "9"}])
    def test_does_not_change_with_anything_else(self, model: ServiceModel, change: dict[str, Any]) -> None:
        old, new = (properties.parse(raw, OWNER, model) for raw in (DICTIONARY, DICTIONARY | change))
        assert old.fingerprint == new.fingerprint


def test_a_runtime_whose_boto3_is_too_old_is_named_as_the_reason(model: ServiceModel) -> None:
    description = copy.deepcopy(model._service_description)  # type: ignore[attr-defined]
    del description["shapes"]["CreatePackageRequest"]["members"]["PackageEncryptionOptions"]
    encrypted = DICTIONARY | {"PackageEncryptionOptions": {"EncryptionEnabled": "true"}}
    with pytest.raises(PropertyError, match=r"is not known to botocore .* choose a newer runtime"):
        properties.parse(encrypted, OWNER, ServiceModel(description))
