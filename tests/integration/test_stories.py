"""The life of a package: what a deployment of a user's app does and says, mostly by the real CDK CLI."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from aws_cdk.aws_opensearchservice import EngineVersion

from local_aws.machine import LocalAws
from tests.integration.stories import (
    ATTRIBUTES,
    DICTIONARY,
    PLUGIN,
    STACK,
    Api,
    Cdk,
    Kind,
    package,
    package_and_trouble,
)

both = pytest.mark.parametrize("kind", [DICTIONARY, PLUGIN], ids=lambda kind: kind.name)


def package_ids(aws: LocalAws) -> list[str]:
    return [found["PackageID"] for found in aws.packages()]


def staged(aws: LocalAws) -> list[str]:
    """Every object in the staging bucket of the story's stack."""
    s3 = aws.client("s3")
    names = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    buckets = [name for name in names if name.startswith(f"{STACK.lower()}-")]
    return [item["Key"] for bucket in buckets for item in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


@both
def test_a_package_is_created_updated_in_place_and_destroyed(
    cdk: Cdk, aws: LocalAws, tmp_path: Path, kind: Kind
) -> None:
    first = package(kind, kind.write(tmp_path, "first"), description="Shop")
    created = cdk.deploy(first)
    assert created["PackageVersion"] == "v1"
    assert created["PackageDescription"] == "Shop"
    assert package_ids(aws) == [created["PackageID"]]
    assert staged(aws) == []
    sources = [
        call["Parameters"]["PackageSource"]["S3BucketName"] for call in aws.calls() if "Create" in call["Operation"]
    ]
    assert sources
    assert all(name.startswith(f"{STACK.lower()}-") for name in sources), (
        "an asset is encrypted with KMS, so it was staged"
    )

    updated = cdk.deploy(package(kind, kind.write(tmp_path, "second"), description="Shop"))
    assert updated["PackageID"] == created["PackageID"]
    assert updated["PackageVersion"] == "v2"
    assert staged(aws) == []
    for outputs in (created, updated):
        assert set(outputs) == {name.replace(".", "") for name in ATTRIBUTES}
    if kind is PLUGIN:
        assert updated["AvailablePluginPropertiesName"] == "shop-analysis"
        assert updated["AvailablePluginPropertiesDescription"] == "Analysis for the shop, second"

    cdk.destroy(first)
    assert package_ids(aws) == []


def test_new_content_needs_no_approval_in_a_pipeline(cdk: Cdk, aws: LocalAws, tmp_path: Path) -> None:
    source = DICTIONARY.write(tmp_path, "first")
    code, said = cdk.deploy_unattended(package(DICTIONARY, source))
    assert code != 0
    assert "security-sensitive updates" in said, "the permissions are new"
    created = cdk.deploy(package(DICTIONARY, source))
    source.write_text(source.read_text() + "armchair, easy chair\n")
    code, said = cdk.deploy_unattended(package(DICTIONARY, source))
    assert code == 0, said
    assert package_ids(aws) == [created["PackageID"]]
    assert digest_of_what_is_available(aws) == sha256(source.read_bytes()).hexdigest()


def test_another_name_makes_another_package_and_the_old_one_goes(stack: Api, aws: LocalAws, tmp_path: Path) -> None:
    source = PLUGIN.write(tmp_path, "first")
    old = stack.deploy(package(PLUGIN, source, package_name="old-name"))
    new = stack.deploy(package(PLUGIN, source, package_name="new-name"))
    assert new["PackageID"] != old["PackageID"]
    assert package_ids(aws) == [new["PackageID"]]


def test_another_engine_version_replaces_a_plugin_under_the_same_name(
    stack: Api, aws: LocalAws, tmp_path: Path
) -> None:
    old = stack.deploy(package(PLUGIN, PLUGIN.write(tmp_path, "first"), package_name="shop-analysis"))
    new = stack.deploy(
        package(
            PLUGIN,
            PLUGIN.write(tmp_path, "second", engine_version="2.19.0"),
            package_name="shop-analysis",
            engine_version=EngineVersion.open_search("2.19"),
        )
    )
    assert new["PackageID"] != old["PackageID"]
    assert (new["PackageName"], new["EngineVersion"]) == ("shop-analysis", "OpenSearch_2.19")
    assert package_ids(aws) == [new["PackageID"]]


@both
@pytest.mark.parametrize("rollback_sends", ["old-id", "new-id"])
def test_a_replacement_is_rolled_back_when_a_later_resource_fails(
    stack: Api, aws: LocalAws, tmp_path: Path, kind: Kind, rollback_sends: str
) -> None:
    aws.play(rollback_sends=rollback_sends)
    source = kind.write(tmp_path, "first")
    old = stack.deploy(package(kind, source, package_name="old-name"))
    said = stack.fails(package_and_trouble(kind, source, package_name="new-name"))
    assert "UPDATE_ROLLBACK_COMPLETE" in said
    assert package_ids(aws) == [old["PackageID"]]
    unchanged = stack.deploy(package(kind, source, package_name="old-name", commit_message="again"))
    assert (unchanged["PackageID"], unchanged["PackageVersion"]) == (old["PackageID"], "v1")


@both
def test_an_update_is_rolled_back_when_a_later_resource_fails(
    stack: Api, aws: LocalAws, tmp_path: Path, kind: Kind
) -> None:
    first = kind.write(tmp_path, "first")
    old = stack.deploy(package(kind, first))
    stack.fails(package_and_trouble(kind, kind.write(tmp_path, "second")))
    assert package_ids(aws) == [old["PackageID"]]
    assert digest_of_what_is_available(aws) == sha256(first.read_bytes()).hexdigest()


@both
def test_a_failing_create_shows_the_services_own_words_and_leaves_nothing(
    cdk: Cdk, aws: LocalAws, tmp_path: Path, kind: Kind
) -> None:
    words = "PluginValidationFailureReason : Dependency Scan reported 3 vulnerabilities"
    aws.behave(faults=[{"operation": "CreatePackage", "kind": "invalid", "message": words}])
    said = cdk.fails(package(kind, kind.write(tmp_path, "first")))
    assert words in said
    assert package_ids(aws) == []
    assert staged(aws) == []


@both
def test_a_failing_update_brings_the_old_content_back_under_the_same_id(
    cdk: Cdk, aws: LocalAws, tmp_path: Path, kind: Kind
) -> None:
    first = kind.write(tmp_path, "first")
    old = cdk.deploy(package(kind, first))
    aws.behave(faults=[{"operation": "UpdatePackage", "kind": "invalid", "message": "The words are bad"}])
    said = cdk.fails(package(kind, kind.write(tmp_path, "second")))
    assert "The words are bad" in said
    assert "UPDATE_ROLLBACK_COMPLET" in said  # the CLI cuts its columns
    assert package_ids(aws) == [old["PackageID"]]
    assert digest_of_what_is_available(aws) == sha256(first.read_bytes()).hexdigest()
    assert staged(aws) == []


def test_a_plugin_for_another_engine_version_is_refused_in_the_services_words(
    cdk: Cdk, aws: LocalAws, tmp_path: Path
) -> None:
    # Synthesis refuses such an archive, so it comes as an object here.
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="plugins")
    source = PLUGIN.write(tmp_path, "first", engine_version="2.11.0")
    s3.put_object(Bucket="plugins", Key="shop.zip", Body=source.read_bytes(), ServerSideEncryption="AES256")
    said = cdk.fails(from_bucket("plugins", "shop.zip"))
    assert "doesn't matches with the provided EngineVersion" in said
    assert package_ids(aws) == []


