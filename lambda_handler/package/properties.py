"""What the properties of a resource of type `Custom::OpenSearchPackage` mean."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from lambda_handler import ownership
from lambda_handler.errors import PropertyError
from lambda_handler.opensearch import Identity
from lambda_handler.package.table import OBJECT_VERSION, read
from lambda_handler.package.text_formats import text_format
from lambda_handler.package_types import LICENSE

if TYPE_CHECKING:
    from botocore.model import ServiceModel

    from lambda_handler.opensearch import Package
    from lambda_handler.ownership import Owner

# In-place options, passed on as they are.
OPTIONS = ("PackageConfiguration", "PackageEncryptionOptions")

LONGEST_GENERATED_SLUG = 15  # with a dash and 12 digits: 28, the shortest limit that any of AWS's models gives
NAME_DIGITS = 12


@dataclass(frozen=True)
class S3Source:
    """An object in S3."""

    bucket: str
    key: str
    version: str

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}" + (f" (version {self.version})" if self.version else "")


@dataclass(frozen=True)
class TextSource:
    """Text in the template. Its contents are shown to nobody.

    Attributes:
        content: the text in UTF-8.
        ending: what the service tells the formats of a license by: `json` or `xml`; `txt` for a dictionary.
    """

    content: bytes
    ending: str

    def __str__(self) -> str:
        return f"PackageContent ({len(self.content):,} bytes)"


@dataclass(frozen=True)
class PackageProperties:
    """What a resource of type `Custom::OpenSearchPackage` wants.

    Attributes:
        identity: what cannot be changed in place.
        is_named: whether the template gives the name.
        source: where the bytes come from.
        description: the user's text, without the mark.
        commit_message: recorded with the version.
        vending: PackageVendingOptions in the API's types; empty where not given.
        options: PackageConfiguration and PackageEncryptionOptions in the API's types, where given.
        fingerprint: changes whenever there is something to import.
        adopts: the id of the package that a Create takes over; empty where it makes one.
        adopts_from: the resource that it may be taken over from, as its mark says; empty where from none.
    """

    identity: Identity
    is_named: bool
    source: S3Source | TextSource
    description: str
    commit_message: str
    vending: dict[str, Any]
    options: dict[str, Any]
    fingerprint: str
    adopts: str = ""
    adopts_from: str = ""

    def of(self, package: Package, previous: PackageProperties | None = None) -> PackageProperties:
        """The same for a package that is there: it keeps its name where the template gives none.

        One that was adopted has another name than the one that is derived, and a plugin keeps its name across engine
        versions. To take its name out of the template is a change, though.
        """
        was_named_so = previous is not None and previous.is_named and previous.identity == package.identity
        named_so = replace(self.identity, name=package.name)
        alike = replace(named_so, engine_version=package.identity.engine_version) == package.identity
        return self if self.is_named or was_named_so or not alike else replace(self, identity=named_so)

    def says_the_same_as(self, other: PackageProperties | None) -> bool:
        """Whether nothing differs that the service would know."""
        return other is not None and (self.fingerprint, self.description) == (
            other.fingerprint,
            other.description,
        )


def parse(raw: dict[str, Any], owner: Owner, model: ServiceModel) -> PackageProperties:
    """The properties of a resource.

    Args:
        raw: ResourceProperties, as CloudFormation delivers them.
        owner: the resource; a package without a name is named after it.
        model: botocore's model of the service.

    Raises:
        PropertyError: one or more of them cannot be accepted.
    """
    values, problems = read(raw, model)
    if problems:
        raise PropertyError(one.text for one in problems)
    return _properties(values, owner)


def parse_leniently(raw: dict[str, Any], owner: Owner, model: ServiceModel) -> PackageProperties | None:
    """Like `parse`, but None for properties that cannot be read: old ones are never refused."""
    try:
        return parse(raw, owner, model)
    except (PropertyError, RecursionError):
        return None


def _properties(values: dict[str, Any], owner: Owner) -> PackageProperties:
    vending = values.get("PackageVendingOptions", {})
    vended = vending.get("VendingEnabled", False)
    package_type = values["PackageType"]
    options: dict[str, Any] = {name: values[name] for name in OPTIONS if name in values}
    source = _source(values)
    return PackageProperties(
        identity=Identity(
            name=values.get("PackageName") or generated_name(owner, package_type, vended),
            type=package_type,
            engine_version=values.get("EngineVersion", ""),
            vended=vended,
        ),
        is_named="PackageName" in values,
        source=source,
        description=values.get("PackageDescription", ""),
        commit_message=values.get("CommitMessage", ""),
        vending=vending,
        options=options,
        fingerprint=_fingerprint(source, values.get("SourceHash", ""), options),
        adopts=values.get("AdoptPackageID", ""),
        adopts_from=values.get("AdoptFrom", ""),
    )


def _source(values: dict[str, Any]) -> S3Source | TextSource:
    if "PackageContent" in values:
        content = values["PackageContent"]
        is_license = values["PackageType"] == LICENSE
        return TextSource(content.encode(), text_format(content) if is_license else "txt")
    place = values["PackageSource"]
    return S3Source(place["S3BucketName"], place["S3Key"], place.get(OBJECT_VERSION, ""))


def _fingerprint(source: S3Source | TextSource, source_hash: str, options: dict[str, Any]) -> str:
    if isinstance(source, TextSource):
        told: list[Any] = ["text", ownership.digest(source.content.decode(), 64)]
    else:
        told = ["s3", source.bucket, source.key, source.version]
    return ownership.fingerprint(json.dumps([*told, source_hash, options], sort_keys=True))


def generated_name(owner: Owner, package_type: str, vended: bool) -> str:
    """The name of a package whose template gives none: the same for every retry, at most 28 characters.

    Everything that needs another package is in it, so that a replacement never meets the old name. The engine
    version is not: a plugin has to keep its name across engine versions, or a domain cannot be upgraded.
    Source: https://docs.aws.amazon.com/opensearch-service/latest/developerguide/custom-plugins.html
    """
    slug = re.sub("[^a-z0-9]", "", owner.logical_id.lower()).lstrip("0123456789")[:LONGEST_GENERATED_SLUG]
    told = f"{owner.stack_id}|{owner.logical_id}|{package_type}|{str(vended).lower()}"
    return f"{slug or 'package'}-{ownership.digest(told, NAME_DIGITS)}"
