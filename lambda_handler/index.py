"""The entry point: what Lambda calls, and which resource type is served by what."""

from __future__ import annotations

import json
import os
from typing import Any

import boto3
from botocore.config import Config

from lambda_handler.opensearch import OpenSearch
from lambda_handler.packages import Packages
from lambda_handler.resource import LambdaContext, Resource
from lambda_handler.sources import Sources
from lambda_handler.waiting import SystemClock

# Every call is repeated a few times by botocore, and every step of the work until the request's time is up. So a
# single call gives up early: what it did is looked up before anything is done again.
AWS_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 4}, connect_timeout=5, read_timeout=20)
# CopyObject answers only when all bytes are copied, and plugins may have a gigabyte.
S3_CONFIG = AWS_CONFIG.merge(Config(read_timeout=120))


def _invoke(function_arn: str, event: dict[str, Any]) -> None:
    """Invoke a function and do not wait for it. Few requests need this, so the client is made here."""
    client = boto3.client("lambda", config=AWS_CONFIG)
    client.invoke(FunctionName=function_arn, InvocationType="Event", Payload=json.dumps(event).encode())


def _packages() -> Packages:
    client = boto3.client("opensearch", config=AWS_CONFIG)
    sources = Sources(boto3.client("s3", config=S3_CONFIG), os.environ.get("STAGING_BUCKET"))
    return Packages(OpenSearch(client), sources, client.meta.service_model, SystemClock())


resource = Resource(_invoke)
try:
    resource.serves("Custom::OpenSearchPackage", _packages())
except Exception as error:  # whatever it is: CloudFormation hears of it with the first request
    resource.init_failure(error)


def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Serve one CloudFormation request."""
    resource(event, context)
