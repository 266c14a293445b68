"""What neither the API's model nor the table of properties says: contradictions, and limits that are ours."""

from __future__ import annotations

import json
import re
from typing import Any

from lambda_handler.opensearch import CONFIGURATION, DICTIONARY, LICENSE, PLUGIN
from lambda_handler.package.text_formats import text_format
from lambda_handler.schema import echo, problems_of_service_timeout

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


def contradictions(raw: dict[str, Any]) -> list[str]:
    """What is wrong with the properties as a whole."""
    problems = []
    if "PackageType" not in raw:
        problems.append("PackageType is missing: give TXT-DICTIONARY, ZIP-PLUGIN, PACKAGE-LICENSE or PACKAGE-CONFIG")
    given = [name for name in ("PackageSource", "PackageContent") if name in raw]
    if not given:
        problems.append("there is no source: give either PackageSource (an object in S3) or PackageContent (text)")
    elif len(given) > 1:
        problems.append("both PackageSource and PackageContent are given: a package has one source, leave one out")
    if "AdoptFrom" in raw and "AdoptPackageID" not in raw:
        problems.append("AdoptFrom is only for AdoptPackageID: give the PackageID to take over, or leave it out")
    if raw.get("PackageType") == PLUGIN and "EngineVersion" not in raw:
        problems.append("EngineVersion is missing: a ZIP-PLUGIN is built for one, for example OpenSearch_2.17")
    elif "EngineVersion" in raw and raw.get("PackageType") in (*TEXT_TYPES, CONFIGURATION):
        problems.append(
            f"EngineVersion is only for ZIP-PLUGIN, received {echo(raw['EngineVersion'])} "
            f"for {raw['PackageType']}: leave it out"
        )
    if "PackageContent" in raw and raw.get("PackageType") in (PLUGIN, CONFIGURATION):
        problems.append(
            f"PackageContent is for {' and '.join(TEXT_TYPES)}: give a {raw['PackageType']} as PackageSource"
        )
    return problems


def limits(values: dict[str, Any]) -> list[str]:
    """Limits that are ours or CloudFormation's, and so in no model."""
    problems = []
    for name, longest in (
        ("PackageDescription", LONGEST_DESCRIPTION),
        ("CommitMessage", LONGEST_COMMIT_MESSAGE),
    ):
        if (length := len(values.get(name, ""))) > longest:
            problems.append(f"{name} has {length:,} characters: at most {longest} are allowed")
    problems += _limits_of_content(values.get("PackageContent", ""), values.get("PackageType", ""))
    problems += _limits_of_place(values.get("PackageSource", {}))
    if values.get("AdoptPackageID", "").startswith("G"):
        problems.append(
            f"AdoptPackageID must be a package of this account, received {echo(values['AdoptPackageID'])}, which is "
            "AWS's own: nobody can manage it, associate it with a domain as it is"
        )
    return [*problems, *problems_of_service_timeout(values)]


def _limits_of_content(content: str, package_type: str) -> list[str]:
    problems = []
    for size, longest, measured in (
        (len(content.encode()), LONGEST_CONTENT, "bytes in UTF-8"),
        (len(json.dumps(content)), LONGEST_CONTENT_IN_ASCII, "characters as JSON in ASCII"),
    ):
        if size > longest:
            problems.append(
                f"PackageContent has {size:,} {measured}: at most {longest:,} are allowed, "
                "put a larger one into S3 and give it as PackageSource"
            )
    if content and not problems and package_type == LICENSE and not text_format(content):
        problems.append(f"PackageContent of a {LICENSE} must be JSON or XML: give it as the vendor delivered it")
    return problems


def _limits_of_place(place: dict[str, str]) -> list[str]:
    problems = []
    bucket, key = place.get("S3BucketName", ""), place.get("S3Key", "")
    if bucket and not BUCKET_NAME.fullmatch(bucket):
        problems.append(
            "PackageSource.S3BucketName must be the bucket's name alone, no ARN, no address and no blanks, received "
            f"{echo(bucket)}"
        )
    if key and not OBJECT_KEY.match(key):
        problems.append(
            f"PackageSource.S3Key must be the object's key in its bucket, no ARN and no URL, received {echo(key)}"
        )
    return problems
