"""A plain function by crhelper, as its README shows it."""

from typing import Any

import boto3
from crhelper import CfnResource

helper = CfnResource(json_logging=False, log_level="INFO", boto_level="CRITICAL")
s3, opensearch = boto3.client("s3"), boto3.client("opensearch")


@helper.create
def create(event: dict[str, Any], context: object) -> None:
    """Serve a Create, as far as it comes."""
    s3.head_object(Bucket="sources", Key="synonyms.txt")


import first_call  # noqa: E402

helper(first_call.EVENT, first_call.Context())
