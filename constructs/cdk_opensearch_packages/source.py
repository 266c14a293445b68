"""Where a package's bytes come from."""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from aws_cdk import AssetHashType, Resource, Stack, Token
from aws_cdk.aws_opensearchservice import EngineVersion
from aws_cdk.aws_s3 import IBucket
from aws_cdk.aws_s3_assets import Asset
from constructs import Construct

from .arguments import check_interface, check_text, check_type
from .checks import check_key, check_suffix
from .content import check_license, content_of, content_of_file, warn_of_dictionary
from .environments import check_region_of
from .package_type import PackageType
from .plugin_archive import check_plugin_archive

_INLINE_TYPES = (PackageType.TXT_DICTIONARY, PackageType.PACKAGE_LICENSE)
_TEXT_BYTES = 256_000
# CloudFormation sends the old and the new text in one event of at most 1 MB, written as JSON in ASCII.
_TEXT_IN_ASCII = 400_000


@dataclass(frozen=True)
class S3Object:
    """An object that the provider has to read.

    Attributes:
        bucket: Its bucket.
        key: Its key.
        version: Its version. Default: the newest.
        readable: The keys that the provider may read, in IAM's wildcards. Default: ``key`` and no other.
        account: The account of the bucket, as far as it is known.
    """

    bucket: IBucket
    key: str
    version: str | None = None
    readable: str | None = None
    account: str | None = None

    @property
    def arn(self) -> str:
        """The ARN of what may be read."""
        return self.bucket.arn_for_objects(self.readable or literal(self.key))


def literal(key: str) -> str:
    """Returns the pattern that fits this key only: what IAM would read as a wildcard is written as a character."""
    return key if Token.is_unresolved(key) else re.sub(r"[*?$]", r"${\g<0>}", key)


@dataclass(frozen=True)
class SourceConfig:
    """A source in terms of the custom resource.

    Attributes:
        properties: The properties that name the source.
        s3_object: What the provider has to read.
        content_hash: What is known at synthesis and changes with the content. None where nothing does.
    """

    properties: Mapping[str, object]
    s3_object: S3Object | None = None
    content_hash: str | None = None


