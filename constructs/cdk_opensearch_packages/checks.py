"""Mistakes that are known at synthesis, said in words that tell what to change.

A token has no value yet, so every check passes over it.
"""

import re

from aws_cdk import Annotations, Duration, Token
from aws_cdk.aws_kms import IKey
from aws_cdk.aws_opensearchservice import EngineVersion
from constructs import Construct

from .arguments import check_interface, check_text, check_type
from .configuration import PackageConfiguration
from .environments import check_region_of
from .package_type import PackageType

_NAME = re.compile(r"[a-z][a-z0-9-]{2,255}")
_PACKAGE_ID = re.compile(r"[FG][0-9]+|pkg-[a-f0-9]+")
_OWNER = re.compile(r"[^/]+/[^/]+")
_ENGINE_VERSION = re.compile(r"Elasticsearch_[0-9]\.[0-9]{1,2}|OpenSearch_[0-9]{1,2}\.[0-9]{1,2}")
# The API's model allows 256 characters, its predecessor's 28. Dictionaries with names of 48 have been made.
_LONGEST_KNOWN_NAME = 48
_KEY_BYTES = 1024
_MINUTE, _HOUR = 60, 3600
_KNOWN_TYPES = (
    PackageType.TXT_DICTIONARY,
    PackageType.ZIP_PLUGIN,
    PackageType.PACKAGE_LICENSE,
    PackageType.PACKAGE_CONFIG,
)
_SUFFIXES = {
    PackageType.ZIP_PLUGIN: (".zip",),
    PackageType.PACKAGE_CONFIG: (".zip",),
    PackageType.PACKAGE_LICENSE: (".json", ".xml"),
}


def check_name(scope: Construct, name: str | None) -> None:
    """Refuses a package name that the service would refuse, and warns of one that it may refuse."""
    check_text("package_name", name)
    if not name or Token.is_unresolved(name):
        return
    _check_characters(name, "leave it out to have one made")
    if len(name) > _LONGEST_KNOWN_NAME:
        Annotations.of(scope).add_warning_v2(
            "cdk-opensearch-packages:longPackageName",
            f"'package_name' has {len(name)} characters, and only {_LONGEST_KNOWN_NAME} are known to work: AWS's own "
            f"models disagree on the limit, got '{name}'",
        )


def check_existing_name(name: str) -> None:
    """Refuses what cannot be the name of a package."""
    check_text("package_name", name, optional=False)
    if not Token.is_unresolved(name):
        _check_characters(name, "aws opensearch describe-packages shows the names of packages")


def _check_characters(name: str, remedy: str) -> None:
    if not _NAME.fullmatch(name):
        raise ValueError(
            "'package_name' must have 3 to 256 characters, a lower-case letter first and then lower-case letters, "
            f"digits and hyphens, got '{name}' ({len(name)} characters); {remedy}"
        )


def check_package_id(package_id: str) -> None:
    """Refuses what cannot be the id of a package.

    The pattern is the API's:
    https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_UpdatePackage.html
    """
    check_text("package_id", package_id, optional=False)
    if Token.is_unresolved(package_id) or _PACKAGE_ID.fullmatch(package_id):
        return
    raise ValueError(
        f"'package_id' must be 'F' or 'G' and digits, or 'pkg-' and hexadecimal digits, got '{package_id}'; "
        "aws opensearch describe-packages shows the id of a package by its name"
    )


def check_adoption(adopt: str | None, adopt_from: str | None) -> None:
    """Refuses what cannot be the id of a package of the account, and an owner that is none."""
    check_text("adopt", adopt)
    check_text("adopt_from", adopt_from)
    if adopt and not Token.is_unresolved(adopt):
        if adopt.startswith("G"):
            raise ValueError(
                f"'adopt' must be the id of a package of the account, got '{adopt}', which is AWS's own and nobody can "
                "manage; refer to it with Package.from_package_id"
            )
        if not _PACKAGE_ID.fullmatch(adopt):
            raise ValueError(
                f"'adopt' must be 'F' and digits, or 'pkg-' and hexadecimal digits, got '{adopt}'; "
                "aws opensearch describe-packages shows the id of a package by its name"
            )
    if adopt_from and not adopt:
        raise ValueError(
            f"'adopt_from' is only for 'adopt', got '{adopt_from}' alone; give the id of the package in 'adopt', too"
        )
    if adopt_from and not Token.is_unresolved(adopt_from) and not _OWNER.fullmatch(adopt_from):
        raise ValueError(
            f"'adopt_from' must be a stack's name, a slash and a logical id, got '{adopt_from}'; the mark at the end "
            "of the package's description has both"
        )


