"""Where a package's bytes come from."""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from aws_cdk import Annotations, Token
from aws_cdk.aws_opensearchservice import EngineVersion
from aws_cdk.aws_s3 import IBucket
from aws_cdk.aws_s3_assets import Asset
from constructs import Construct

from .checks import check_key, check_suffix
from .package_type import PackageType
from .plugin_archive import check_plugin_archive

_TEXT_TYPES = (PackageType.TXT_DICTIONARY, PackageType.PACKAGE_LICENSE)
_TEXT_BYTES = 256_000


@dataclass(frozen=True)
class S3Object:
    """An object that the provider has to read."""

    bucket: IBucket
    key: str
    version: str | None = None

    @property
    def arn(self) -> str:
        """The ARN of exactly this object: what IAM would read as a pattern is written as a character."""
        key = self.key if Token.is_unresolved(self.key) else re.sub(r"[*?$]", r"${\g<0>}", self.key)
        return self.bucket.arn_for_objects(key)


@dataclass(frozen=True)
class SourceConfig:
    """A source in terms of the custom resource."""

    properties: Mapping[str, object]
    s3_object: S3Object | None = None


class PackageSource(ABC):
    """Where a package's bytes come from: a local file, an S3 object, or text in the template."""

    @staticmethod
    def from_asset(path: str | PathLike[str]) -> "PackageSource":
        """Takes a file of the machine that synthesizes; its content decides when there is a new version.

        Args:
            path: The file, relative to the working folder or absolute. A plugin is the ``.zip`` that its build
                makes. Dictionaries are text in UTF-8.
        """
        return _AssetSource(Path(path))

    @staticmethod
    def from_bucket(
        bucket: IBucket, key: str, object_version: str | None = None, source_hash: str | None = None
    ) -> "PackageSource":
        """Takes an object of an S3 bucket in the package's Region.

        A new upload to the same key is nothing that CloudFormation can see: change ``object_version`` or
        ``source_hash`` with it, and the package gets a new version.

        Args:
            bucket: The bucket. Where CDK knows the key that encrypts it, decrypting is granted too.
            key: The object's key, 1 to 1024 bytes.
            object_version: The version of the object. Default: the newest at the time of the deployment.
            source_hash: Any string that changes with the content. Default: only a changed ``bucket``, ``key`` or
                ``object_version`` makes a new version of the package.

        Raises:
            ValueError: ``key`` is empty or too long.
        """
        check_key(key)
        return _BucketSource(S3Object(bucket, key, object_version or None), source_hash or None)

    @staticmethod
    def from_inline(text: str) -> "PackageSource":
        """Takes the content itself, for dictionaries and licenses that are small.

        Args:
            text: The content, at most 256,000 bytes in UTF-8. It becomes a part of the template.

        Raises:
            ValueError: ``text`` is empty or too long.
        """
        return _InlineSource(text)

    @abstractmethod
    def _bind(self, scope: Construct, package_type: PackageType, engine_version: EngineVersion | None) -> SourceConfig:
        """Called by the package that uses this source.

        Raises:
            ValueError: The source does not fit the package.
        """


class _AssetSource(PackageSource):
    def __init__(self, path: Path) -> None:
        self._path = path

    def _bind(self, scope: Construct, package_type: PackageType, engine_version: EngineVersion | None) -> SourceConfig:
        path = self._path
        if not path.exists():
            raise ValueError(f"there is no file at '{path.absolute()}' for the package; correct the path, got '{path}'")
        if not path.is_file():
            raise ValueError(f"the source of a package must be a file, got '{path}', a folder; name one file")
        if path.stat().st_size == 0:
            raise ValueError(f"the source of a package must not be empty, got '{path}' with 0 bytes")
        check_suffix(package_type, path.name)
        if package_type == PackageType.ZIP_PLUGIN and engine_version is not None:
            check_plugin_archive(path, engine_version.version)
        if package_type == PackageType.TXT_DICTIONARY and not _is_utf8(path):
            Annotations.of(scope).add_warning_v2(
                "cdk-opensearch-packages:dictionaryNotUtf8",
                f"the dictionary '{path}' is not UTF-8, the only encoding that the service supports for text; "
                "save it as UTF-8, or acknowledge this if it is a binary dictionary for Sudachi",
            )
        asset = Asset(scope, "Source", path=str(path))
        return _s3_config(S3Object(asset.bucket, asset.s3_object_key))


class _BucketSource(PackageSource):
    def __init__(self, s3_object: S3Object, source_hash: str | None) -> None:
        self._object = s3_object
        self._hash = source_hash

    def _bind(self, scope: Construct, package_type: PackageType, engine_version: EngineVersion | None) -> SourceConfig:
        check_suffix(package_type, self._object.key)
        return _s3_config(self._object, self._hash)


class _InlineSource(PackageSource):
    def __init__(self, text: str) -> None:
        size = len(text.encode())
        if not (Token.is_unresolved(text) or 1 <= size <= _TEXT_BYTES):
            raise ValueError(
                f"the text of a package must have 1 to {_TEXT_BYTES:,} bytes in UTF-8, got {size:,}; "
                "put longer ones into a file and use PackageSource.from_asset"
            )
        self._text = text

    def _bind(self, scope: Construct, package_type: PackageType, engine_version: EngineVersion | None) -> SourceConfig:
        if package_type not in _TEXT_TYPES:
            raise ValueError(
                f"text can be the source of a {' or a '.join(map(str, _TEXT_TYPES))}, got a {package_type.value}; "
                "put it into a file and use PackageSource.from_asset"
            )
        return SourceConfig({"PackageContent": self._text})


def _s3_config(s3_object: S3Object, source_hash: str | None = None) -> SourceConfig:
    source = {
        "S3BucketName": s3_object.bucket.bucket_name,
        "S3Key": s3_object.key,
        "S3ObjectVersion": s3_object.version,
    }
    return SourceConfig({"PackageSource": source, "SourceHash": source_hash}, s3_object)


def _is_utf8(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8") as file:
            while file.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return False
    return True
