"""Mistakes that are known at synthesis, said in words that tell what to change.

A token has no value yet, so every check passes over it.
"""

import re

from aws_cdk import Annotations, Duration, Stack, Token
from aws_cdk.aws_lambda import Runtime
from aws_cdk.aws_opensearchservice import EngineVersion
from constructs import Construct, IConstruct

from .package_type import PackageType

_NAME = re.compile(r"[a-z][a-z0-9-]{2,255}")
_PACKAGE_ID = re.compile(r"[FG][0-9]+|pkg-[a-f0-9]+")
# The API's model allows 256 characters, its predecessor's 28. What the service really takes is not documented.
_SAFE_NAME_LENGTH = 28
_OLDEST_PYTHON_MINOR = 11
_KEY_BYTES = 1024
_MINUTE, _HOUR = 60, 3600
_SUFFIXES = {
    PackageType.ZIP_PLUGIN: (".zip",),
    PackageType.PACKAGE_CONFIG: (".zip",),
    PackageType.PACKAGE_LICENSE: (".json", ".xml"),
}


def check_name(scope: Construct, name: str | None) -> None:
    """Refuses a package name that the service would refuse, and warns of one that it may refuse."""
    if name is None or Token.is_unresolved(name):
        return
    if not _NAME.fullmatch(name):
        raise ValueError(
            "'package_name' must have 3 to 256 characters, a lower-case letter first and then lower-case letters, "
            f"digits and hyphens, got '{name}' ({len(name)} characters); leave it out to have one made"
        )
    if len(name) > _SAFE_NAME_LENGTH:
        Annotations.of(scope).add_warning_v2(
            "cdk-opensearch-packages:longPackageName",
            f"'package_name' has {len(name)} characters, and only {_SAFE_NAME_LENGTH} are safe: AWS's own models "
            f"disagree on the limit, got '{name}'",
        )


def check_package_id(package_id: str) -> None:
    """Refuses what cannot be the id of a package.

    The pattern is the API's:
    https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_UpdatePackage.html
    """
    if Token.is_unresolved(package_id) or _PACKAGE_ID.fullmatch(package_id):
        return
    raise ValueError(
        f"'package_id' must be 'F' or 'G' and digits, or 'pkg-' and hexadecimal digits, got '{package_id}'; "
        "aws opensearch describe-packages shows the id of a package by its name"
    )


def check_length(option: str, value: str | None, maximum: int) -> None:
    """Refuses a text of more than ``maximum`` characters."""
    if value is None or Token.is_unresolved(value) or len(value) <= maximum:
        return
    raise ValueError(f"'{option}' must have at most {maximum} characters, got {len(value)}")


def check_engine_version(package_type: PackageType, engine_version: EngineVersion | None) -> None:
    """Refuses a plugin without an engine version, and an engine version on anything else."""
    is_plugin = package_type == PackageType.ZIP_PLUGIN
    if is_plugin and engine_version is None:
        raise ValueError(
            "a package of type ZIP-PLUGIN needs 'engine_version', got none; name the version that the plugin was "
            "built for, such as EngineVersion.open_search('2.17')"
        )
    if not is_plugin and engine_version is not None:
        raise ValueError(
            f"'engine_version' is for packages of type ZIP-PLUGIN only, got '{engine_version.version}' for a "
            f"{package_type.value}; leave it out, the package works with every version"
        )


def check_timeout(timeout: Duration) -> None:
    """Refuses what CloudFormation cannot wait, and what is too short for any package."""
    if timeout.is_unresolved():
        return
    seconds = timeout.to_seconds(integral=False)
    if not _MINUTE <= seconds <= _HOUR:
        raise ValueError(
            f"'timeout' must be from one minute to one hour, got {seconds:g} seconds; an hour is the longest that "
            "CloudFormation waits"
        )


def check_runtime(runtime: Runtime) -> None:
    """Refuses a runtime that cannot load the handler: nothing would ever be answered."""
    name = runtime.name
    version = re.fullmatch(r"python3\.(\d+)", name)
    if Token.is_unresolved(name) or (version and int(version.group(1)) >= _OLDEST_PYTHON_MINOR):
        return
    raise ValueError(
        f"'runtime' must be Python 3.{_OLDEST_PYTHON_MINOR} or later, got '{name}'; leave it out for the newest "
        "that this version of the CDK knows"
    )


def check_region(construct: Construct, provider: IConstruct) -> None:
    """Refuses a provider in another Region: CloudFormation does not call it."""
    here, there = Stack.of(construct).region, Stack.of(provider).region
    if Token.is_unresolved(here) or Token.is_unresolved(there) or here == there:
        return
    raise ValueError(
        f"'provider' must be in the package's Region {here}, got one in {there}; make a provider in {here}"
    )


def check_suffix(package_type: PackageType, file_name: str) -> None:
    """Refuses a file name, or an object's key, with an ending that the service refuses."""
    allowed = _SUFFIXES.get(package_type)
    if allowed is None or Token.is_unresolved(file_name) or file_name.endswith(allowed):
        return
    raise ValueError(
        f"the source of a {package_type.value} must end in {' or '.join(allowed)}, got '{file_name}'; "
        "the service accepts nothing else, so name the file accordingly"
    )


def check_key(key: str) -> None:
    """Refuses a key that no S3 object can have."""
    if Token.is_unresolved(key):
        return
    size = len(key.encode())
    if not 1 <= size <= _KEY_BYTES:
        raise ValueError(f"'key' must have 1 to {_KEY_BYTES} bytes in UTF-8, as S3 wants it, got {size}")
