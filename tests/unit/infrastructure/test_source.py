from pathlib import Path

import pytest
from aws_cdk import Stack, Stage
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Annotations, Match
from aws_cdk.aws_opensearchservice import EngineVersion

from cdk_opensearch_packages import Package, PackageSource, PackageType
from tests.support.plugin_archives import write_plugin
from tests.unit.infrastructure.stacks import (
    dictionary,
    existing_provider,
    new_stack,
    properties_of,
)


def package(stack: Stack, package_type: PackageType, source: PackageSource) -> None:
    engine_version = EngineVersion.OPENSEARCH_2_17 if package_type is PackageType.ZIP_PLUGIN else None
    provider = existing_provider(stack)
    Package(
        stack, "Package", package_type=package_type, source=source, engine_version=engine_version, provider=provider
    )


def warnings(stack: Stack) -> int:
    return len(Annotations.from_stack(stack).find_warning("*", Match.string_like_regexp("is not UTF-8")))


def test_a_local_file_is_published_as_an_asset_whose_key_changes_with_the_content(tmp_path: Path) -> None:
    keys = []
    for content in ("sofa, couch", "sofa, couch, settee", "sofa, couch"):
        file = tmp_path / "synonyms.txt"
        file.write_text(content)
        stack = new_stack()
        package(stack, PackageType.TXT_DICTIONARY, PackageSource.from_asset(str(file)))
        source = properties_of(stack)["PackageSource"]
        assert set(source) == {"S3BucketName", "S3Key"}
        assert source["S3BucketName"] == {"Fn::Sub": "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"}
        keys.append(source["S3Key"])

    assert keys[0] != keys[1]
    assert keys[0] == keys[2]
    assert keys[0].endswith(".txt")


def test_an_archive_is_published_as_it_is(tmp_path: Path) -> None:
    archive = write_plugin(tmp_path / "plugin.zip", "opensearch.version=2.17.0")
    stack = new_stack()
    package(stack, PackageType.ZIP_PLUGIN, PackageSource.from_asset(archive))

    key = properties_of(stack)["PackageSource"]["S3Key"]
    stage = Stage.of(stack)
    assert stage is not None
    published = Path(stage.outdir, f"asset.{key}")
    assert published.read_bytes() == Path(archive).read_bytes()


def test_a_file_that_does_not_exist_is_an_error_that_says_where_it_was_looked_for(tmp_path: Path) -> None:
    missing = tmp_path / "missing.txt"
    with pytest.raises(ValueError, match=f"there is no file at '{missing}'"):
        dictionary(new_stack(), source=PackageSource.from_asset(str(missing)))


def test_a_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=f"must be a file, got '{tmp_path}', a folder"):
        dictionary(new_stack(), source=PackageSource.from_asset(str(tmp_path)))


def test_an_empty_file_is_an_error(tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.touch()
    with pytest.raises(ValueError, match=f"must not be empty, got '{empty}'"):
        dictionary(new_stack(), source=PackageSource.from_asset(str(empty)))


@pytest.mark.parametrize(
    ("package_type", "name", "allowed"),
    [
        (PackageType.ZIP_PLUGIN, "plugin.jar", r"a ZIP-PLUGIN must end in \.zip, got 'plugin\.jar'"),
        (PackageType.PACKAGE_CONFIG, "config.json", r"a PACKAGE-CONFIG must end in \.zip, got 'config\.json'"),
        (
            PackageType.PACKAGE_LICENSE,
            "license.txt",
            r"PACKAGE-LICENSE must end in \.json or \.xml, got 'license\.txt'",
        ),
    ],
)
def test_a_name_that_the_service_refuses_is_an_error(
    package_type: PackageType, name: str, allowed: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text("content")
    stack = new_stack()
    bucket = s3.Bucket.from_bucket_name(stack, "Bucket", "sources")
    with pytest.raises(ValueError, match=allowed):
        package(stack, package_type, PackageSource.from_asset(str(tmp_path / name)))
    with pytest.raises(ValueError, match=allowed):
        package(new_stack(), package_type, PackageSource.from_bucket(bucket, name))


@pytest.mark.parametrize(
    ("package_type", "name"),
    [
        (PackageType.PACKAGE_CONFIG, "config.zip"),
        (PackageType.PACKAGE_LICENSE, "license.json"),
        (PackageType.PACKAGE_LICENSE, "license.xml"),
        (PackageType.TXT_DICTIONARY, "synonyms"),
    ],
)
def test_names_that_the_service_takes_are_taken(package_type: PackageType, name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("content")
    stack = new_stack()
    package(stack, package_type, PackageSource.from_asset(str(tmp_path / name)))

    assert properties_of(stack)["PackageType"] == package_type.value


def test_a_dictionary_that_is_not_utf8_is_a_warning_and_no_error(tmp_path: Path) -> None:
    file = tmp_path / "system.dic"
    file.write_bytes(b"Sofa, Liege, Fauteuil, Gest\xfchl")
    stack = new_stack()
    package(stack, PackageType.TXT_DICTIONARY, PackageSource.from_asset(str(file)))

    assert warnings(stack) == 1


def test_a_dictionary_in_utf8_is_no_warning(tmp_path: Path) -> None:
    file = tmp_path / "synonyms.txt"
    file.write_text("ソファ, 長椅子", encoding="utf-8")
    stack = new_stack()
    package(stack, PackageType.TXT_DICTIONARY, PackageSource.from_asset(str(file)))

    assert warnings(stack) == 0


def test_an_object_of_a_bucket_is_named_as_it_is() -> None:
    stack = new_stack()
    source = PackageSource.from_bucket(s3.Bucket.from_bucket_name(stack, "Bucket", "sources"), "shop/synonyms.txt")
    package(stack, PackageType.TXT_DICTIONARY, source)

    assert properties_of(stack)["PackageSource"] == {"S3BucketName": "sources", "S3Key": "shop/synonyms.txt"}
    assert "SourceHash" not in properties_of(stack)


@pytest.mark.parametrize(("key", "size"), [("", 0), ("k" * 1025, 1025), ("ü" * 513, 1026)])
def test_a_key_that_no_object_can_have_is_an_error(key: str, size: int) -> None:
    bucket = s3.Bucket.from_bucket_name(new_stack(), "Bucket", "sources")
    with pytest.raises(ValueError, match=f"'key' must have 1 to 1024 bytes in UTF-8, as S3 wants it, got {size}"):
        PackageSource.from_bucket(bucket, key)


def test_a_license_can_be_text() -> None:
    stack = new_stack()
    package(stack, PackageType.PACKAGE_LICENSE, PackageSource.from_inline("{}"))

    assert properties_of(stack)["PackageContent"] == "{}"


@pytest.mark.parametrize("package_type", [PackageType.ZIP_PLUGIN, PackageType.PACKAGE_CONFIG])
def test_an_archive_cannot_be_text(package_type: PackageType) -> None:
    with pytest.raises(ValueError, match=f"TXT-DICTIONARY or a PACKAGE-LICENSE, got a {package_type.value}"):
        package(new_stack(), package_type, PackageSource.from_inline("content"))


def test_text_is_measured_in_bytes() -> None:
    PackageSource.from_inline("ü" * 128_000)
    with pytest.raises(ValueError, match=r"1 to 256,000 bytes in UTF-8, got 256,002; .*from_asset"):
        PackageSource.from_inline("ü" * 128_001)


def test_empty_text_is_an_error() -> None:
    with pytest.raises(ValueError, match="1 to 256,000 bytes in UTF-8, got 0"):
        PackageSource.from_inline("")