class PackageSource(ABC):
    """Where a package's bytes come from: a local file, an S3 object, or text in the template."""

    @staticmethod
    def from_asset(path: str | PathLike[str]) -> "PackageSource":
        """Takes a file of the machine that synthesizes; its bytes decide whether there is a new version.

        Args:
            path: The file, relative to the working folder or absolute. A plugin is the ``.zip`` that its build makes.
                Dictionaries are text in UTF-8.

        Raises:
            TypeError: ``path`` is no path.
        """
        check_type("path", path, (str, PathLike), "the path of a file", optional=False)
        return _AssetSource(path)

    @staticmethod
    def from_bucket(
        bucket: IBucket, key: str, object_version: str | None = None, source_hash: str | None = None
    ) -> "PackageSource":
        """Takes an object of an S3 bucket in the package's Region.

        A new upload to the same key is nothing that CloudFormation can see: change ``object_version`` or
        ``source_hash`` with it, and the package gets a new version.

        Args:
            bucket: The bucket. Where CDK knows the key that encrypts it, decrypting is granted too. A bucket of
                another account has to allow the role of the provider to read the object.
            key: The key of the object, 1 to 1024 bytes.
            object_version: The version of the object. Default: the newest at the time of the deployment.
            source_hash: Any string that changes with the content. Default: only a changed ``bucket``, ``key`` or
                ``object_version`` makes a new version of the package.

        Raises:
            TypeError: An argument is of another type.
            ValueError: ``key`` is empty, too long, or a URL.
        """
        takes = "a bucket, such as Bucket.from_bucket_name(self, 'Bucket', 'my-bucket')"
        check_interface("bucket", bucket, ("bucket_name", "arn_for_objects"), takes, optional=False)
        check_text("object_version", object_version)
        check_text("source_hash", source_hash)
        check_key(key)
        return _BucketSource(bucket, key, object_version or None, source_hash or None)

    @staticmethod
    def from_inline(text: str) -> "PackageSource":
        """Takes the content itself, for dictionaries and licenses that are small.

        Args:
            text: The content, at most 256,000 bytes in UTF-8, and at most 400,000 when it is written as JSON in ASCII
                (six characters for each one outside of ASCII). It becomes a part of the template.

        Raises:
            TypeError: ``text`` is no string.
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
    def __init__(self, path: str | PathLike[str]) -> None:
        check_text("path", str(path))
        if "\0" in str(path):
            raise ValueError(f"'path' must be a path without NUL characters, got {str(path)!r}")
        self._path = Path(path)

    def _bind(self, scope: Construct, package_type: PackageType, engine_version: EngineVersion | None) -> SourceConfig:
        path = self._path
        content = content_of_file(path)
        check_suffix("path", package_type, path.name)
        if package_type == PackageType.ZIP_PLUGIN and engine_version is not None:
            check_plugin_archive(path, engine_version.version)
        if package_type == PackageType.TXT_DICTIONARY:
            warn_of_dictionary(scope, f"'{path}'", content)
        if package_type == PackageType.PACKAGE_LICENSE:
            check_license("path", f"'{path}'", path.read_bytes(), ["JSON" if path.name.endswith(".json") else "XML"])
        asset = Asset(
            scope,
            "Source",
            # Relative paths would be looked for where the CDK's process was started, which the app may have left.
            path=str(path.absolute()),
            # The CDK's own hash is the same for LF and CRLF, and so would be the S3 key.
            asset_hash=content.sha256,
            asset_hash_type=AssetHashType.CUSTOM,
        )
        readable = _assets_like(asset, path)
        account = _account_in_the_name(asset.bucket, Stack.of(scope))
        s3_object = S3Object(asset.bucket, asset.s3_object_key, readable=readable, account=account)
        return SourceConfig({"PackageSource": _location(s3_object)}, s3_object, content.sha256)


class _BucketSource(PackageSource):
    def __init__(self, bucket: IBucket, key: str, version: str | None, source_hash: str | None) -> None:
        self._bucket, self._key, self._version, self._hash = bucket, key, version, source_hash

    def _bind(self, scope: Construct, package_type: PackageType, engine_version: EngineVersion | None) -> SourceConfig:
        check_suffix("key", package_type, self._key)
        check_region_of("bucket", self._bucket, scope)
        account = _account_of(self._bucket, Stack.of(scope))
        s3_object = S3Object(self._bucket, self._key, self._version, account=account)
        known = [text for text in (self._version, self._hash) if text and not Token.is_unresolved(text)]
        properties = {"PackageSource": _location(s3_object), "SourceHash": self._hash}
        return SourceConfig(properties, s3_object, " ".join(known) or None)


class _InlineSource(PackageSource):
    def __init__(self, text: str) -> None:
        check_text("text", text, optional=False)
        if not Token.is_unresolved(text):
            _check_size(text)
        self._text = text

    def _bind(self, scope: Construct, package_type: PackageType, engine_version: EngineVersion | None) -> SourceConfig:
        known = not Token.is_unresolved(package_type.value)
        if known and package_type not in _INLINE_TYPES:
            raise ValueError(
                f"'source' can be text for a {' or a '.join(map(str, _INLINE_TYPES))}, got text for a {package_type}; "
                "put it into a file and use PackageSource.from_asset"
            )
        properties = {"PackageContent": self._text}
        if Token.is_unresolved(self._text):
            return SourceConfig(properties)
        text = self._text.encode()
        content = content_of([text])
        if package_type == PackageType.TXT_DICTIONARY:
            warn_of_dictionary(scope, "in 'text'", content)
        if package_type == PackageType.PACKAGE_LICENSE:
            check_license("text", "text", text, ("JSON", "XML"))
        return SourceConfig(properties, content_hash=content.sha256)


def _check_size(text: str) -> None:
    remedy = "put a longer text into a file and use PackageSource.from_asset"
    size = len(text.encode())
    if not 1 <= size <= _TEXT_BYTES:
        raise ValueError(f"'text' must have 1 to {_TEXT_BYTES:,} bytes in UTF-8, got {size:,}; {remedy}")
    escaped = len(json.dumps(text))
    if escaped > _TEXT_IN_ASCII:
        raise ValueError(
            f"'text' must have at most {_TEXT_IN_ASCII:,} characters when it is written as JSON in ASCII, got "
            f"{escaped:,}, because CloudFormation sends it to the provider so; {remedy}"
        )


def _location(s3_object: S3Object) -> dict[str, str | None]:
    return {
        "S3BucketName": s3_object.bucket.bucket_name,
        "S3Key": s3_object.key,
        "S3ObjectVersion": s3_object.version,
    }


def _assets_like(asset: Asset, path: Path) -> str:
    """The keys of the assets that this one can become with other content: the same but for the hash.

    A grant that named the hash would be a change of permissions with every new content.
    """
    key = asset.s3_object_key
    if Token.is_unresolved(key) or asset.asset_hash not in key:
        return f"*{literal(path.suffix)}"
    # The key of a file without an ending has the hash twice. Without any ending `*` would be every asset of the bucket.
    before, *after = map(literal, key.split(asset.asset_hash))
    one_hash = "?" * len(asset.asset_hash)
    return before + ("*" if any(after) else one_hash) + one_hash.join(after)


def _account_in_the_name(bucket: IBucket, stack: Stack) -> str | None:
    """The account of a bucket for assets; bootstrapping writes it into the name, and then it is the stack's."""
    name = json.dumps(stack.resolve(bucket.bucket_name))
    account = "AWS::AccountId" if Token.is_unresolved(stack.account) else stack.account
    return stack.account if account in name else None


def _account_of(bucket: IBucket, stack: Stack) -> str | None:
    """The account of a bucket, where the app makes the bucket or says whose it is.

    For one that is imported by its name the CDK answers with the account of the stack, whoever owns it.
    """
    if Resource.is_owned_resource(bucket) or bucket.env.account != stack.account:
        return bucket.env.account
    return None
