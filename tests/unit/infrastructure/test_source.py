import json
from collections.abc import Callable
from pathlib import Path

import pytest
from aws_cdk import App, Stack, Stage, Token
from aws_cdk import aws_s3 as s3

from cdk_opensearch_packages import Package, PackageSource, PackageType
from tests.support.plugin_archives import write_plugin
from tests.unit.infrastructure.stacks import (
    dictionary,
    existing_provider,
    granted_provider,
    new_stack,
    plugin,
    properties_of,
    warnings_of,
)

LICENSES = {
    "license.json": b'{"licensee": "shop"}',
    "license.xml": b'<?xml version="1.0"?><license>shop</license>',
    "with-mark.json": b'\xef\xbb\xbf{"licensee": "shop"}',
    "with-mark.xml": b"\xef\xbb\xbf<license/>",
    "latin.xml": b'<?xml version="1.0" encoding="ISO-8859-1"?><l>caf\xe9</l>',
    "utf-16.xml": '<?xml version="1.0" encoding="UTF-16"?><l>caf\xe9</l>'.encode("utf-16"),
    "rare.xml": b'<?xml version="1.0" encoding="x-unheard-of"?><l/>',
    "long-number.json": b"1" * 5000,
}
NO_LICENSES = {
    "text.json": b"This is the license of the shop",
    "cut.json": b'{"licensee": "shop"',
    "xml.json": b"<license/>",
    "python.json": b'{"until": NaN}',
    "cut.xml": b"<license>",
    "json.xml": b"{}",
    "two.xml": b"<a/><b/>",
    "binary.xml": b"\x00\x01\x02",
}


def package(stack: Stack, package_type: PackageType, source: PackageSource) -> None:
    Package(stack, "Package", package_type=package_type, source=source, provider=granted_provider(stack))


def asset_key(path: Path) -> str:
    stack = new_stack()
    dictionary(stack, source=PackageSource.from_asset(path), provider=existing_provider(stack))
    key: str = properties_of(stack)["PackageSource"]["S3Key"]
    return key


def published(stack: Stack) -> bytes:
    """The bytes that the CDK CLI uploads for the stack's only package."""
    stage = Stage.of(stack)
    assert stage is not None
    return Path(stage.outdir, f"asset.{properties_of(stack)['PackageSource']['S3Key']}").read_bytes()


def test_a_local_file_is_published_as_an_asset_whose_key_changes_with_the_content(tmp_path: Path) -> None:
    keys = []
    for content in ("sofa, couch", "sofa, couch, settee", "sofa, couch"):
        file = tmp_path / "synonyms.txt"
        file.write_text(content)
        stack = new_stack()
        dictionary(stack, source=PackageSource.from_asset(str(file)), provider=existing_provider(stack))
        source = properties_of(stack)["PackageSource"]
        assert set(source) == {"S3BucketName", "S3Key"}
        assert source["S3BucketName"] == {"Fn::Sub": "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"}
        keys.append(source["S3Key"])

    assert keys[0] != keys[1]
    assert keys[0] == keys[2]
    assert keys[0].endswith(".txt")


@pytest.mark.parametrize(
    "other", [b"sofa, couch\r\n", b"sofa, couch\r", b"sofa, couch", b"\xef\xbb\xbfsofa, couch\n", b"sofa, couch\n\n"]
)
def test_content_means_bytes(other: bytes, tmp_path: Path) -> None:
    file = tmp_path / "synonyms.txt"
    file.write_bytes(b"sofa, couch\n")
    key = asset_key(file)
    file.write_bytes(other)

    assert asset_key(file) != key


def test_a_file_with_the_line_ends_of_another_system_is_published_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "synonyms.txt"
    file.write_bytes(b"sofa, couch\r\nhat, cap\r\n")
    stack = new_stack()
    dictionary(stack, source=PackageSource.from_asset(file), provider=existing_provider(stack))

    assert published(stack) == b"sofa, couch\r\nhat, cap\r\n"


def test_an_archive_is_published_as_it_is(tmp_path: Path) -> None:
    archive = write_plugin(tmp_path / "plugin.zip")
    stack = new_stack()
    plugin(stack, source=PackageSource.from_asset(archive))

    assert published(stack) == Path(archive).read_bytes()


def test_a_link_is_published_as_the_file_that_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text("sofa, couch")
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")
    stack = new_stack()
    dictionary(stack, source=PackageSource.from_asset(tmp_path / "link.txt"), provider=existing_provider(stack))

    assert published(stack) == b"sofa, couch"


def test_a_file_that_does_not_exist_is_an_error_that_says_where_it_was_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    message = f"'path' must be a file that exists, got 'missing.txt', looked for at '{tmp_path / 'missing.txt'}'"
    with pytest.raises(ValueError, match=message):
        dictionary(new_stack(), source=PackageSource.from_asset("missing.txt"))


@pytest.mark.parametrize("path", ["", ".", "/dev/null"])
def test_what_is_no_file_is_an_error(path: str) -> None:
    with pytest.raises(ValueError, match=r"'path' must be a file, got '.*', which is none"):
        dictionary(new_stack(), source=PackageSource.from_asset(path))


