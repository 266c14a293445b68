"""Whatever is given, the end is a construct, a warning, or an error of ours that names the option."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Duration, Stack
from aws_cdk.aws_kms import Key
from aws_cdk.aws_opensearchservice import EngineVersion
from aws_cdk.aws_s3 import Bucket
from constructs import Construct
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cdk_opensearch_packages import (
    AssociatedPackage,
    Package,
    PackageAssociation,
    PackageConfiguration,
    PackageProvider,
    PackageSource,
    PackageType,
    RequirementLevel,
)
from tests.support.plugin_archives import DESCRIPTOR, descriptor
from tests.unit.infrastructure.stacks import (
    PROVIDER_ARN,
    association,
    dictionary,
    existing_domain,
    existing_provider,
    plugin,
)

STACK = Stack(App(), "Stack")
BUCKET = Bucket.from_bucket_name(STACK, "Bucket", "sources")
PROVIDER = existing_provider(STACK)
NUMBERS = itertools.count()
NAMES_ITS_OPTION = re.compile(r"^'[a-z_]+' (must|takes|is|can|needs)")

some_text = st.text(st.characters(), max_size=40)  # half surrogates and control characters, too
anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    some_text,
    st.binary(max_size=9),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(some_text, st.integers(), max_size=1),
    st.sampled_from([object(), Package, Bucket, Duration.minutes(1), BUCKET, PackageType.ZIP_PLUGIN, PROVIDER]),
)
quickly = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def fresh() -> Construct:
    """A scope of its own in the one stack: a whole app for each example would be slow."""
    return Construct(STACK, f"Scope{next(NUMBERS)}")


def check(error: Exception) -> None:
    is_ours = type(error).__module__.startswith("cdk_opensearch_packages")
    assert is_ours or type(error) in (ValueError, TypeError), repr(error)
    assert NAMES_ITS_OPTION.match(str(error)), str(error)
    assert not str(error).endswith(".")


OPTIONS = [
    "package_type",
    "source",
    "package_name",
    "description",
    "engine_version",
    "commit_message",
    "configuration",
    "encryption_key",
    "vending_enabled",
    "removal_policy",
    "timeout",
    "adopt",
    "adopt_from",
    "provider",
]


@quickly
@given(option=st.sampled_from(OPTIONS), value=anything)
def test_whatever_an_option_of_a_package_is_given(option: str, value: Any) -> None:
    options = {"provider": PROVIDER, "source": PackageSource.from_bucket(BUCKET, "plugin.zip"), option: value}
    try:
        plugin(fresh(), **options)
    except (ValueError, TypeError) as error:
        check(error)


@quickly
@given(name=some_text, description=some_text, message=some_text, version=some_text, object_version=some_text)
def test_whatever_text_a_package_is_given(
    name: str, description: str, message: str, version: str, object_version: str
) -> None:
    try:
        plugin(
            fresh(),
            source=PackageSource.from_bucket(BUCKET, "plugin.zip", object_version, message),
            package_name=name,
            description=description,
            commit_message=message,
            engine_version=EngineVersion.open_search(version),
            provider=PROVIDER,
        )
    except (ValueError, TypeError) as error:
        check(error)


@quickly
@given(option=st.sampled_from(["domain", "packages", "wait", "timeout", "removal_policy", "provider"]), value=anything)
def test_whatever_an_option_of_an_association_is_given(option: str, value: Any) -> None:
    scope = fresh()
    options: dict[str, Any] = {
        "domain": existing_domain(scope),
        "packages": [Package.from_package_id(scope, "Package", "F1")],
        "provider": PROVIDER,
        option: value,
    }
    try:
        PackageAssociation(scope, "Association", **options)
    except (ValueError, TypeError) as error:
        check(error)


@quickly
@given(package=anything, prerequisite=anything, role=anything, name=some_text)
def test_whatever_the_packages_of_an_association_are_given(
    package: Any, prerequisite: Any, role: Any, name: str
) -> None:
    known = Package.from_package_id(fresh(), "Package", "F1")
    for call in (
        lambda: association(fresh(), [known, package], provider=PROVIDER),
        lambda: AssociatedPackage(package),
        lambda: AssociatedPackage(known, prerequisites=prerequisite),
        lambda: AssociatedPackage(known, prerequisites=[prerequisite]),
        lambda: AssociatedPackage(known, key_access_role=role),
        lambda: association(fresh(), [Package.from_package_name(fresh(), "Named", name)], provider=PROVIDER),
        lambda: Package.from_package_name(fresh(), "Named", package),
        lambda: association(fresh(), [known], provider=PROVIDER).reference_path(package),
    ):
        try:
            call()
        except (ValueError, TypeError) as error:
            check(error)


PROVIDER_OPTIONS = [
    "log_group",
    "runtime",
    "memory_size",
    "vpc",
    "vpc_subnets",
    "security_groups",
    "role",
    "staging_bucket",
    "reserved_concurrent_executions",
    "on_failure",
    "environment_encryption",
    "tracing",
]


@settings(quickly, max_examples=25)
@given(option=st.sampled_from(PROVIDER_OPTIONS), value=anything.filter(lambda value: value is not BUCKET))
def test_whatever_an_option_of_a_provider_is_given(option: str, value: Any) -> None:
    options: dict[str, Any] = {option: value}
    try:
        PackageProvider(fresh(), "Provider", **options)
    except (ValueError, TypeError) as error:
        check(error)


@quickly
@given(value=anything, other=anything)
def test_whatever_a_source_or_a_reference_is_given(value: Any, other: Any) -> None:
    for call in (
        lambda: PackageSource.from_asset(value)._bind(fresh(), PackageType.TXT_DICTIONARY, None),
        lambda: PackageSource.from_bucket(value, other),
        lambda: PackageSource.from_bucket(BUCKET, value, other, value),
        lambda: dictionary(fresh(), source=PackageSource.from_inline(value), provider=PROVIDER),
        lambda: Package.from_package_attributes(fresh(), "A", package_id=value, package_version=other),
        lambda: PackageProvider.from_service_token(fresh(), "A", value, other),
        lambda: PackageProvider.from_service_token(fresh(), "A", PROVIDER_ARN, other),
        lambda: PackageType.of(value),
        lambda: PackageConfiguration(
            license_requirement=RequirementLevel.NONE,
            configuration_requirement=value,
            license_filepath=other,
            requires_restart_for_configuration_update=value,
        ),
    ):
        try:
            call()
        except (ValueError, TypeError) as error:
            check(error)


@st.composite
def damaged_archives(draw: st.DrawFn) -> bytes:
    """An archive with some bytes changed, taken out or added."""
    file = io.BytesIO()
    method = draw(st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]))
    with zipfile.ZipFile(file, "w", compression=method) as archive:
        archive.writestr(DESCRIPTOR, draw(st.one_of(st.just(descriptor()), st.binary(max_size=80))))
        archive.writestr("plugin.jar", b"jar")
    content = bytearray(file.getvalue())
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(content) - 1))
        content[at : at + draw(st.integers(0, 3))] = draw(st.binary(max_size=3))
    return bytes(content)


@settings(quickly, max_examples=100)
@given(content=st.one_of(damaged_archives(), st.binary(min_size=1, max_size=200)))
def test_whatever_is_in_an_archive(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "plugin.zip"
    path.write_bytes(content)
    try:
        PackageSource.from_asset(path)._bind(fresh(), PackageType.ZIP_PLUGIN, EngineVersion.OPENSEARCH_2_17)
    except (ValueError, TypeError) as error:
        check(error)


lines = st.lists(
    st.sampled_from([b"opensearch.version", b"=", b":", b" ", b"\\", b"\n", b"\r", b"\\u00", b"2.17.0", b"#"])
)


@settings(quickly, max_examples=60)
@given(text=st.one_of(lines.map(b"".join), st.binary(max_size=60)))
def test_whatever_is_in_a_descriptor(text: bytes, tmp_path: Path) -> None:
    path = tmp_path / "plugin.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(DESCRIPTOR, text)
    try:
        PackageSource.from_asset(path)._bind(fresh(), PackageType.ZIP_PLUGIN, EngineVersion.OPENSEARCH_2_17)
    except (ValueError, TypeError) as error:
        check(error)


@quickly
@given(
    content=st.one_of(
        st.binary(min_size=1, max_size=60), st.sampled_from([b"[" * 20_000, b"<a>" * 10_000, b'{"a":' * 20_000])
    ),
    name=st.sampled_from(["license.json", "license.xml", "words.txt", "words"]),
)
def test_whatever_is_in_a_dictionary_or_a_license(content: bytes, name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    is_license = name.startswith("license")
    package_type = PackageType.PACKAGE_LICENSE if is_license else PackageType.TXT_DICTIONARY
    try:
        PackageSource.from_asset(path)._bind(fresh(), package_type, None)
    except (ValueError, TypeError) as error:
        check(error)


def test_a_key_of_the_cdk_is_what_these_tests_take_for_one() -> None:
    with pytest.raises(TypeError, match="'encryption_key' takes"):
        plugin(fresh(), encryption_key=BUCKET, provider=PROVIDER)
    key = Key.from_key_arn(fresh(), "Key", "arn:aws:kms:eu-west-1:123456789012:key/abc")
    plugin(fresh(), encryption_key=key, provider=PROVIDER)
