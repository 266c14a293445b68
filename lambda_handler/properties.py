"""Properties: strings from the template to the API's types, checked.

CloudFormation delivers every scalar as a string. Which type a property has, how long it may be and what it may say
is looked up in botocore's model of the service; which properties there are is the closed list below.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import botocore
from botocore.model import ListShape, Shape, StructureShape

from lambda_handler import ownership

if TYPE_CHECKING:
    from botocore.model import ServiceModel

    from lambda_handler.ownership import Owner

# What a resource may say: each property, and the member of CreatePackage or UpdatePackage that describes it.
# None marks what is ours or CloudFormation's.
PACKAGE_PROPERTIES: dict[str, tuple[str, str] | None] = {
    "ServiceToken": None,
    "ServiceTimeout": None,
    "PackageName": ("CreatePackageRequest", "PackageName"),
    "PackageType": ("CreatePackageRequest", "PackageType"),
    "PackageSource": ("CreatePackageRequest", "PackageSource"),
    "PackageContent": None,
    "SourceHash": None,
    "PackageDescription": ("CreatePackageRequest", "PackageDescription"),
    "CommitMessage": ("UpdatePackageRequest", "CommitMessage"),
    "EngineVersion": ("CreatePackageRequest", "EngineVersion"),
    "PackageConfiguration": ("CreatePackageRequest", "PackageConfiguration"),
    "PackageEncryptionOptions": ("CreatePackageRequest", "PackageEncryptionOptions"),
    "PackageVendingOptions": ("CreatePackageRequest", "PackageVendingOptions"),
}
# In-place options, passed on as they are.
OPTIONS = ("PackageConfiguration", "PackageEncryptionOptions")
# Ours, beside the API's members of PackageSource.
OBJECT_VERSION = "S3ObjectVersion"

PLUGIN = "ZIP-PLUGIN"
TEXT_TYPES = ("TXT-DICTIONARY", "PACKAGE-LICENSE")
LONGEST_SERVICE_TIMEOUT = 3600
LONGEST_CONTENT = 256_000  # bytes; a request with the old and the new text has to fit into Lambda's 1 MB
LONGEST_DESCRIPTION = 700  # the mark needs the rest of the API's 1,024
LONGEST_COMMIT_MESSAGE = 120  # the request's name needs the rest of the API's 160
LONGEST_GENERATED_SLUG = 15  # with a dash and 12 digits: 28, the shortest limit that any of AWS's models gives
NAME_DIGITS = 12
LONGEST_ECHO = 80


class PropertyError(Exception):
    """Properties that cannot be accepted. Its text names each, the value received and what is allowed."""

    def __init__(self, problems: Iterable[str]) -> None:
        super().__init__("; ".join(problems))


@dataclass(frozen=True)
class Identity:
    """What a package cannot change: another one of these needs another package."""

    name: str
    type: str
    engine_version: str
    vended: bool

    def takes_the_place_of(self, other: Identity) -> bool:
        """Whether both cannot exist at once: a name is unique, for plugins in each engine version."""
        if self.name != other.name:
            return False
        return self.type != PLUGIN or other.type != PLUGIN or self.engine_version == other.engine_version


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
    """Text in the template. Its contents are shown to nobody."""

    content: bytes

    def __str__(self) -> str:
        return f"PackageContent ({len(self.content):,} bytes)"


@dataclass(frozen=True)
class PackageProperties:
    """What a resource of type `Custom::OpenSearchPackage` wants.

    Attributes:
        identity: what cannot be changed in place.
        source: where the bytes come from.
        description: the user's text, without the mark.
        commit_message: recorded with the version.
        options: PackageConfiguration and PackageEncryptionOptions in the API's types, where given.
        fingerprint: changes whenever there is something to import.
    """

    identity: Identity
    source: S3Source | TextSource
    description: str
    commit_message: str
    options: dict[str, Any]
    fingerprint: str

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
    problems = [*_unknown(raw), *_contradictions(raw)]
    values: dict[str, Any] = {}
    for name, where in PACKAGE_PROPERTIES.items():
        if name in raw:
            shape = _shape(model, where) if where else None
            if where and shape is None:
                problems.append(_unknown_to_boto3(name))
                continue
            values[name] = _convert(name, raw[name], shape, problems)
    problems += _limits(values)
    if problems:
        raise PropertyError(dict.fromkeys(problems))
    return _properties(values, owner)


def parse_leniently(raw: dict[str, Any], owner: Owner, model: ServiceModel) -> PackageProperties | None:
    """Like `parse`, but None for properties that cannot be read: old ones are never refused."""
    try:
        return parse(raw, owner, model)
    except PropertyError:
        return None


def _properties(values: dict[str, Any], owner: Owner) -> PackageProperties:
    vended = values.get("PackageVendingOptions", {}).get("VendingEnabled", False)
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
        source=source,
        description=values.get("PackageDescription", ""),
        commit_message=values.get("CommitMessage", ""),
        options=options,
        fingerprint=_fingerprint(source, values.get("SourceHash", ""), options),
    )


def _source(values: dict[str, Any]) -> S3Source | TextSource:
    if "PackageContent" in values:
        return TextSource(values["PackageContent"].encode())
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


def _unknown(raw: dict[str, Any]) -> list[str]:
    problems = []
    for name in sorted(raw.keys() - PACKAGE_PROPERTIES.keys()):
        close = difflib.get_close_matches(name, PACKAGE_PROPERTIES, n=1)
        hint = f"did you mean {close[0]}?" if close else f"allowed are {', '.join(PACKAGE_PROPERTIES)}"
        problems.append(f"{name} is no property of this resource: {hint}")
    return problems


def _contradictions(raw: dict[str, Any]) -> list[str]:
    """What is wrong with the properties as a whole."""
    problems = []
    if "PackageType" not in raw:
        problems.append("PackageType is missing: give TXT-DICTIONARY, ZIP-PLUGIN, PACKAGE-LICENSE or PACKAGE-CONFIG")
    given = [name for name in ("PackageSource", "PackageContent") if name in raw]
    if not given:
        problems.append("there is no source: give either PackageSource (an object in S3) or PackageContent (text)")
    elif len(given) > 1:
        problems.append("both PackageSource and PackageContent are given: a package has one source, leave one out")
    if raw.get("PackageType") == PLUGIN and "EngineVersion" not in raw:
        problems.append("EngineVersion is missing: a ZIP-PLUGIN is built for one, for example OpenSearch_2.17")
    elif "EngineVersion" in raw and raw.get("PackageType") in (*TEXT_TYPES, "PACKAGE-CONFIG"):
        problems.append(
            f"EngineVersion is only for ZIP-PLUGIN, received {_echo(raw['EngineVersion'])} "
            f"for {raw['PackageType']}: leave it out"
        )
    if "PackageContent" in raw and raw.get("PackageType") in (PLUGIN, "PACKAGE-CONFIG"):
        problems.append(
            f"PackageContent is for {' and '.join(TEXT_TYPES)}: give a {raw['PackageType']} as PackageSource"
        )
    return problems


def _limits(values: dict[str, Any]) -> list[str]:
    """Limits that are ours or CloudFormation's, and so in no model."""
    problems = []
    for name, longest in (
        ("PackageDescription", LONGEST_DESCRIPTION),
        ("CommitMessage", LONGEST_COMMIT_MESSAGE),
    ):
        if (length := len(values.get(name, ""))) > longest:
            problems.append(f"{name} has {length:,} characters: at most {longest} are allowed")
    if (size := len(values.get("PackageContent", "").encode())) > LONGEST_CONTENT:
        problems.append(
            f"PackageContent has {size:,} bytes in UTF-8: at most {LONGEST_CONTENT:,} are allowed, "
            "put a larger one into S3 and give it as PackageSource"
        )
    timeout = values.get("ServiceTimeout", "1")
    if not (timeout.isascii() and timeout.isdecimal() and 1 <= int(timeout) <= LONGEST_SERVICE_TIMEOUT):
        problems.append(
            f"ServiceTimeout must be whole seconds from 1 to {LONGEST_SERVICE_TIMEOUT}, received {_echo(timeout)}"
        )
    return problems