@pytest.mark.parametrize("path", ["a" * 300, "a/" * 3000])
def test_a_path_that_the_system_refuses_is_an_error_that_names_it(path: str) -> None:
    with pytest.raises(ValueError, match=r"'path' must be a file that can be read, got 'a.*\(.*too long"):
        dictionary(new_stack(), source=PackageSource.from_asset(path))


def test_an_empty_file_is_an_error(tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.touch()
    with pytest.raises(ValueError, match=f"'path' must be a file with content, got '{empty}' with 0 bytes"):
        dictionary(new_stack(), source=PackageSource.from_asset(empty))


@pytest.mark.parametrize(
    ("content", "command"),
    [
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "git lfs pull"),
        (b"version https://hawser.github.com/spec/v1\noid sha256:0\nsize 1\n", "git lfs pull"),
        (b"version http://git-media.io/v/2\n", "git lfs pull"),
        (b"/annex/objects/SHA256E-s1--0.txt\n", "git annex get"),
    ],
)
@pytest.mark.parametrize("package_type", [PackageType.TXT_DICTIONARY, PackageType.PACKAGE_LICENSE])
def test_a_file_that_git_has_not_fetched_is_an_error(
    content: bytes, command: str, package_type: PackageType, tmp_path: Path
) -> None:
    file = tmp_path / "content.json"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=f"'path' must be the file itself, got '{file}'.* run '{command}'"):
        package(new_stack(), package_type, PackageSource.from_asset(file))


