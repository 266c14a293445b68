"""What this tool makes, and how it knows that again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

PREFIX = "osp-verify-"
# botocore lets it through, and the service refuses it, by all that is known: capitals are not allowed.
IMPOSSIBLE_NAME = f"{PREFIX}PROBE"
# A run's four hexadecimal digits, and a number.
_NAME = re.compile(rf"{PREFIX}[0-9a-f]{{4}}-[0-9]{{2,4}}x*|{IMPOSSIBLE_NAME}")
MARKER = "Made by `make verify-aws` of cdk-opensearch-packages to see what the service does. May be deleted."
TAG = {"Key": "made-by", "Value": "cdk-opensearch-packages-verify-aws"}
PURPOSE = {"Key": "purpose", "Value": "to see what OpenSearch Service does with packages; may be deleted"}


def bucket_of(account: str, region: str) -> str:
    """The name of the bucket: the same for each run in an account and Region, and hardly anybody else's."""
    return f"{PREFIX}{sha256(f'{account}/{region}'.encode()).hexdigest()[:20]}"


def is_ours(package: Mapping[str, Any]) -> bool:
    """Whether a package is one that this tool has made: by its name, and by its description, if it has any.

    Whether an update that says nothing of the description keeps it is one of the questions.
    """
    description = str(package.get("PackageDescription") or MARKER)
    return bool(_NAME.fullmatch(str(package.get("PackageName", "")))) and MARKER in description