def test_a_name_that_is_taken_fails_the_deployment_and_touches_nothing(cdk: Cdk, aws: LocalAws, tmp_path: Path) -> None:
    source = DICTIONARY.write(tmp_path, "first")
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="by-hand")
    s3.put_object(Bucket="by-hand", Key="words.txt", Body=b"words", ServerSideEncryption="AES256")
    taken = aws.client("opensearch").create_package(
        PackageName="synonyms",
        PackageType="TXT-DICTIONARY",
        PackageSource={"S3BucketName": "by-hand", "S3Key": "words.txt"},
    )["PackageDetails"]["PackageID"]
    said = cdk.fails(package(DICTIONARY, source, package_name="synonyms"))
    assert taken in said
    assert package_ids(aws) == [taken]
    assert digest_of_what_is_available(aws) == sha256(b"words").hexdigest()
    writes = [call["Operation"] for call in aws.calls() if call["Operation"].startswith(("Create", "Update", "Delete"))]
    assert writes == ["CreatePackage"], "that of the test itself"


def digest_of_what_is_available(aws: LocalAws) -> str:
    """What the service holds as the newest version of the only package."""
    (found,) = aws.packages()
    digest: str = found["Versions"][-1]["Sha256"]
    return digest


def from_bucket(bucket: str, key: str) -> Any:
    from aws_cdk import App, Stack  # noqa: PLC0415
    from aws_cdk.aws_s3 import Bucket  # noqa: PLC0415

    from cdk_opensearch_packages import Package, PackageSource, PackageType  # noqa: PLC0415

    def build(app: App) -> None:
        stack = Stack(app, "Story")
        Package(
            stack,
            "Package",
            package_type=PackageType.ZIP_PLUGIN,
            engine_version=EngineVersion.open_search("2.17"),
            source=PackageSource.from_bucket(Bucket.from_bucket_name(stack, "Plugins", bucket), key),
        )

    return build