@pytest.mark.parametrize(
    ("package_type", "name", "allowed"),
    [
        (PackageType.ZIP_PLUGIN, "plugin.jar", r"must end in \.zip for a package of type ZIP-PLUGIN"),
        (PackageType.PACKAGE_CONFIG, "config.json", r"must end in \.zip for a package of type PACKAGE-CONFIG"),
        (PackageType.PACKAGE_LICENSE, "license.txt", r"must end in \.json or \.xml for a package of type PACKAGE-LIC"),
    ],
)
def test_a_name_that_the_service_refuses_is_an_error(
    package_type: PackageType, name: str, allowed: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text("content")
    make: Callable[..., object] = plugin if package_type == PackageType.ZIP_PLUGIN else dictionary_of(package_type)
    bucket = s3.Bucket.from_bucket_name(new_stack(), "Bucket", "sources")
    with pytest.raises(ValueError, match=f"'path' {allowed}.*, got '{name}'"):
        make(new_stack(), source=PackageSource.from_asset(tmp_path / name))
    with pytest.raises(ValueError, match=f"'key' {allowed}.*, got '{name}'"):
        make(new_stack(), source=PackageSource.from_bucket(bucket, name))


def dictionary_of(package_type: PackageType) -> Callable[..., object]:
    return lambda stack, source: package(stack, package_type, source)


@pytest.mark.parametrize(
    ("package_type", "name"),
    [
        (PackageType.PACKAGE_CONFIG, "config.zip"),
        (PackageType.TXT_DICTIONARY, "synonyms"),
        (PackageType.TXT_DICTIONARY, "stop.words.dic"),
    ],
)
def test_names_that_the_service_takes_are_taken(package_type: PackageType, name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("content")
    stack = new_stack()
    package(stack, package_type, PackageSource.from_asset(tmp_path / name))

    assert properties_of(stack)["PackageType"] == package_type.value


@pytest.mark.parametrize("name", LICENSES)
def test_a_license_is_json_or_xml(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(LICENSES[name])
    package(new_stack(), PackageType.PACKAGE_LICENSE, PackageSource.from_asset(tmp_path / name))


@pytest.mark.parametrize("name", NO_LICENSES)
def test_a_license_that_is_not_what_its_name_says_is_an_error(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(NO_LICENSES[name])
    kind = name.rsplit(".", 1)[1].upper()
    with pytest.raises(ValueError, match=f"'path' must be {kind} in a package of type PACKAGE-LICENSE, got '.*{name}'"):
        package(new_stack(), PackageType.PACKAGE_LICENSE, PackageSource.from_asset(tmp_path / name))


@pytest.mark.parametrize("text", ["{}", "<license/>", "\ufeff<license/>", "\ufeff{}", Token.as_string({"Ref": "P"})])
def test_a_license_can_be_text(text: str) -> None:
    stack = new_stack()
    package(stack, PackageType.PACKAGE_LICENSE, PackageSource.from_inline(text))

    assert properties_of(stack)["PackageContent"] == stack.resolve(text)


@pytest.mark.parametrize("text", ["This is the license", "{]"])
def test_text_that_is_neither_json_nor_xml_is_no_license(text: str) -> None:
    with pytest.raises(ValueError, match="'text' must be JSON or XML in a package of type PACKAGE-LICENSE"):
        package(new_stack(), PackageType.PACKAGE_LICENSE, PackageSource.from_inline(text))


SUSPICIOUS = {
    "is not UTF-8": b"Sofa, Liege, Gest\xfchl",
    "is not UTF-8, the only": "sofa, couch".encode("utf-16"),
    "begins with a byte order mark": b"\xef\xbb\xbfsofa, couch",
    "has NUL characters": b"sofa\0couch",
}


@pytest.mark.parametrize("told", SUSPICIOUS)
def test_a_dictionary_whose_words_may_never_match_is_a_warning_and_no_error(told: str, tmp_path: Path) -> None:
    file = tmp_path / "words.dic"
    file.write_bytes(SUSPICIOUS[told])
    stack = new_stack()
    package(stack, PackageType.TXT_DICTIONARY, PackageSource.from_asset(file))

    (warning,) = warnings_of(stack)
    assert warning.startswith(f"the dictionary '{file}' ")
    assert told in warning


@pytest.mark.parametrize("told", ["begins with a byte order mark", "has NUL characters"])
def test_the_same_of_a_dictionary_that_is_text(told: str) -> None:
    stack = new_stack()
    package(stack, PackageType.TXT_DICTIONARY, PackageSource.from_inline(SUSPICIOUS[told].decode()))

    (warning,) = warnings_of(stack)
    assert warning.startswith("the dictionary in 'text' ")
    assert told in warning


def test_a_character_is_not_cut_where_a_large_dictionary_is_read_in_parts(tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_bytes(b"x" * ((1 << 20) - 1) + "ü".encode())
    stack = new_stack()
    package(stack, PackageType.TXT_DICTIONARY, PackageSource.from_asset(file))

    assert warnings_of(stack) == []


def test_a_dictionary_in_utf8_is_no_warning(tmp_path: Path) -> None:
    file = tmp_path / "synonyms.txt"
    file.write_text("ソファ, 長椅子", encoding="utf-8")
    stack = new_stack()
    package(stack, PackageType.TXT_DICTIONARY, PackageSource.from_asset(file))

    assert warnings_of(stack) == []


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


@pytest.mark.parametrize(
    "key", ["s3://sources/words.txt", "https://sources.s3.amazonaws.com/words.txt", "arn:aws:s3:::sources/words.txt"]
)
def test_another_name_of_an_object_is_no_key(key: str) -> None:
    bucket = s3.Bucket.from_bucket_name(new_stack(), "Bucket", "sources")
    with pytest.raises(ValueError, match=r"'key' must be the key alone, .*; the bucket is 'bucket'"):
        PackageSource.from_bucket(bucket, key)


def test_a_bucket_of_another_region_is_an_error() -> None:
    stack = Stack(App(), "Stack", env={"region": "us-east-1", "account": "123456789012"})
    bucket = s3.Bucket.from_bucket_attributes(stack, "Bucket", bucket_name="sources", region="eu-west-1")
    with pytest.raises(ValueError, match="'bucket' must be in the stack's Region us-east-1, got one in eu-west-1"):
        dictionary(stack, source=PackageSource.from_bucket(bucket, "words.txt"))


def test_a_bucket_whose_region_is_not_known_yet_is_taken() -> None:
    stack = new_stack()
    bucket = s3.Bucket.from_bucket_attributes(stack, "Bucket", bucket_name="sources", region="eu-west-1")
    dictionary(stack, source=PackageSource.from_bucket(bucket, "words.txt"), provider=existing_provider(stack))

    assert properties_of(stack)["PackageSource"]["S3BucketName"] == "sources"


@pytest.mark.parametrize("package_type", [PackageType.ZIP_PLUGIN, PackageType.PACKAGE_CONFIG])
def test_an_archive_cannot_be_text(package_type: PackageType) -> None:
    make: Callable[..., object] = plugin if package_type == PackageType.ZIP_PLUGIN else dictionary_of(package_type)
    message = f"'source' can be text for a TXT-DICTIONARY or a PACKAGE-LICENSE, got text for a {package_type}"
    with pytest.raises(ValueError, match=message):
        make(new_stack(), source=PackageSource.from_inline("content"))


def test_text_is_measured_in_bytes() -> None:
    PackageSource.from_inline("a" * 256_000)
    with pytest.raises(ValueError, match=r"'text' must have 1 to 256,000 bytes in UTF-8, got 256,001; .*from_asset"):
        PackageSource.from_inline("a" * 256_001)


@pytest.mark.parametrize("character", ["ж", "\N{GRINNING FACE}", "\x01"])
def test_text_is_measured_as_cloudformation_sends_it_too(character: str) -> None:
    # Written as JSON in ASCII the quotes count, and so do six bytes or twice six for a character outside of it.
    fits = (400_000 - 2) // (len(json.dumps(character)) - 2)
    PackageSource.from_inline(character * fits)
    with pytest.raises(ValueError, match=r"'text' must have at most 400,000 characters when it is written as JSON"):
        PackageSource.from_inline(character * (fits + 1))


def test_empty_text_is_an_error() -> None:
    with pytest.raises(ValueError, match="'text' must have 1 to 256,000 bytes in UTF-8, got 0"):
        PackageSource.from_inline("")
