"""What a template says of a package."""

from __future__ import annotations

from typing import Any

from tests.simulation.cloudformation import Properties
from tests.simulation.names import SOURCES


def source(key: str) -> dict[str, str]:
    """A PackageSource: `old`, `new`, `bad`, or one of them with `-kms`."""
    return {"S3BucketName": SOURCES, "S3Key": f"{key}.txt"}


def dictionary(key: str = "old", **more: Any) -> Properties:
    """A dictionary from S3, or from text where `PackageContent` is given."""
    given = {} if "PackageContent" in more else {"PackageSource": source(key)}
    return {"PackageType": "TXT-DICTIONARY", "PackageName": "synonyms", **given, **more}


def unnamed(properties: Properties) -> Properties:
    """The same without a name."""
    return {name: value for name, value in properties.items() if name != "PackageName"}