def check_engine_version(package_type: PackageType, engine_version: EngineVersion | None) -> None:
    """Refuses a plugin without an engine version, an engine version on anything else, and one that is none."""
    takes = "an EngineVersion, such as EngineVersion.open_search('2.17')"
    check_type("engine_version", engine_version, EngineVersion, takes)
    if package_type == PackageType.ZIP_PLUGIN and engine_version is None:
        raise ValueError(
            "'engine_version' must be given for a package of type ZIP-PLUGIN, got none; name the version that the "
            "plugin was built for, such as EngineVersion.open_search('2.17')"
        )
    if engine_version is None:
        return
    version = engine_version.version
    if _is_no_plugin(package_type):
        raise ValueError(
            f"'engine_version' is for packages of type ZIP-PLUGIN only, got '{version}' for a {package_type}; leave "
            "it out, the package works with every version"
        )
    if not Token.is_unresolved(version) and not _ENGINE_VERSION.fullmatch(version):
        raise ValueError(
            f"'engine_version' must be a major and a minor version, as the API takes it, got '{version}'; write it "
            "such as EngineVersion.open_search('2.17')"
        )


def check_configuration(package_type: PackageType, configuration: PackageConfiguration | None) -> None:
    """Refuses the configuration of a plugin on anything else."""
    check_type("configuration", configuration, PackageConfiguration, "a PackageConfiguration")
    if configuration is not None and _is_no_plugin(package_type):
        raise ValueError(
            f"'configuration' is for packages of type ZIP-PLUGIN only, got it for a {package_type}; leave it out"
        )


def check_encryption_key(scope: Construct, package_type: PackageType, key: IKey | None) -> None:
    """Refuses a key of another Region, and warns of one on what the service encrypts with its own keys only."""
    takes = "a key of KMS, such as Key.from_key_arn(self, 'Key', arn)"
    check_interface("encryption_key", key, ("key_arn", "key_id", "grant"), takes)
    if key is None:
        return
    check_region_of("encryption_key", key, scope)
    if _is_no_plugin(package_type):
        Annotations.of(scope).add_warning_v2(
            "cdk-opensearch-packages:encryptionKeyWithoutPlugin",
            f"'encryption_key' is documented for packages of type ZIP-PLUGIN only, got it for a {package_type}; the "
            "service may refuse it",
        )


def check_timeout(timeout: Duration) -> None:
    """Refuses what CloudFormation cannot wait, and what is too short for any package."""
    check_type("timeout", timeout, Duration, "a Duration, such as Duration.minutes(10)", optional=False)
    if timeout.is_unresolved():
        return
    seconds = timeout.to_seconds(integral=False)
    if not _MINUTE <= seconds <= _HOUR:
        raise ValueError(
            f"'timeout' must be from one minute to one hour, got {seconds:g} seconds; an hour is the longest that "
            "CloudFormation waits"
        )
    if seconds != int(seconds):
        raise ValueError(f"'timeout' must be whole seconds, got {seconds:g}; CloudFormation takes no fractions")


def check_suffix(option: str, package_type: PackageType, file_name: str) -> None:
    """Refuses a file name, or an object's key, with an ending that the service refuses."""
    allowed = _SUFFIXES.get(package_type)
    if allowed is None or Token.is_unresolved(file_name) or file_name.endswith(allowed):
        return
    raise ValueError(
        f"'{option}' must end in {' or '.join(allowed)} for a package of type {package_type}, got '{file_name}'; "
        "the service accepts nothing else, so name the file accordingly"
    )


def check_key(key: str) -> None:
    """Refuses a key that no S3 object can have, and what is no key but names an object in another way."""
    check_text("key", key, optional=False)
    if Token.is_unresolved(key):
        return
    size = len(key.encode())
    if not 1 <= size <= _KEY_BYTES:
        raise ValueError(f"'key' must have 1 to {_KEY_BYTES} bytes in UTF-8, as S3 wants it, got {size}")
    if key.startswith(("s3://", "https://", "http://", "arn:")):
        raise ValueError(
            f"'key' must be the key alone, such as 'dictionaries/synonyms.txt', got '{key}'; the bucket is 'bucket'"
        )


def _is_no_plugin(package_type: PackageType) -> bool:
    # Of a type that the API has added, nothing is known.
    return package_type in _KNOWN_TYPES and package_type != PackageType.ZIP_PLUGIN