def _shape(model: ServiceModel, where: tuple[str, str]) -> Shape | None:
    """The shape of an operation's member; None where this boto3 is too old to know it."""
    operation, member = where
    shape = model.shape_for(operation)
    return shape.members.get(member) if isinstance(shape, StructureShape) else None


def _unknown_to_boto3(name: str) -> str:
    return (
        f"{name} is not known to botocore {botocore.__version__}, which comes with this function's Lambda runtime: "
        "choose a newer runtime for the provider"
    )


def _convert(path: str, value: object, shape: Shape | None, problems: list[str]) -> Any:
    """A value from the template in the API's type. Where it cannot be read, a problem is added."""
    if isinstance(shape, StructureShape):
        return _convert_structure(path, value, shape, problems)
    if isinstance(shape, ListShape):
        return _convert_list(path, value, shape, problems)
    text = _scalar(path, value, problems)
    if shape is not None and text:
        if shape.type_name == "boolean":
            return _boolean(path, text, problems)
        _check_text(path, text, shape, problems)
    return text


def _convert_structure(path: str, value: object, shape: StructureShape, problems: list[str]) -> dict[str, Any]:
    members: dict[str, Shape | None] = dict(shape.members)
    required = set(shape.required_members)
    if path == "PackageSource":
        members[OBJECT_VERSION] = None
        required = {"S3BucketName", "S3Key"}  # the model requires neither
    if not isinstance(value, dict):
        problems.append(f"{path} must be a map with {', '.join(members)}, received {_kind_of(value)}")
        return {}
    problems += [
        f"{path}.{name} is unknown: allowed are {', '.join(members)}" for name in sorted(value.keys() - members)
    ]
    problems += [f"{path}.{name} is missing" for name in sorted(required - value.keys())]
    return {name: _convert(f"{path}.{name}", value[name], members[name], problems) for name in members if name in value}


