"""What neither the API's model nor the table of properties says: contradictions, and limits that are ours."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from lambda_handler.package.text_formats import text_format
from lambda_handler.package_types import CONFIGURATION, DICTIONARY, LICENSE, PLUGIN
from lambda_handler.problems import Problem, echo, problems_of_service_timeout

TEXT_TYPES = (DICTIONARY, LICENSE)
LONGEST_CONTENT = 256_000  # bytes
# A request carries the old and the new text as JSON in ASCII, and has to fit into Lambda's 1 MB.
LONGEST_CONTENT_IN_ASCII = 400_000
LONGEST_DESCRIPTION = 700  # the mark needs the rest of the API's 1,024
LONGEST_COMMIT_MESSAGE = 120  # the request's name needs the rest of the API's 160
# What an S3 client takes for a name and puts into an address. Source: botocore.handlers.VALID_BUCKET
BUCKET_NAME = re.compile(r"(?!.*\.amazonaws\.com)[a-zA-Z0-9._-]+")
# An ARN or a URL is a legal key, and never meant as one.
OBJECT_KEY = re.compile(r"(?![aA][rR][nN]:|[sS]3://|[hH][tT][tT][pP][sS]?://)")


def contradictions(raw: dict[str, Any]) -> Iterator[Problem]:
    """What is wrong with the properties as a whole."""
    if "PackageType" not in raw:
        yield Problem.of_value(
            "PackageType", "PackageType is missing: give TXT-DICTIONARY, ZIP-PLUGIN, PACKAGE-LICENSE or PACKAGE-CONFIG"
        )
    yield from _contradictions_of_sources(raw)
    yield from _contradictions_of_engine_version(raw)
    if "AdoptFrom" in raw and "AdoptPackageID" not in raw:
        yield Problem.of_value(
            "AdoptFrom",
            "AdoptFrom is only for AdoptPackageID: give the PackageID to take over, or leave it out",
            "AdoptPackageID",
        )


def _contradictions_of_sources(raw: dict[str, Any]) -> Iterator[Problem]:
    given = [name for name in ("PackageSource", "PackageContent") if name in raw]
    if not given:
        text = "there is no source: give either PackageSource (an object in S3) or PackageContent (text)"
        yield Problem.of_value("PackageSource", text, "PackageContent")
    elif len(given) > 1:
        text = "both PackageSource and PackageContent are given: a package has one source, leave one out"
        yield Problem.of_value("PackageContent", text, "PackageSource")
    package_type = raw.get("PackageType")
    if "PackageContent" in raw and package_type in (PLUGIN, CONFIGURATION):
        text = f"PackageContent is for {' and '.join(TEXT_TYPES)}: give a {package_type} as PackageSource"
        yield Problem.of_value("PackageContent", text, "PackageType")


def _contradictions_of_engine_version(raw: dict[str, Any]) -> Iterator[Problem]:
    package_type = raw.get("PackageType")
    if package_type == PLUGIN and "EngineVersion" not in raw:
        text = "EngineVersion is missing: a ZIP-PLUGIN is built for one, for example OpenSearch_2.17"
        yield Problem.of_value("EngineVersion", text, "PackageType")
    elif "EngineVersion" in raw and package_type in (*TEXT_TYPES, CONFIGURATION):
        text = (
            f"EngineVersion is only for ZIP-PLUGIN, received {echo(raw['EngineVersion'])} for {package_type}: "
            "leave it out"
        )
        yield Problem.of_value("EngineVersion", text, "PackageType")


def limits(values: dict[str, Any]) -> Iterator[Problem]:
    """Limits that are ours or CloudFormation's, and so in no model."""
    for name, longest in (
        ("PackageDescription", LONGEST_DESCRIPTION),
        ("CommitMessage", LONGEST_COMMIT_MESSAGE),
    ):
        if (length := len(values.get(name, ""))) > longest:
            yield Problem.of_value(name, f"{name} has {length:,} characters: at most {longest} are allowed")
    yield from _limits_of_content(values.get("PackageContent", ""), values.get("PackageType", ""))
    yield from _limits_of_place(values.get("PackageSource", {}))
    if values.get("AdoptPackageID", "").startswith("G"):
        yield Problem.of_value(
            "AdoptPackageID",
            f"AdoptPackageID must be a package of this account, received {echo(values['AdoptPackageID'])}, which is "
            "AWS's own: nobody can manage it, associate it with a domain as it is",
        )
    yield from problems_of_service_timeout(values)


def _limits_of_content(content: str, package_type: str) -> Iterator[Problem]:
    too_large = [
        f"PackageContent has {size:,} {measured}: at most {longest:,} are allowed, "
        "put a larger one into S3 and give it as PackageSource"
        for size, longest, measured in (
            (len(content.encode()), LONGEST_CONTENT, "bytes in UTF-8"),
            (len(json.dumps(content)), LONGEST_CONTENT_IN_ASCII, "characters as JSON in ASCII"),
        )
        if size > longest
    ]
    yield from (Problem.of_value("PackageContent", text) for text in too_large)
    if content and not too_large and package_type == LICENSE and not text_format(content):
        text = f"PackageContent of a {LICENSE} must be JSON or XML: give it as the vendor delivered it"
        yield Problem.of_value("PackageContent", text, "PackageType")


def _limits_of_place(place: dict[str, str]) -> Iterator[Problem]:
    bucket, key = place.get("S3BucketName", ""), place.get("S3Key", "")
    if bucket and not BUCKET_NAME.fullmatch(bucket):
        yield Problem.of_value(
            "PackageSource.S3BucketName",
            "PackageSource.S3BucketName must be the bucket's name alone, no ARN, no address and no blanks, received "
            f"{echo(bucket)}",
        )
    if key and not OBJECT_KEY.match(key):
        yield Problem.of_value(
            "PackageSource.S3Key",
            f"PackageSource.S3Key must be the object's key in its bucket, no ARN and no URL, received {echo(key)}",
        )