def _convert_list(path: str, value: object, shape: ListShape, problems: list[str]) -> list[Any]:
    if not isinstance(value, list):
        problems.append(f"{path} must be a list, received {_kind_of(value)}")
        return []
    return [_convert(f"{path}[{i}]", item, shape.member, problems) for i, item in enumerate(value)]


def _scalar(path: str, value: object, problems: list[str]) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if not isinstance(value, str):
        problems.append(f"{path} must be a string, received {_kind_of(value)}")
        return ""
    if not value:
        problems.append(f"{path} is empty: give a value or leave it out")
    try:
        value.encode()
    except UnicodeEncodeError:  # JSON can carry half a surrogate pair, UTF-8 cannot
        problems.append(f"{path} is not valid Unicode: save it as UTF-8")
        return ""
    return value


def _boolean(path: str, text: str, problems: list[str]) -> bool:
    if text not in {"true", "false"}:
        problems.append(f"{path} must be true or false, received {_echo(text)}")
    return text == "true"


def _check_text(path: str, text: str, shape: Shape, problems: list[str]) -> None:
    """The model's own rules: one of these, this long, of this form."""
    rules = shape.metadata
    if rules.get("enum"):
        if text not in rules["enum"]:
            problems.append(f"{path} must be one of {', '.join(rules['enum'])}, received {_echo(text)}")
        return
    shortest, longest = rules.get("min", 0), rules.get("max", len(text))
    if not shortest <= len(text) <= longest:
        problems.append(f"{path} must have {shortest} to {longest} characters, received {len(text)}: {_echo(text)}")
    if rules.get("pattern") and not re.fullmatch(rules["pattern"], text):
        problems.append(f"{path} must match {rules['pattern']}, received {_echo(text)}")


def _kind_of(value: object) -> str:
    """What was given instead of what was expected. Not the value itself: it may be the text of a package."""
    kinds = {dict: "a map", list: "a list", str: "a string", type(None): "nothing"}
    return kinds.get(type(value), "a number or a boolean")


def _echo(value: object) -> str:
    """A received value for a message, never long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST_ECHO else f"{text[:LONGEST_ECHO]}…"
